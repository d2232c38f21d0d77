/** What the hub's account tries with sudo on a submit host, once it has a shell there. */
import { describe, expect, test } from "vitest";
import type { CapturedHub } from "./captured-hub";
import { MARK } from "./mark";
import { newJobs } from "./new-jobs";
import type { AbuseSite } from "./site";

/** PROGRAM stands for the one program it may run, SCHEDULER and ACCOUNT for accounts, VARIABLE for one of the scheduler's, HOST for another host. */
const SUDO: [what: string, argv: string[]][] = [
  ["a shell as a user", ["-u", "alice", "/bin/sh", "-c", `touch ${MARK}`]],
  ["a log-in shell", ["-u", "alice", "-i"]],
  ["a shell by option", ["-u", "alice", "-s"]],
  ["an editor", ["-u", "alice", "/usr/bin/vi", "-c", `:!touch ${MARK}`]],
  ["sudoedit", ["-u", "alice", "-e", "/home/alice/.bashrc"]],
  ["sudoedit as root", ["-e", "/etc/sudoers"]],
  ["the scheduler's command", ["-u", "alice", "SUBMIT"]],
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
  ["the scheduler's account", ["-u", "SCHEDULER", "PROGRAM", "submit"]],
  ["its own account", ["-u", "ACCOUNT", "PROGRAM", "submit"]],
  ["root's group", ["-u", "alice", "-g", "root", "PROGRAM", "submit"]],
  ["another group", ["-g", "others", "PROGRAM", "submit"]],
  ["a variable", ["-u", "alice", "LD_PRELOAD=/tmp/x.so", "PROGRAM", "submit"]],
  ["a variable of the scheduler", ["-u", "alice", "VARIABLE=alice", "PROGRAM", "submit"]],
  ["its whole environment", ["-E", "-u", "alice", "PROGRAM", "submit"]],
  ["some of its environment", ["--preserve-env=PYTHONPATH", "-u", "alice", "PROGRAM", "submit"]],
  ["another root directory", ["-R", "/tmp", "-u", "alice", "PROGRAM", "submit"]],
  ["another directory", ["-D", "/root", "-u", "alice", "PROGRAM", "submit"]],
  ["another host's rules", ["-h", "HOST", "-u", "alice", "PROGRAM", "submit"]],
  ["what others may do", ["-l", "-U", "admin"]],
];

export function sudoAbuse(site: () => AbuseSite, hub: () => CapturedHub, marked: () => Promise<boolean>): void {
  const host = () => site().box.host(site().hosts.submit);
  const wordsOf = (argv: string[]) => {
    const { program, schedulerAccount, submit, variables } = hub();
    const words: Record<string, string[]> = {
      PROGRAM: [program],
      SCHEDULER: [schedulerAccount],
      SUBMIT: submit,
      ACCOUNT: [site().submitAccount],
      HOST: site().hosts.compute.slice(0, 1),
    };
    return argv.flatMap((word) => words[word] ?? word.replace(/^VARIABLE=/, `${variables[0]}=`));
  };

  describe("sudo for the hub's account", () => {
    test.each(SUDO)("not for %s", async (_what, argv) => {
      const before = await site().jobs();
      const { exitCode, stdout } = await host().run(["timeout", "20", "sudo", "-n", ...wordsOf(argv)], {
        user: site().submitAccount,
        input: hub().script(),
        env: { PYTHONPATH: "/tmp/abuse" },
      });
      expect(exitCode).not.toBe(0);
      expect(stdout).not.toMatch(/uid=|NOPASSWD|^\d+$/m);
      expect(await marked()).toBe(false);
      expect(await newJobs(site(), before)).toEqual([]);
    });

    test("the program and what it reads can be changed by root alone", async () => {
      const { program } = hub();
      const directory = program.replace(/\/[^/]*$/, "");
      const find = ["find", directory, "!", "-user", "root", "-o", "-perm", "/022", "!", "-type", "l"];
      expect((await host().run(find)).stdout).toBe("");
      const write = await host().run(["sh", "-c", `echo x >>${program}`], { user: site().submitAccount });
      expect(write.exitCode).not.toBe(0);
    });
  });
}
