import type { Readable } from "node:stream";
import { Failure } from "../../rpc/failure";
import type { Answer, Command, Script } from "../connection/command";
import type { Host } from "../connection/host";
import type { Tie } from "../guard/guard";

/** One thing a host was asked to do. */
export type Asked =
  | { run: string[]; input?: string; stream?: true }
  /** What comes next is guarded against a lock-out. */
  | { guarded: string };

/** Answers a command in place of a host. */
export type Answering = (command: Command) => Answer;

/** A host that only exists on paper: it notes what it is asked to do, and answers as it is told to. */
export class RecordedHost {
  readonly name = "paper";
  readonly where = "paper (192.0.2.1)";
  readonly configuration = { user: "admin" };
  readonly told: string[] = [];
  readonly asked: Asked[] = [];
  readonly commands: Command[] = [];

  constructor(private readonly answering: Answering) {}

  /** As the resources know it. */
  get host(): Host {
    return this as unknown as Host;
  }

  run(command: Command): Promise<Answer> {
    this.commands.push(command);
    const input = command.input === undefined ? {} : { input: command.input.toString("utf8") };
    this.asked.push({ run: [command.script.name, ...command.args], ...input });
    return Promise.resolve(this.answering(command));
  }

  tell(message: string): void {
    this.told.push(message);
  }

  async must(doing: string, command: Command): Promise<string> {
    const answer = await this.run(command);
    if (answer.exitCode !== 0) throw this.failure(doing, answer);
    return answer.stdout;
  }

  failure(doing: string, answer: Answer): Failure {
    return new Failure(`${this.where}: could not ${doing}: ${answer.stderr.trim()}`);
  }

  async stream(doing: string, script: Script, args: readonly string[], input: Readable): Promise<string> {
    for await (const _ of input);
    const command = { script, args };
    this.commands.push(command);
    this.asked.push({ run: [script.name, ...args], stream: true });
    const answer = this.answering(command);
    if (answer.exitCode !== 0) throw this.failure(doing, answer);
    return answer.stdout;
  }

  /** Notes a guarded change and makes it, as guard.ts does around its timer. */
  guarded<T>(change: { what: string; apply(tie: Tie): Promise<T> }): Promise<T> {
    this.asked.push({ guarded: change.what });
    return change.apply((command) => command);
  }
}
