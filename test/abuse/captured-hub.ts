/** A hub that was captured: its key to the login nodes, and what sudo lets its account do there. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { forwardingAbuse, MARK, sshAsHub } from "./hub-key";
import type { AbuseSite, JobFact } from "./site";

/** What the site adds. */
export interface CapturedHub {
  /** The key, the login nodes' keys and where a login node answers, on the hub host. */
  key: string;
  knownHosts: string;
  loginAddress: string;
  /** The program that answers the hub on the login nodes. */
  program: string;
  /** A job script that is taken, and lines that are not to be, each put in the place of LINE in it. */
  script: string;
  lines: [what: string, line: string][];
}

/** What is asked over SSH. */
const COMMANDS: [what: string, command: string][] = [
  ["a shell", ""],
  ["another program", `touch ${MARK}`],
  ["a command behind an operation", `queue; touch ${MARK}`],
  ["a command behind a line break", `queue\ntouch ${MARK}`],
  ["a command in an argument", `account $(touch ${MARK})`],
  ["a command in back quotes", `account \`touch ${MARK}\``],
  ["a redirection", `queue >${MARK}`],
  ["the scheduler's own command", `sbatch --wrap=touch\\ ${MARK}`],
  ["sudo itself", `sudo -n -u alice touch ${MARK}`],
  ["an operation nobody knows", "exec alice"],
  ["an operation with too many words", "queue --all"],
  ["an operation with too few words", "cancel alice"],
  ["root's job", "submit root"],
  ["the job of somebody outside the group", "submit carol"],
  ["a system account's job", "submit slurm"],
  ["the hub's own account's job", "submit jupyterhub"],
  ["a uid for a name", "submit #0"],
  ["an option for a name", "submit --uid=0"],
  ["a path for a name", "log ../root 1"],
  ["a path for a job", "log alice ../../.ssh/id_ed25519"],
  ["an option for a job", "cancel alice --user=bob"],
  ["a list for a job", "cancel alice 1,2"],
  ["a state for a job", "job --all"],
  ["somebody's account outside the group", "account carol"],
  ["root's account", "account root"],
  ["tabs for blanks", "account\talice"],
  ["a blank too many", "account  alice"],
  ["a file to be received", `scp -t ${MARK}`],
  ["a file to be sent", "scp -f /etc/passwd"],
  ["a file by rsync", `rsync --server -e.LsfxC . ${MARK}`],
  ["a very long request", `account ${"a".repeat(10_000)}`],
];

/** What the hub's account tries with sudo on the login node; PROGRAM stands for the one it may run. */
const SUDO: [what: string, argv: string[]][] = [
  ["a shell as a user", ["-u", "alice", "/bin/sh", "-c", `touch ${MARK}`]],
  ["a log-in shell", ["-u", "alice", "-i"]],
  ["a shell by option", ["-u", "alice", "-s"]],
  ["an editor", ["-u", "alice", "/usr/bin/vi", "-c", `:!touch ${MARK}`]],
  ["sudoedit", ["-u", "alice", "-e", "/home/alice/.bashrc"]],
  ["sudoedit as root", ["-e", "/etc/sudoers"]],
  ["the scheduler's command", ["-u", "alice", "/usr/bin/sbatch", "--parsable"]],
  ["an operation that is not in a user's name", ["-u", "alice", "PROGRAM", "queue"]],
  ["a further argument", ["-u", "alice", "PROGRAM", "submit", "--uid=0"]],
  ["no argument", ["-u", "alice", "PROGRAM"]],
  ["another way to the same program", ["-u", "alice", "/usr/local/../usr/local/lib/python3", "submit"]],
  ["Python with the program", ["-u", "alice", "/usr/bin/python3", "PROGRAM", "submit"]],
  ["root", ["PROGRAM", "submit"]],
  ["root by number", ["-u", "#0", "PROGRAM", "submit"]],
  ["root by a number that wraps", ["-u", "#-1", "PROGRAM", "submit"]],
  ["root by another number that wraps", ["-u", "#4294967295", "PROGRAM", "submit"]],
  ["somebody outside the group", ["-u", "carol", "PROGRAM", "submit"]],
  ["an administrator", ["-u", "admin", "PROGRAM", "submit"]],
  ["the scheduler's account", ["-u", "slurm", "PROGRAM", "submit"]],
  ["its own account", ["-u", "jupyterhub", "PROGRAM", "submit"]],
  ["root's group", ["-u", "alice", "-g", "root", "PROGRAM", "submit"]],
  ["another group", ["-g", "others", "PROGRAM", "submit"]],
  ["a variable", ["-u", "alice", "LD_PRELOAD=/tmp/x.so", "PROGRAM", "submit"]],
  ["a variable of the scheduler", ["-u", "alice", "SBATCH_ACCOUNT=alice", "PROGRAM", "submit"]],
  ["its whole environment", ["-E", "-u", "alice", "PROGRAM", "submit"]],
  ["some of its environment", ["--preserve-env=PYTHONPATH", "-u", "alice", "PROGRAM", "submit"]],
  ["another root directory", ["-R", "/tmp", "-u", "alice", "PROGRAM", "submit"]],
  ["another directory", ["-D", "/root", "-u", "alice", "PROGRAM", "submit"]],
  ["another host's rules", ["-h", "login2", "-u", "alice", "PROGRAM", "submit"]],
  ["what others may do", ["-l", "-U", "admin"]],
];

export function capturedHubAbuse(site: () => AbuseSite, hub: () => CapturedHub): void {
  const login = () => site().box.host(site().hosts.login[0] ?? "");
  const ssh = (options: string[], command: string, input = "") => sshAsHub(site(), hub(), options, command, input);
  const marked = async () => (await login().run(["test", "-e", MARK])).exitCode === 0;
  const idsOf = (jobs: JobFact[]) => jobs.map((job) => job.id);

  beforeAll(() => login().run(["rm", "-f", MARK]));
  afterAll(async () => {
    await login().run(["rm", "-f", MARK]);
    for (const { name } of [site().alice, site().mallory]) await site().cancelAll(name);
  });

  describe("the hub's key on a login node", () => {
    test("is good for what a hub asks", async () => {
      const { stdout, exitCode, stderr } = await ssh([], `account ${site().alice.name}`);
      expect(exitCode, stderr).toBe(0);
      expect(stdout).toContain(`"name": "${site().alice.name}"`);
    });

    test.each(COMMANDS)("not for %s", async (_what, command) => {
      const before = idsOf(await site().jobs());
      const { exitCode, stdout } = await ssh([], command, hub().script.replace("LINE\n", ""));
      expect(exitCode).not.toBe(0);
      expect(stdout).toBe("");
      expect(await marked()).toBe(false);
      expect(idsOf(await site().jobs())).toEqual(before);
    });

    forwardingAbuse(site, hub, marked);

    test("not from another host than the hub's", async () => {
      const { key, loginAddress, knownHosts } = hub();
      const secret = await site().box.host(site().hosts.hub).read(key);
      const other = site().box.host(site().hosts.compute[0] ?? "");
      const script = `umask 077; cat >/tmp/abuse-key; cat >/dev/null; timeout 20 ssh -F none -i /tmp/abuse-key -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null ${site().submitAccount}@${loginAddress} queue; code=$?; rm -f /tmp/abuse-key; exit $code`;
      expect(knownHosts).not.toBe("");
      const { exitCode, stderr } = await other.run(["sh", "-c", script], { input: secret });
      expect(exitCode).toBe(255);
      expect(stderr).toMatch(/denied|closed/i);
    });

    test("a job gets no variable that is not on the list", async () => {
      const evil = [
        "LD_PRELOAD",
        "BASH_ENV",
        "PYTHONPATH",
        "SBATCH_ACCOUNT",
        "SBATCH_EXPORT",
        "SLURM_CONF",
        "ABUSE",
        "ENV",
      ];
      const sent = ["-o", `SetEnv=${evil.map((name) => `${name}=abuse-variable`).join(" ")}`];
      const home = (
        await login().run(["sh", "-c", 'getent passwd "$0" | cut -d: -f6', site().mallory.name])
      ).stdout.trim();
      const file = `${home}/abuse-environment`;
      const script = hub()
        .script.replace("LINE\n", "")
        .replace("sleep 60", `/usr/bin/env >${file}.new; mv ${file}.new ${file}`);
      const { exitCode, stderr } = await ssh(sent, `submit ${site().mallory.name}`, script);
      expect(exitCode, stderr).toBe(0);
      const there = async () => (await login().run(["test", "-s", file])).exitCode === 0;
      await site().box.waitFor("the job to write down its environment", there, 60);
      const environment = await login().read(file);
      await login().run(["rm", "-f", file]);
      expect(environment).toContain("SLURM_JOB_ID=");
      expect(environment).not.toContain("abuse-variable");
    });

    test("a script is taken that asks for what is offered", async () => {
      const { exitCode, stdout, stderr } = await ssh(
        [],
        `submit ${site().mallory.name}`,
        hub().script.replace("LINE\n", ""),
      );
      expect(exitCode, stderr).toBe(0);
      expect(idsOf(await site().jobs())).toContain(stdout.trim());
      const stolen = await ssh([], `cancel ${site().alice.name} ${stdout.trim()}`);
      expect(stolen.exitCode).not.toBe(0);
      expect(await site().isActive(stdout.trim())).toBe(true);
    });

    test("no script is taken that asks for anything else", async () => {
      for (const [what, line] of hub().lines) {
        const before = idsOf(await site().jobs());
        const { exitCode } = await ssh([], `submit ${site().mallory.name}`, hub().script.replace("LINE", line));
        expect(exitCode, what).not.toBe(0);
        expect(idsOf(await site().jobs()), what).toEqual(before);
      }
    });
  });

  describe("sudo for the hub's account", () => {
    test.each(SUDO)("not for %s", async (_what, argv) => {
      const before = idsOf(await site().jobs());
      const words = argv.map((word) => (word === "PROGRAM" ? hub().program : word));
      const input = hub().script.replace("LINE\n", "");
      const { exitCode, stdout } = await login().run(["timeout", "20", "sudo", "-n", ...words], {
        user: site().submitAccount,
        input,
        env: { PYTHONPATH: "/tmp/abuse" },
      });
      expect(exitCode).not.toBe(0);
      expect(stdout).not.toMatch(/uid=|NOPASSWD|^\d+$/m);
      expect(await marked()).toBe(false);
      expect(idsOf(await site().jobs())).toEqual(before);
    });

    test("the program and what it reads can be changed by root alone", async () => {
      const directory = hub().program.replace(/\/[^/]*$/, "");
      const { stdout } = await login().run([
        "find",
        directory,
        "!",
        "-user",
        "root",
        "-o",
        "-perm",
        "/022",
        "!",
        "-type",
        "l",
      ]);
      expect(stdout).toBe("");
      const write = await login().run(["sh", "-c", `echo x >>${hub().program}`], { user: site().submitAccount });
      expect(write.exitCode).not.toBe(0);
    });
  });
}
