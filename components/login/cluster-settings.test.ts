/** The settings of the login nodes' program, read by that program itself: what this project writes it takes, and nothing more. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exampleConfig, exampleValues } from "../../test/fixtures/configuration";
import { validate } from "../config/validate";
import { schedulerOf } from "../schedulers";
import { slurmSection } from "../schedulers/slurm";
import { slurmCommands } from "../schedulers/slurm-commands";
import { renderSlurmSubmit } from "../schedulers/slurm-submit";
import { renderClusterSettings } from "./cluster-settings";
import { FORWARDED_ENVIRONMENT } from "./forwarded-environment";

const slurm = slurmSection.parse({
  partitions: {
    short: { title: "Short", maxCores: 4, maxMemoryMb: 4000, maxRuntime: "4:00:00" },
    gpu: { title: "GPU", maxCores: 16, maxGpus: 2, gpuGres: "gpu:a100", maxRuntime: "2-00:00:00" },
  },
  jobOptions: ["--account=jupyter.course"],
  allowReservation: true,
});

const directory = mkdtempSync(join(tmpdir(), "cluster-settings-"));

beforeAll(async () => {
  const { login, users } = validate(await exampleConfig());
  const settings = { stack: "s", login, namePattern: users.namePattern, cluster: slurmCommands(slurm) };
  writeFileSync(join(directory, "cluster.json"), renderClusterSettings(settings));
});

afterAll(() => rmSync(directory, { recursive: true }));

/** The job script as the hub completes it: its conditions kept or dropped, its values put in. */
function jobScript(values: Record<string, string>): string {
  const given: Record<string, string> = {
    comment: "89f90000aaaabbbb",
    homedir: "/home/alice",
    username: "alice",
    shell: "/bin/bash",
    partition: "short",
    runtime: "04:00:00",
    nprocs: "4",
    launcher: readFileSync("runtime/jupyterhub_hpc/launcher.py", "utf8"),
    ...values,
  };
  return renderSlurmSubmit({
    jobName: slurm.jobName,
    forwardedEnvironment: [...FORWARDED_ENVIRONMENT],
    searchPath: slurm.searchPath,
    moduleInit: [],
    modulePath: [],
    logDirectory: ".jupyterhub/logs",
    keptLogs: 20,
    extraOptions: slurm.jobOptions,
  })
    .replaceAll(/\{% if (\w+) %\}([\s\S]*?)\{% endif -?%\}\n?/g, (_, name: string, text: string) =>
      name in given ? text : "",
    )
    .replaceAll(/\{\{ (\w+) \}\}/g, (_, name: string) => given[name] ?? "?");
}

/** What the program says of a script: nothing, or why it is refused. */
function refusal(script: string): string {
  const program = `
import sys
sys.path.insert(0, "runtime")
from gate.refusal import Refusal
from gate.script import check_script
from gate.settings import read_settings
try:
    check_script(sys.stdin.buffer.read(), read_settings(sys.argv[1]))
except Refusal as refusal:
    print(refusal.words)
`;
  return execaSync("python3", ["-IBS", "-c", program, directory], { input: script }).stdout;
}

test.each<[string, Record<string, string>]>([
  ["as little as can be", {}],
  ["all that can be", { memory: "4000M", reservation: "course.1" }],
  ["GPUs", { partition: "gpu", gres: "gpu:a100:2", nprocs: "16", runtime: "48:00:00", memory: "900000M" }],
])("the hub's own job script is taken: %s", (_what, values) => {
  expect(refusal(jobScript(values))).toBe("");
});

test.each<[string, Record<string, string>, RegExp]>([
  ["a partition that is not offered", { partition: "secret" }, /none of what is offered.*--partition=short/],
  ["more cores than the partition has", { nprocs: "5" }, /--cpus-per-task=5' is not offered with --partition=short/],
  ["more time", { runtime: "04:00:01" }, /--time=04:00:01' is not offered/],
  ["more memory", { memory: "4001M" }, /--mem=4001M' is not offered/],
  ["GPUs where there are none", { gres: "gpu:a100:1" }, /--gres=gpu:a100:1' is not offered/],
  ["more GPUs", { partition: "gpu", gres: "gpu:a100:3" }, /--gres=gpu:a100:3' is not offered/],
  ["a second option in a value", { nprocs: "4 --uid=0" }, /--cpus-per-task=4 --uid=0' is not offered/],
  ["a second option in a line", { nprocs: "4\n#SBATCH --uid=0" }, /--uid=0' is not offered/],
  ["another account than the site's", { comment: "x\n#SBATCH --account=rich" }, /is not offered/],
])("a script that asks for %s is refused, naming it", (_what, values, words) => {
  expect(refusal(jobScript(values))).toMatch(words);
});

test("what the hub's Slurm module reads is what Slurm's commands are asked for", () => {
  const source = readFileSync("runtime/jupyterhub_hpc/schedulers/slurm.py", "utf8");
  const { queue, find } = slurmCommands(slurm).commands;
  const fields = (vector: string[]) => vector.at(-1)?.replace("--format=", "") ?? "?";
  expect(source).toContain(fields(queue));
  expect(source).toContain(fields(find));
});

test("the queue is asked for nothing that a user can write: a line break in a comment would be somebody's job", () => {
  const fields = slurmCommands(slurm).commands.queue.at(-1)?.replace("--format=", "").split("|");
  expect(new Set(fields)).toEqual(new Set(["%i", "%u", "%T", "%B", "%S", "%r"]));
});

test("only servers of this hub are cancelled and listed", () => {
  const { commands, script } = slurmCommands({ ...slurm, jobName: "jupyterhub-dev" });
  for (const name of ["cancel", "queue", "find"] as const) expect(commands[name]).toContain("--name=jupyterhub-dev");
  expect(commands.submit).toContain("--job-name=jupyterhub-dev");
  expect(script.rules.map((rule) => rule.pattern)).toContain("--job-name=jupyterhub-dev");
});

test("every module of the program is one that Python 3.6 parses", () => {
  const program = `
import ast, pathlib, sys
for path in pathlib.Path("runtime/gate").glob("*.py"):
    ast.parse(path.read_text(), str(path), feature_version=(3, 6))
`;
  expect(execaSync("python3", ["-IBS", "-c", program], { reject: false }).stderr).toBe("");
});

test("the limits of a stack arrive", async () => {
  const values = exampleValues();
  Object.assign(values.login, { limits: { submitsPerUser: 3 }, minimumUid: 500 });
  const config = validate(await exampleConfig(values));
  const { cluster } = schedulerOf(config.scheduler);
  const text = renderClusterSettings({ stack: "s", login: config.login, namePattern: "x", cluster });
  expect(JSON.parse(text)).toMatchObject({
    minimumUid: 500,
    limits: { seconds: 600, submitsPerUser: 3, submits: 1000 },
  });
  expect(existsSync(join(directory, "cluster.json"))).toBe(true);
});
