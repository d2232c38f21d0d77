/** The VUB site as the abuse suite attacks it: log-in by OpenID Connect, jobs in Slurm. */
import { readFile } from "node:fs/promises";
import { attach } from "../../../box/api";
import type { Answer, Session } from "../../abuse/session";
import type { AbuseSite, JobFact, Person } from "../../abuse/site";

const URL_OF_HUB = "https://hub.localhost:8443";
const JOBS = "--format=%i|%u|%P|%C|%l|%m|%a|%j|%q|%v|%r";

/** Slurm's `1-02:03:04`, `02:03:04`, `03:04` in minutes. */
function minutesOf(limit: string): number {
  const [clock = "", days = "0"] = limit.split("-").reverse();
  const [seconds = "0", minutes = "0", hours = "0"] = clock.split(":").reverse();
  return Number(days) * 1440 + Number(hours) * 60 + Number(minutes) + Number(seconds) / 60;
}

function megabytesOf(memory: string): number {
  const [, amount = "0", unit = "M"] = /^(\d+)([MG]?)/.exec(memory) ?? [];
  return Number(amount) * (unit === "G" ? 1024 : 1);
}

/** What the box's identity provider asks for. */
async function logIn(session: Session, person: Person): Promise<Answer> {
  const form = await session.visit(`${URL_OF_HUB}/hub/oauth_login`);
  const body = new URLSearchParams({ login: person.name, password: person.password });
  return session.visit(form.url, { method: "POST", body });
}

/** Takes hold of the site; its box is up. */
export async function vubUnderAttack(): Promise<AbuseSite> {
  const box = await attach("vub");
  const slurm = box.host("slurm");
  const jobs = async (): Promise<JobFact[]> => {
    const { stdout } = await slurm.run(["squeue", "--noheader", "--all", "--states=all", "--sort=i", JOBS]);
    return stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const [id = "", user = "", partition = "", cores = "", limit = "", memory = "", ...rest] = line.split("|");
        const [account = "", name = "", qos = "", reservation = ""] = rest;
        return {
          ...{ id, user, partition, cores: Number(cores), minutes: minutesOf(limit), memoryMb: megabytesOf(memory) },
          further: { account, name, qos, reservation },
        };
      });
  };
  const activeOf = async (selection: string) =>
    (await slurm.run(["squeue", "--noheader", selection, "--states=PENDING,CONFIGURING,RUNNING", "--format=%i"]))
      .stdout;
  return {
    box,
    url: URL_OF_HUB,
    apiUrl: "https://10.77.0.10:8081/hub/api",
    authority: await readFile(".box/vub/ca.pem", "utf8"),
    alice: { name: "alice", password: "alice-box" },
    mallory: { name: "bob", password: "bob-box" },
    hosts: {
      ...{ hub: "hub", login: ["login1", "login2"], submit: "login1" },
      ...{ compute: ["node1", "node2"], scheduler: "slurm" },
    },
    submitAccount: "jupyterhub",
    logIn,
    jobs,
    isActive: async (id) => (await activeOf(`--jobs=${id}`)).trim() === id,
    cancelAll: async (user) => {
      await slurm.run(["scancel", `--user=${user}`]);
      await box.waitFor(`${user}'s jobs to end`, async () => (await activeOf(`--user=${user}`)).trim() === "", 60);
    },
    small: {
      options: { partition: "short", nprocs: 1, runtime: "0:10:00" },
      job: { partition: "short", cores: 1, minutes: 10 },
    },
    schedulerTells:
      "squeue --all --states=all --format='%i %j %k %o %Z %A %u'; for job in $(squeue --noheader --all --states=all --format=%i); do scontrol show job $job; scontrol write batch_script $job - 2>&1; done; sinfo --all; scontrol show config",
  };
}
