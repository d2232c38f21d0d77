import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { attach, type Box } from "../../../box/api";
import { checkout, runDir } from "../../../box/paths";
import { say } from "../../../box/progress";
import { judge } from "../../aim";
import { columns, median, ratio } from "../../columns";
import type { Options } from "../../options";
import type { Report, Subject } from "../../subject";
import { bareEnvironment, bareScript } from "./bare-script";
import { apiToken } from "./person";
import { breakdown, STAGES } from "./stages";

const SITE = "vub";
const USER = "bob";
/** Where people are: a forwarder leads on. */
const URL = "https://hub.localhost:8443";
const NODE = "node1";
const BARE_PORT = 39_517;
/** Of the stack box-vub. */
const SCRAPER = "box-metrics-token-box-metrics-token";
const OPTIONS = { partition: "short", nprocs: 1, runtime: "0:30:00" };

async function throughHub(box: Box, token: string, keep = false): Promise<number> {
  const about = { url: URL, ca_file: runDir(SITE, "ca.pem"), token, user: USER, options: OPTIONS, keep };
  const { stdout, stderr, exitCode } = await box
    .netns("outside")
    .run(["python3", "bench/subjects/spawn/through_hub.py"], { input: JSON.stringify(about), timeoutSeconds: 600 });
  if (exitCode !== 0) throw new Error(`the start through the hub failed: ${stderr.slice(-2000)}`);
  return Number(stdout);
}

async function metrics(box: Box): Promise<string> {
  const where = ["--resolve", "hub.localhost:443:10.77.0.10", "--cacert", runDir(SITE, "ca.pem")];
  const argv = [
    "curl",
    "-sSf",
    ...where,
    "-H",
    `Authorization: Bearer ${SCRAPER}`,
    "https://hub.localhost/hub/metrics",
  ];
  const { stdout, stderr, exitCode } = await box.netns("admin").run(argv);
  if (exitCode !== 0) throw new Error(`the hub's metrics cannot be read: ${stderr}`);
  return stdout;
}

/** The script and the environment of a server that runs, as somebody without a hub would submit it. */
async function bareJob(box: Box): Promise<{ script: string; environment: Record<string, string> }> {
  const find = `squeue --noheader --user=${USER} --states=RUNNING --format='%i %B'`;
  const [job = "", node = ""] = (await box.host("slurm").run(["sh", "-c", find])).stdout.trim().split(" ");
  if (!job) throw new Error(`${USER} has no running job`);
  const script = (await box.host("slurm").run(["scontrol", "write", "batch_script", job, "-"])).stdout;
  const environ = `cat /proc/$(pgrep --oldest --euid ${USER} -f jupyterhub-singleuser)/environ`;
  const environment = (await box.host(node).run(["sh", "-c", environ])).stdout;
  return { script: bareScript(script), environment: bareEnvironment(environment, BARE_PORT) };
}

async function bare(box: Box, job: Awaited<ReturnType<typeof bareJob>>): Promise<number> {
  const code = await readFile(join(checkout, "bench/subjects/spawn/bare.py"), "utf8");
  const input = JSON.stringify({ ...job, node: NODE, port: BARE_PORT, user: USER });
  const { stdout, stderr, exitCode } = await box
    .host("login1")
    .run(["python3", "-c", code], { user: USER, input, timeoutSeconds: 400 });
  if (exitCode !== 0) throw new Error(`the bare job failed: ${stderr.slice(-2000)}`);
  return Number(stdout);
}

async function measure({ runs }: Options): Promise<Report> {
  const box = await attach(SITE);
  const token = await apiToken(box, USER);
  // The first start reads files that later ones find in memory: it counts for nobody.
  await throughHub(box, token, true);
  const job = await bareJob(box);
  const hub: { seconds: number; stages: Record<string, number> }[] = [];
  const plain: number[] = [];
  for (let run = 0; run < runs + 1; run++) {
    const before = await metrics(box);
    const seconds = await throughHub(box, token);
    hub.push({ seconds, stages: breakdown(before, await metrics(box), seconds) });
    plain.push(await bare(box, job));
    say(`  through the hub ${seconds.toFixed(1)} s, bare ${plain.at(-1)?.toFixed(1)} s`);
  }
  const [ours, theirs] = [median(hub.map(({ seconds }) => seconds)), median(plain)];
  const rows = [
    ["", "s", "times"],
    ["a bare sbatch", theirs.toFixed(1), "1.0"],
    ["through the hub", ours.toFixed(1), ratio(ours, theirs)],
    ...[...STAGES, "rest"].map((stage) => [
      `  ${stage}`,
      median(hub.map(({ stages }) => stages[stage] ?? Number.NaN)).toFixed(2),
      "",
    ]),
  ];
  const text = `From the request until the server answers: through the hub by its API, over the proxy; and by sbatch on a login node with the same script, in which
jupyterhub-singleuser is called without the launcher. check: account and options; submit; job: until it told its port; server: until it listens;
rest: JupyterHub's own look at it, and the proxy's route.
${columns(rows)}`;
  return {
    text,
    aims: [judge("a start, of a bare sbatch", ours / theirs, 1.3, "times")],
    figures: { hub, bare: plain },
  };
}

/** A start through the hub against the scheduler's own. */
export const spawn: Subject = {
  name: "spawn",
  description: "from the request to a server that answers, and a bare sbatch of the same script",
  seconds: 120,
  site: SITE,
  measure,
};
