/** A hub that was captured: what the program on the submit hosts does for it, and what sudo lets its account do there. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Result } from "../../box/api";
import { MARK } from "./mark";
import { newJobs } from "./new-jobs";
import type { AbuseSite, JobFact } from "./site";
import { sudoAbuse } from "./sudo";

/** What the site adds. */
export interface CapturedHub {
  /** Has the program do something, as the hub does: over SSH with the hub's key, or as a process of the hub's account on its own host. */
  ask(command: string, input?: string, variables?: Record<string, string>): Promise<Result>;
  /** The program that answers the hub on the submit hosts. */
  program: string;
  /** A job script that is taken, another one each time, with a further line among its directives and commands of the user's own. */
  script(further?: string, commands?: string): string;
  /** Lines that are not to be taken. */
  lines: [what: string, line: string][];
  /** The scheduler's command that submits, with an argument, and the scheduler's own account. */
  submit: string[];
  schedulerAccount: string;
  /** Variables by which somebody would change what that command does, beside those of every program. */
  variables: string[];
  /** The variable that holds a job's own id. */
  jobId: string;
}

/** What is asked; SUBMIT, SCHEDULER and ACCOUNT stand for the site's. */
const COMMANDS: [what: string, command: string][] = [
  ["a shell", ""],
  ["another program", `touch ${MARK}`],
  ["a command behind an operation", `queue; touch ${MARK}`],
  ["a command behind a line break", `queue\ntouch ${MARK}`],
  ["a command in an argument", `account $(touch ${MARK})`],
  ["a command in back quotes", `account \`touch ${MARK}\``],
  ["a redirection", `queue >${MARK}`],
  ["the scheduler's own command", "SUBMIT"],
  ["sudo itself", `sudo -n -u alice touch ${MARK}`],
  ["an operation nobody knows", "exec alice"],
  ["an operation with too many words", "queue --all"],
  ["an operation with too few words", "cancel alice"],
  ["root's job", "submit root"],
  ["the job of somebody outside the group", "submit carol"],
  ["a system account's job", "submit SCHEDULER"],
  ["the hub's own account's job", "submit ACCOUNT"],
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

/** Variables that would change what any program does. */
const VARIABLES = ["LD_PRELOAD", "BASH_ENV", "PYTHONPATH", "ABUSE", "ENV"];

/** The hub in somebody else's hands: `further` are the cases of the way in which the hub asks, if there is more to it. */
export function capturedHubAbuse(
  site: () => AbuseSite,
  hub: () => CapturedHub,
  further?: (marked: () => Promise<boolean>) => void,
): void {
  const host = () => site().box.host(site().hosts.submit);
  const marked = async () => (await host().run(["test", "-e", MARK])).exitCode === 0;
  const idsOf = (jobs: JobFact[]) => jobs.map((job) => job.id);
  const named = (text: string) =>
    text
      .replace("SUBMIT", hub().submit.join(" "))
      .replace("SCHEDULER", hub().schedulerAccount)
      .replace("ACCOUNT", site().submitAccount);

  beforeAll(() => host().run(["rm", "-f", MARK]));
  afterAll(async () => {
    await host().run(["rm", "-f", MARK]);
    for (const { name } of [site().alice, site().mallory]) await site().cancelAll(name);
  });

  describe("the program on a submit host", () => {
    test("does what a hub asks", async () => {
      const { stdout, exitCode, stderr } = await hub().ask(`account ${site().alice.name}`);
      expect(exitCode, stderr).toBe(0);
      expect(stdout).toContain(`"name": "${site().alice.name}"`);
    });

    test.each(COMMANDS)("not for %s", async (_what, command) => {
      const before = await site().jobs();
      const { exitCode, stdout } = await hub().ask(named(command), hub().script());
      expect(exitCode).not.toBe(0);
      expect(stdout).toBe("");
      expect(await marked()).toBe(false);
      expect(await newJobs(site(), before)).toEqual([]);
    });

    further?.(marked);

    test("a job gets no variable that is not on the list", async () => {
      const evil = [...VARIABLES, ...hub().variables].map((name) => [name, "abuse-variable"]);
      const owner = site().mallory.name;
      const home = (await host().run(["sh", "-c", 'getent passwd "$0" | cut -d: -f6', owner])).stdout.trim();
      const file = `${home}/abuse-environment`;
      const script = hub().script("", `/usr/bin/env >${file}.new; mv ${file}.new ${file}`);
      const { exitCode, stderr } = await hub().ask(`submit ${owner}`, script, Object.fromEntries(evil));
      expect(exitCode, stderr).toBe(0);
      const there = async () => (await host().run(["test", "-s", file])).exitCode === 0;
      await site().box.waitFor("the job to write down its environment", there, 60);
      const environment = await host().read(file);
      await host().run(["rm", "-f", file]);
      expect(environment).toContain(`${hub().jobId}=`);
      expect(environment).not.toContain("abuse-variable");
    });

    test("a script is taken that asks for what is offered", async () => {
      const { exitCode, stdout, stderr } = await hub().ask(`submit ${site().mallory.name}`, hub().script());
      expect(exitCode, stderr).toBe(0);
      const job = stdout.trim();
      await site().box.waitFor("the job", async () => idsOf(await site().jobs()).includes(job), 20);
      const stolen = await hub().ask(`cancel ${site().alice.name} ${job}`);
      expect(stolen.exitCode).not.toBe(0);
      expect(await site().isActive(job)).toBe(true);
    });

    test("no script is taken that asks for anything else", async () => {
      for (const [what, line] of hub().lines) {
        const before = await site().jobs();
        const { exitCode } = await hub().ask(`submit ${site().mallory.name}`, hub().script(line));
        expect(exitCode, what).not.toBe(0);
        expect(await newJobs(site(), before), what).toEqual([]);
      }
    });
  });

  sudoAbuse(site, hub, marked);
}
