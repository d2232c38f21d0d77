/** The Grid Engine job script, completed by the hub's own code, read by the login nodes' own program, and run by bash. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { runtimePython } from "../../test/run/python";
import { renderClusterSettings } from "../login/cluster-settings";
import { gridengine, gridengineSection } from "./gridengine";
import { type JobScript, jobScripts } from "./job-scripts";

const scheduler = gridengine(
  gridengineSection.parse({
    root: "/opt/sge",
    queues: [
      { name: "any", title: "Any", maxCores: 4, maxMemoryMb: 4000, maxRuntime: "4:00:00" },
      { name: "cstest.q", title: "Test", maxCores: 2, maxMemoryMb: 2000, maxRuntime: "8:00:00" },
      { name: "gpu.q", title: "GPU", maxCores: 8, maxGpus: 2, maxRuntime: "2-00:00:00" },
    ],
    parallelEnvironment: "openmp",
    memory: { complex: "rmem" },
    gpus: {},
    projects: [
      { name: "default", title: "None" },
      { name: "cs-test", title: "Test" },
    ],
    resources: [
      {
        name: "infiniband",
        title: "Network",
        complex: "ib",
        choices: [
          { value: "any", title: "any" },
          { value: "1", title: "Infiniband" },
        ],
      },
      { name: "scratch", title: "Scratch", most: 100 },
    ],
    moduleInit: [],
    jobOptions: ["-l special=1"],
  }),
);
const home = (directory: string) => join(directory, "home");
let directory = "";
let python = "";

beforeAll(async () => {
  python = await runtimePython();
}, 600_000);
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "job-"));
  mkdirSync(home(directory));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function make(options: Record<string, unknown>, environment = "/apps/lab"): Promise<JobScript> {
  const [made] = await jobScripts(python, ".", {
    section: scheduler.hubSection({
      environments: [{ name: "lab", title: "Lab", path: environment, modules: [] }],
      namePattern: "[a-z_][a-z0-9_-]{0,31}",
    }),
    settings: JSON.parse(
      renderClusterSettings({
        stack: "s",
        login: {
          account: "jupyterhub",
          usersGroup: "hpcusers",
          minimumUid: 1000,
          home: "/var/lib/x",
          limits: { seconds: 600, submitsPerUser: 1, submits: 1, requestsPerUser: 10, requests: 100 },
        },
        namePattern: "[a-z]+",
        cluster: scheduler.cluster,
      }),
    ),
    cases: [{ user: userInfo().username, home: home(directory), shell: "/bin/bash", options }],
  });
  if (!made) throw new Error("nothing was made");
  return made;
}

const optionsOf = (script: string) =>
  script
    .split("\n")
    .filter((line) => line.startsWith("#$"))
    .map((line) => line.slice(3));
const ALWAYS = [
  "-clear",
  "-N jupyterhub-0123456789abcdef",
  "-S /bin/bash",
  "-wd /",
  "-o /dev/null",
  "-j y",
  "-r n",
  "-l special=1",
];

test.each<[string, Record<string, unknown>, string[]]>([
  ["nothing: neither any nor default is written", {}, ["-l h_rt=01:00:00"]],
  ["the defaults by name", { queue: "any", project: "default", infiniband: "any", scratch: 0 }, ["-l h_rt=01:00:00"]],
  [
    "all there is",
    {
      queue: "gpu.q",
      cores: "8",
      gpus: "2",
      memory: "4G",
      runtime: "48:00:00",
      project: "cs-test",
      infiniband: "1",
      scratch: 100,
    },
    [
      "-l h_rt=48:00:00",
      "-q gpu.q",
      "-pe openmp 8",
      "-l rmem=4096M",
      "-l gpu=2",
      "-P cs-test",
      "-l ib=1",
      "-l scratch=100",
    ],
  ],
  ["one core: no parallel environment", { queue: "cstest.q", cores: 1 }, ["-l h_rt=01:00:00", "-q cstest.q"]],
])("what is asked for is asked of qsub, and the login nodes take it: %s", async (_what, options, asked) => {
  const { script, refused } = await make(options);
  expect(refused).toBe("");
  expect(optionsOf(script).sort()).toEqual([...ALWAYS, ...asked].sort());
  expect(script).not.toMatch(/^#\$.*\b(any|default)\b/m);
});

test.each<[Record<string, unknown>, RegExp]>([
  [{ queue: "secret.q" }, /Queue 'secret.q' is not offered; there are any, cstest.q, gpu.q/],
  [{ queue: "cstest.q", cores: 3 }, /cores is 3; queue cstest.q offers 1 to 2/],
  [{ queue: "cstest.q", gpus: 1 }, /gpus is 1; queue cstest.q offers 0 to 0/],
  [{ runtime: "4:00:01" }, /not offered by queue any, at most 04:00:00/],
  [{ memory: "5G" }, /more than the 4000 MB/],
  [{ project: "rich" }, /Project 'rich' is not offered; there are default, cs-test/],
  [{ infiniband: "2" }, /Infiniband '2' is not offered/],
  [{ scratch: 101 }, /scratch is 101; this cluster offers 0 to 100/],
  [{ queue: "cstest.q\n#$ -P rich" }, /must be a short text/],
  [{ h_vmem: "1G" }, /There is no option 'h_vmem'/],
])("what is not offered is refused: %j", async (options, words) => {
  expect((await make(options)).refused).toMatch(words);
});

/** Puts in place what a login node hands over, and runs the script as Grid Engine would: by its first line, or by its shell. */
async function run(handed: string | undefined, shell: string[] = []) {
  const bin = join(directory, "lab.versions/1/bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(directory, "lab.versions/1/pyvenv.cfg"), "");
  symlinkSync("lab.versions/1", join(directory, "lab"));
  writeFileSync(
    join(bin, "python"),
    `#!/bin/sh\nrm -f ${directory}/lab\n[ "$2" = -c ] && exit 0\n/usr/bin/env -0 > ${directory}/seen\n/usr/bin/tr '\\0' '\\n' < /proc/$$/cmdline > ${directory}/arguments\n`,
  );
  chmodSync(join(bin, "python"), 0o755);
  const place = join(home(directory), ".jupyterhub/handed-over");
  mkdirSync(place, { recursive: true });
  if (handed !== undefined) writeFileSync(join(place, "0123456789abcdef"), handed, { mode: 0o600 });
  const file = join(directory, "spooled");
  const { script } = await make({}, join(directory, "lab"));
  writeFileSync(file, handed === undefined ? script.replace("for _ in 1 2 3 4 5 6 7 8 9 10", "for _ in 1") : script);
  chmodSync(file, 0o755);
  const [command = file, ...rest] = [...shell, file];
  const env = { JOB_ID: "77", NSLOTS: "1", LD_PRELOAD: "", JUPYTERHUB_API_TOKEN: "of-the-job", SGE_ROOT: "/opt/sge" };
  const result = execaSync(command, rest, { env, extendEnv: false, reject: false, timeout: 20_000 });
  const seen = existsSync(join(directory, "seen")) ? readFileSync(join(directory, "seen"), "utf8") : "";
  return {
    exitCode: result.exitCode,
    environment: new Map(
      seen.split("\0").map((pair): [string, string] => [pair.split("=")[0] ?? "", pair.slice(pair.indexOf("=") + 1)]),
    ),
    left: existsSync(join(place, "0123456789abcdef")),
    script,
  };
}

test.each([
  ["unix_behavior", []],
  ["posix_compliant", ["/bin/bash"]],
])("the server gets what was handed over and nothing else, once (%s)", async (_mode, shell) => {
  const odd = "a 'b' \"c\" $HOME `id` \\ \n second line";
  const { exitCode, environment, left, script } = await run(
    `JUPYTERHUB_API_TOKEN=${odd}\0LD_PRELOAD=/evil.so\0JUPYTERHUB_SERVER_NAME=\0`,
    shell,
  );
  expect(exitCode).toBe(0);
  expect(environment.get("JUPYTERHUB_API_TOKEN")).toBe(odd);
  expect(environment.get("JUPYTERHUB_SERVER_NAME")).toBe("");
  expect([environment.get("JOB_ID"), environment.get("SGE_ROOT"), environment.has("LD_PRELOAD")]).toEqual([
    "77",
    "/opt/sge",
    false,
  ]);
  expect(left).toBe(false);
  expect(script).not.toContain("of-the-job");
  expect(readFileSync(join(directory, "arguments"), "utf8")).not.toContain("of-the-job");
});

test("the server keeps the version of its environment that it started with, when the link is gone before it is up", async () => {
  const { environment } = await run("JUPYTERHUB_API_TOKEN=t\0");
  expect(environment.get("PATH")).toMatch(`${join(directory, "lab.versions/1/bin")}:`);
  expect(readFileSync(join(directory, "arguments"), "utf8")).toContain(
    `${join(directory, "lab.versions/1/bin/python")}\n-I\n`,
  );
});

test("a job that finds nothing handed over ends with an exit code that the hub knows", async () => {
  expect((await run(undefined)).exitCode).toBe(86);
});

test.each<[string, Record<string, unknown>, RegExp]>([
  [
    "cores without a parallel environment",
    { queues: [{ name: "q", title: "Q", maxCores: 2 }] },
    /queues.0.maxCores needs parallelEnvironment/,
  ],
  ["GPUs without their complex", { queues: [{ name: "q", title: "Q", maxGpus: 2 }] }, /queues.0.maxGpus needs gpus/],
  ["no queue", { queues: [] }, /queues must name at least one queue/],
  [
    "two queues that mean any",
    { queues: ["any", "default"].map((name) => ({ name, title: "Q" })) },
    /queues.1.name is used twice/,
  ],
  ["a field's own name", { resources: [{ name: "memory", title: "M", most: 3 }] }, /form's own fields/],
  [
    "both kinds of a resource",
    { resources: [{ name: "x", title: "M", most: 3, choices: [{ value: "a", title: "A" }] }] },
    /resources.0 must have one of choices/,
  ],
  ["an option that is two lines", { jobOptions: ["-l x=1\n#$ -P rich"] }, /qsub option/],
])("a configuration with %s is refused", (_what, part, words) => {
  const parsed = gridengineSection.safeParse({ root: "/opt/sge", queues: [{ name: "q", title: "Q" }], ...part });
  const issues = parsed.success ? [] : parsed.error.issues;
  expect(issues.map(({ path, message }) => `${path.join(".")} ${message}`).join()).toMatch(words);
});
