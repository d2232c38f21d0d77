/** What a captured hub could do on a login node: with its key over SSH, and with its account there. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box, type Result } from "../../../box/api";

const PROGRAM = "/usr/local/lib/jupyterhub-hpc-jupyterhub/cluster";
let box: Box;
/** Of alice's server, which 01-notebook started. */
let job = "";
let script = "";
let began = "";

beforeAll(async () => {
  box = await attach("vub");
  began = (await box.host("login1").run(["date", "+%F %T"])).stdout.trim();
  job = (await asAccount(["queue"])).stdout.split("\n").find((line) => line.includes("|alice|RUNNING|")) ?? "";
  job = job.split("|")[0] ?? "";
  expect(job, "no server of alice's runs: 01-notebook starts it").toMatch(/^\d+$/);
  script = (await box.host("slurm").run(["scontrol", "write", "batch_script", job, "-"])).stdout;
  // Two accounts that are members of the group and no persons: one by its number, one by its shell.
  await root("useradd --uid 950 --no-create-home --groups hpcusers --shell /bin/bash robot");
  await root("useradd --uid 2950 --no-create-home --groups hpcusers --shell /usr/sbin/nologin gone");
});

afterAll(async () => {
  await root("userdel robot; userdel gone; rm -f /var/lib/jupyterhub-submit/limits/submitsPerUser.bob");
});

const root = (command: string) => box.host("login1").run(["sh", "-c", command]);
const asAccount = (words: string[], input = "") =>
  box.host("login1").run([PROGRAM, ...words], { user: "jupyterhub", input });

/** The hub's own key, from the hub's own host. */
function ssh(options: string[], command: string[], input = ""): Promise<Result> {
  const key = ["-i", "/etc/jupyterhub/ssh/id_ed25519", "-o", "UserKnownHostsFile=/etc/jupyterhub/ssh/known_hosts"];
  const safe = ["-o", "BatchMode=yes", "-o", "ConnectTimeout=10"];
  return box.host("hub").run(["ssh", ...key, ...safe, ...options, "jupyterhub@10.77.0.11", ...command], { input });
}

async function journal(): Promise<string> {
  const options = ["-t", "jupyterhub-hpc-jupyterhub", "--no-pager", "-o", "cat", `--since=${began}`];
  return (await box.host("login1").run(["journalctl", ...options])).stdout;
}

/** Ids of a user's jobs that wait or run. */
async function jobsOf(user: string): Promise<string[]> {
  const { stdout } = await box.host("slurm").run(["squeue", "--noheader", `--user=${user}`, "--format=%i"]);
  return stdout.split("\n").filter(Boolean);
}

test("the hub's key gets answers to requests", async () => {
  const { stdout, stderr, exitCode } = await ssh([], ["account", "alice"]);
  expect(exitCode, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ name: "alice", uid: 2001, home: "/home/alice", shell: "/bin/bash" });
});

const NO_REQUESTS: [string, string[], string[]][] = [
  ["a shell", [], []],
  ["a command", [], ["touch /tmp/captured"]],
  ["a command behind a request", [], ["queue; touch /tmp/captured"]],
  ["a command in a request", [], ["account $(touch /tmp/captured)"]],
  ["a request of two lines", [], ["queue\ntouch /tmp/captured"]],
  ["sbatch", [], ["sudo -n -u alice /usr/bin/sbatch --parsable"]],
  ["a file to be received", [], ["scp -t /tmp/captured"]],
  ["sftp", ["-s"], ["sftp"]],
  ["an option for the scheduler", [], ["cancel alice --all"]],
  ["jobs of others", [], ["cancel alice 1,2"]],
  ["another file than a log", [], ["log alice ../../.ssh/id_ed25519"]],
];

test.each(NO_REQUESTS)("the hub's key does not get %s", async (_what, options, command) => {
  const { exitCode, stdout, stderr } = await ssh(options, command, "touch /tmp/captured\n");
  // sshd passes on nothing that a subsystem says on its standard error.
  if (!options.includes("-s"))
    expect(stderr).toMatch(
      /jupyterhub-hpc: (That is nothing this host does for a hub|.* is no job id|.* is not the name)/,
    );
  expect([64, 77]).toContain(exitCode);
  expect(stdout).toBe("");
  expect((await root("ls /tmp/captured")).exitCode).toBe(2);
});

test.each([
  ["carol", /not a member of the group hpcusers/],
  ["root", /not the account of a person/],
  ["slurm", /may not log in here|not the account of a person/],
  ["robot", /robot \(uid 950\) is not the account of a person/],
  ["gone", /may not log in here/],
  ["jupyterhub", /not the account of a person|own account/],
  ["nobody-else", /has no account here/],
])("nothing is done in the name of %s", async (user, words) => {
  const answers = [await asAccount(["submit", user], script), await asAccount(["log", user, "1"])];
  for (const { exitCode, stderr } of answers) {
    expect(stderr).toMatch(words);
    expect(exitCode).toBe(77);
  }
  expect(await jobsOf(user)).toEqual([]);
});

test("the account may have sudo start the program with three words as members of the group, and nothing else", async () => {
  const { stdout } = await box.host("login1").run(["sudo", "-l", "-U", "jupyterhub"]);
  // sudo folds long lines.
  const rules = stdout.split("following commands on login1:")[1]?.replace(/\s+/g, " ").trim();
  const commands = ["submit", "cancel", "log"].map((word) => `${PROGRAM} ${word}`).join(", ");
  expect(rules).toBe(`(%hpcusers, !root, !jupyterhub) NOPASSWD: ${commands}`);
});

const SUDO: [string, string[]][] = [
  ["sbatch", ["-u", "bob", "/usr/bin/sbatch", "--parsable"]],
  ["a shell", ["-u", "bob", "/bin/sh"]],
  ["the program in carol's name", ["-u", "carol", PROGRAM, "submit"]],
  ["the program in root's name", ["-u", "root", PROGRAM, "submit"]],
  ["the program in nobody's name", [PROGRAM, "submit"]],
  ["the program with another group", ["-u", "bob", "-g", "others", PROGRAM, "submit"]],
  ["the program by number", ["-u", "#2003", PROGRAM, "submit"]],
  ["the program with another word", ["-u", "bob", PROGRAM, "queue"]],
  ["the program with one word more", ["-u", "bob", PROGRAM, "cancel", "1"]],
  ["a variable", ["-u", "bob", "PATH=/tmp", PROGRAM, "submit"]],
];

test.each(SUDO)("sudo does not start %s", async (_what, argv) => {
  const { exitCode, stderr } = await box
    .host("login1")
    .run(["sudo", "-n", ...argv], { user: "jupyterhub", input: script });
  expect(stderr).toMatch(/password is required|not allowed|not in the sudoers/);
  expect(exitCode).toBe(1);
  expect(await jobsOf("bob")).toEqual([]);
});

const SCRIPTS: [string, (text: string) => string, RegExp][] = [
  ["another user's", (t) => t.replace("#SBATCH --nodes=1", "#SBATCH --uid=0"), /--uid=0' is not offered/],
  ["another account's", (t) => t.replace("#SBATCH --nodes=1", "#SBATCH --account=rich"), /--account=rich/],
  ["another name's", (t) => t.replace("--job-name=jupyterhub", "--job-name=x"), /--job-name=x' is not offered/],
  ["an array", (t) => t.replace("#SBATCH --nodes=1", "#SBATCH --array=1-1000"), /--array=1-1000/],
  ["more nodes", (t) => t.replace("--nodes=1", "--nodes=2"), /--nodes=2/],
  ["more cores", (t) => t.replace(/--cpus-per-task=\d+/, "--cpus-per-task=5"), /--cpus-per-task=5' is not offered/],
  ["more time", (t) => t.replace(/--time=\S+/, "--time=04:00:01"), /--time=04:00:01' is not offered/],
  ["a partition that is not offered", (t) => t.replace("=short", "=secret"), /none of what is offered/],
  ["an output file", (t) => t.replace("/dev/null", "/tmp/captured"), /--output=\/tmp\/captured' is not offered/],
  ["an option behind the script", (t) => `${t}#SBATCH --uid=0\n`, /--uid=0' is not offered/],
  ["an option in an older way", (t) => `${t}#SLURM --uid=0\n`, /#SLURM --uid=0/],
  ["another interpreter", (t) => t.replace("#!/bin/bash -p", "#!/usr/bin/env bash"), /does not begin with/],
];

test.each(SCRIPTS)(
  "a job script that asks for %s is refused as the account and as the user",
  async (_, change, words) => {
    const asked = change(script);
    expect(asked).not.toBe(script);
    const asUser = await box
      .host("login1")
      .run(["sudo", "-n", "-u", "bob", PROGRAM, "submit"], { user: "jupyterhub", input: asked });
    for (const { exitCode, stderr } of [await asAccount(["submit", "bob"], asked), asUser]) {
      expect(stderr).toMatch(words);
      expect(exitCode).toBe(77);
    }
    expect(await jobsOf("bob")).toEqual([]);
  },
);

test("a server is submitted, found, cancelled; the environment holds what is listed, and each step is in the journal", async () => {
  const asked = script.replaceAll("/home/alice", "/home/bob").replaceAll("'alice'", "'bob'");
  const hold = asked.replace("# Job of a", "env | cut -d= -f1 | sort >/home/bob/names; exec sleep 300\n# Job of a");
  const env = {
    JUPYTERHUB_USER: "bob",
    JUPYTERHUB_API_TOKEN: "canary-of-the-test",
    SBATCH_PARTITION: "long",
    EVIL: "1",
  };
  const { stdout, stderr } = await box
    .host("login1")
    .run([PROGRAM, "submit", "bob"], { user: "jupyterhub", input: hold, env });
  expect(stdout, stderr).toMatch(/^\d+\n$/);
  const id = stdout.trim();
  expect((await asAccount(["find", "bob"])).stdout).toContain(`${id}|`);
  expect((await asAccount(["job", id])).stdout).toContain("Partition=short");
  const names = async () => (await root("cat /home/bob/names")).stdout.split("\n").filter(Boolean);
  await box.waitFor("the job to tell its environment", async () => (await names()).includes("USER"), 60);
  expect(await names()).toEqual(expect.arrayContaining(["JUPYTERHUB_API_TOKEN", "JUPYTERHUB_USER", "HOME"]));
  expect((await names()).filter((name) => /EVIL|SBATCH|SUDO|SSH/.test(name))).toEqual([]);
  expect((await asAccount(["cancel", "bob", id])).exitCode).toBe(0);
  await box.waitFor("the job to end", async () => !(await jobsOf("bob")).includes(id), 60);
  await root("rm -f /home/bob/names");
  const lines = (await journal()).split("\n");
  expect(lines).toContainEqual(
    expect.stringMatching(
      `^operation=submit user=bob job=${id} result=done options="--job-name=jupyterhub .*--partition=short .*"$`,
    ),
  );
  expect(lines).toContainEqual(`operation=cancel user=bob job=${id} result=done`);
  expect(lines).toContainEqual(
    expect.stringMatching(/^operation="queue; touch \/tmp\/captured" .*hub=10\.77\.0\.10 result="refused: /),
  );
  expect(lines.join("\n")).not.toContain("canary-of-the-test");
});

test("a job that is no server of this hub is not cancelled, nor is another user's", async () => {
  const submit = ["sbatch", "--parsable", "--partition=short", "--mem=10", "--output=/dev/null", "--wrap=sleep 300"];
  const { stdout } = await box.host("login1").run(submit, { user: "bob" });
  const own = stdout.trim();
  expect(own).toMatch(/^\d+$/);
  await asAccount(["cancel", "bob", own]);
  const others = await asAccount(["cancel", "bob", job]);
  expect(others.stderr).toMatch(/Access\/permission denied|Invalid/);
  expect(await jobsOf("bob")).toContain(own);
  expect(await jobsOf("alice")).toContain(job);
  await box.host("login1").run(["scancel", own], { user: "bob" });
});

test("a log is read as its user: nothing but a plain file of his, and no link is followed", async () => {
  const own = await asAccount(["log", "alice", job]);
  expect(own.stdout.length, own.stderr).toBeGreaterThan(100);
  expect(own.stdout.length).toBeLessThanOrEqual(8192);
  expect(await box.host("login1").read(`/home/alice/.jupyterhub/logs/server-${job}.log`)).toContain(own.stdout);
  const logs = "/home/bob/.jupyterhub/logs";
  await box
    .host("login1")
    .run(["sh", "-c", `mkdir -p -m 0700 ${logs}; echo canary >~/secret; ln -s ~/secret ${logs}/server-4242.log`], {
      user: "bob",
    });
  const linked = await asAccount(["log", "bob", "4242"]);
  expect(linked.stdout).toBe("");
  expect(linked.stderr).toMatch(/server-4242\.log cannot be read/);
  await root(`rm -f ${logs}/server-4242.log /home/bob/secret`);
});

test("a limit that is reached is told with the time at which it will be less", async () => {
  const limit = "/var/lib/jupyterhub-submit/limits/submitsPerUser.bob";
  await root(`date -d '+1 hour' +%s >${limit}; chown jupyterhub: ${limit}`);
  const { exitCode, stderr } = await asAccount(["submit", "bob"], script);
  expect(stderr).toMatch(/bob has asked for as many servers as it may: 200 in 600 s\. Again at \d\d:\d\d:\d\d\./);
  expect(exitCode).toBe(75);
  expect(await jobsOf("bob")).toEqual([]);
  expect(await journal()).toMatch(/operation=submit user=bob result="refused: bob has asked/);
});

test("nobody but root can change the program, and nobody but the account what is counted", async () => {
  const loose = await root(`find /usr/local/lib/jupyterhub-hpc-jupyterhub ! -user root -o -perm /022`);
  expect(loose.stdout).toBe("");
  const stat = await root("stat -c '%U %a' /var/lib/jupyterhub-submit/limits");
  expect(stat.stdout).toBe("jupyterhub 700\n");
  expect((await root(`${PROGRAM} queue`)).stderr).toMatch(/This is nothing for root/);
});
