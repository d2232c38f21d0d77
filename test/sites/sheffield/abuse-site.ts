/** The Sheffield site as the abuse suite attacks it: log-in with the system's accounts, jobs in Grid Engine, the hub on a submit host. */
import { readFile } from "node:fs/promises";
import { attach } from "../../../box/api";
import type { Answer, Session } from "../../abuse/session";
import type { AbuseSite, JobFact, Person } from "../../abuse/site";
import { endJobs, gridJobs, jobFacts } from "./grid-jobs";

const URL_OF_HUB = "https://sharc.localhost:8445";

/** The hub's own form. */
async function logIn(session: Session, person: Person): Promise<Answer> {
  const form = await session.visit(`${URL_OF_HUB}/hub/login`);
  const fields = { username: person.name, password: person.password, _xsrf: session.cookie(form.url, "_xsrf") };
  return session.visit(form.url, { method: "POST", body: new URLSearchParams(fields) });
}

/** Takes hold of the site; its box is up. */
export async function sheffieldUnderAttack(): Promise<AbuseSite> {
  const box = await attach("sheffield");
  const known = new Map<string, JobFact>();
  return {
    box,
    url: URL_OF_HUB,
    apiUrl: "https://10.76.0.10:8081/hub/api",
    authority: await readFile(".box/sheffield/ca.pem", "utf8"),
    alice: { name: "alice", password: "alice-box" },
    mallory: { name: "bob", password: "bob-box" },
    // The hub is on a submit host itself: there is no other that it logs in to.
    hosts: { hub: "hub", login: [], submit: "hub", compute: ["exec1", "exec2"], scheduler: "qmaster" },
    submitAccount: "jupyter",
    logIn,
    jobs: () => jobFacts(box, known),
    isActive: async (id) => (await gridJobs(box)).some((job) => job.id === id && !job.state.includes("d")),
    cancelAll: (user) => endJobs(box, user),
    small: {
      options: { queue: "all.q", cores: 1, runtime: "0:10:00" },
      job: { partition: "all.q", cores: 1, minutes: 10 },
    },
    schedulerTells:
      "qstat -j '*'; qstat -f -u '*'; qstat -r -ext -u '*'; qstat -xml -u '*'; qhost -j; qconf -sconf; for job in $(qstat -u '*' | awk 'NR > 2 { print $1 }'); do qstat -j $job; qacct -j $job; done; cat /var/spool/gridengine/execd/*/job_scripts/*",
  };
}
