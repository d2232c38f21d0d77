import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { attach, type Box } from "../../../box/api";
import { checkout } from "../../../box/paths";
import { say } from "../../../box/progress";
import { runInImage } from "../../hub-container";
import type { Options } from "../../options";
import type { Report, Subject } from "../../subject";
import { aimsOf, type Simulated, tableOf } from "./figures";

const DIRECTORY = "/var/tmp/bench-servers";
/** The site's default: what the vub box shortens is not what people have. */
const INTERVAL = 15;
/** Watched while nobody asks for anything. */
const INTERVALS = 6;

/** The simulation, and the scheduler that the runtime's own tests make up. */
async function copyThere(box: Box): Promise<void> {
  await box.host("hub").run(["mkdir", "-p", "-m", "0755", DIRECTORY]);
  const own = join(checkout, "bench/subjects/servers/simulation");
  const sources = (await readdir(own)).filter((name) => name.endsWith(".py")).map((name) => join(own, name));
  for (const source of [...sources, join(checkout, "runtime/tests/fake_cluster.py")]) {
    const name = source.slice(source.lastIndexOf("/") + 1);
    await box.host("hub").write(`${DIRECTORY}/${name}`, await readFile(source, "utf8"));
  }
}

async function simulate(box: Box, servers: number): Promise<Simulated> {
  const argv = ["python3", `${DIRECTORY}/main.py`, `--servers=${servers}`, `--interval=${INTERVAL}`];
  const env = { PYTHONPATH: DIRECTORY };
  const run = await runInImage(box, DIRECTORY, [...argv, `--intervals=${INTERVALS}`], env, 900);
  const line = run.stdout.trim().split("\n").at(-1) ?? "";
  if (run.exitCode !== 0 || !line.startsWith("{"))
    throw new Error(`the simulation of ${servers} servers failed (${run.exitCode}):\n${run.stderr.slice(-3000)}`);
  const simulated = JSON.parse(line) as Simulated;
  if (simulated.rest.running !== servers)
    throw new Error(`the hub knew ${simulated.rest.running} of ${servers} servers to run`);
  return simulated;
}

async function measure(options: Options): Promise<Report> {
  const box = await attach("vub");
  await copyThere(box);
  const runs: Simulated[] = [];
  try {
    for (const servers of options.servers) {
      runs.push(await simulate(box, servers));
      say(`  ${servers} servers: restart ${runs.at(-1)?.restart.toFixed(1)} s`);
    }
  } finally {
    await box.host("hub").run(["rm", "-rf", DIRECTORY]);
  }
  const notes = `A real hub and proxy in a container of the hub's own image, with a database of so many users whose servers run: jobs of a scheduler that is made
up behind a real SSH server, and an answer at each server's own address. A look at the queue is due every ${INTERVAL} s; watched for ${INTERVALS} of these.`;
  return { text: `${notes}\n\n${tableOf(runs)}`, aims: aimsOf(runs), figures: runs };
}

/** What running servers cost the hub and the login nodes, and how long a restart takes. */
export const servers: Subject = {
  name: "servers",
  description: "queries, CPU and memory of the hub with 1, 100 and 1,000 running servers, and its restart",
  seconds: 480,
  site: "vub",
  measure,
};
