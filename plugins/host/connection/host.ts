import type { Readable } from "node:stream";
import { Failure } from "../../rpc/failure";
import type { Warn } from "../../rpc/log";
import { OVERDUE_SECONDS, parseRollbacks, remark, waiting } from "../guard/report";
import { settle } from "../guard/scripts";
import type { Answer, Command, Script } from "./command";
import { type Configuration, usesSudo } from "./configuration";
import { type Connection, connect } from "./connect";
import { privilegeFailure } from "./connection-failure";
import { Gathering } from "./gathering";
import { nextStep } from "./next-step";
import { Sessions } from "./sessions";
import { ConnectionLost, Shell } from "./shell";
import { type Entry, SessionRefused, startProgram } from "./start";
import { streamProgram } from "./stream";
import { Traffic } from "./traffic";

/** The host could not be entered: no connection, no login, or no privilege. */
export class NoEntry extends Failure {}

/** Takes what kept us out of a host as such. */
function noEntry(error: Error): never {
  throw error instanceof SessionRefused ? error : new NoEntry(error.message);
}

/** One host: a connection made when first needed, a shell on it for quick commands and a few for slow ones. */
export class Host {
  readonly traffic: Traffic;
  /** What is going to be asked of the quick shell. */
  readonly gathering = new Gathering();
  private connection: Promise<Connection> | undefined;
  private quick: Promise<Shell> | undefined;
  private readonly sessions = new Sessions({
    quick: () => this.quickShell(),
    shell: async () => this.openShell(await this.connected()),
    program: async (program) => startProgram((await this.connected()).client, this.entry, program),
  });
  private guard: Promise<unknown> = Promise.resolve();
  private closed = false;
  /** Number of the rollback that is armed for a change of ours. */
  private guarding = "";

  constructor(
    readonly name: string,
    readonly configuration: Configuration,
    private readonly warn: Warn = () => undefined,
  ) {
    this.traffic = new Traffic(name);
  }

  /** The host in an error: name and address. */
  get where(): string {
    return `${this.name} (${this.configuration.address})`;
  }

  /** Runs a command as root (or as the account that logs in, where sudo is off). Its exit code is for the caller to judge. */
  async run(command: Command): Promise<Answer> {
    return (await (command.slow ? this.sessions.slowShell() : this.quickShell())).run(command);
  }

  /**
   * Runs a command that has to succeed and gives back its stdout.
   * @param doing What it was for, in the error: "write /etc/motd".
   */
  async must(doing: string, command: Command): Promise<string> {
    const answer = await this.run(command);
    if (answer.exitCode !== 0) throw this.failure(doing, answer);
    return answer.stdout;
  }

  /** The error of a command that failed, in its own words. */
  failure(doing: string, answer: Answer): Failure {
    const words = (answer.stderr.trim() || answer.stdout.trim() || `exit code ${answer.exitCode}`).slice(-4000);
    const next = nextStep(words);
    return new Failure(`${this.where}: could not ${doing}: ${words}${next && `\nNext: ${next}`}`);
  }

  /** Runs a script with a stream as its stdin, on a channel of its own: for what is too large to hold. */
  async stream(
    doing: string,
    script: Script,
    args: readonly string[],
    input: Readable,
    timeoutSeconds: number,
  ): Promise<string> {
    const answer = await this.sessions.stream(streamProgram(script, args), input, timeoutSeconds);
    if (answer.exitCode !== 0) throw this.failure(doing, answer);
    return answer.stdout;
  }

  /**
   * Makes a connection from nothing, login and privilege included, and drops it: proof that the host can be entered.
   * @param command Run over it. Default none.
   */
  async enter(timeoutSeconds: number, command?: Command): Promise<Answer | undefined> {
    const connectTimeout = Math.min(timeoutSeconds, this.configuration.connectTimeout);
    const connection = await connect(this.name, { ...this.configuration, connectTimeout });
    try {
      const shell = await this.openShell(connection);
      const answer = command && (await shell.run(command));
      shell.close();
      return answer;
    } finally {
      connection.close();
    }
  }

  /** Runs guarded changes one after the other. @param number of its rollback. */
  exclusively<T>(change: (number: string) => Promise<T>, number: string): Promise<T> {
    const begin = () => {
      this.guarding = number;
      return change(number).finally(() => {
        this.guarding = "";
      });
    };
    const result = this.guard.then(begin, begin);
    this.guard = result.catch(() => undefined);
    return result;
  }

  /** Does something that changes nothing; when the connection is lost meanwhile, once more over a new one. */
  async reading<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ConnectionLost) || this.closed) throw error;
      const current = await this.connection?.catch(() => undefined);
      // Another read may have made the new one already.
      if (current?.client === error.client) this.forget();
      return read();
    }
  }

  /** Tells the person at the keyboard something about this host. */
  tell(message: string): void {
    this.warn(`${this.where}: ${message}`);
  }

  /** Ends the connection, and refuses to make another. */
  close(): void {
    this.closed = true;
    this.connection?.then((connection) => connection.close()).catch(() => undefined);
    this.forget();
  }

  private forget(): void {
    this.connection = undefined;
    this.quick = undefined;
    this.sessions.forget();
  }

  private connected(): Promise<Connection> {
    if (this.closed) return Promise.reject(new Failure(`${this.where}: the connection was closed.`));
    if (this.connection === undefined) {
      const attempt = connect(this.name, this.configuration).catch(noEntry);
      this.connection = attempt;
      attempt.then(
        (connection) => {
          connection.client.on("error", () => undefined);
          connection.client.on("close", () => this.connection === attempt && this.forget());
        },
        // The failure is everybody's answer for now, but a later request may try again.
        () => setTimeout(() => this.connection === attempt && this.forget(), 1000).unref(),
      );
    }
    return this.connection;
  }

  private get entry(): Entry {
    const { address, user, sudoPassword, connectTimeout: timeoutSeconds } = this.configuration;
    const sudo = usesSudo(this.configuration);
    const refused = (words: string) => privilegeFailure(this.name, address, user, sudo, words);
    return { where: this.where, sudo, sudoPassword, timeoutSeconds, refused };
  }

  private openShell(connection: Connection, gathering?: Gathering): Promise<Shell> {
    return Shell.open(connection.client, { ...this.entry, traffic: this.traffic, gathering }).catch(noEntry);
  }

  private async quickShell(): Promise<Shell> {
    const current = this.quick;
    if (current !== undefined && (await current.catch(() => undefined))?.usable) return current;
    if (this.quick === current || this.quick === undefined)
      this.quick = this.connected().then(async (connection) => {
        const shell = await this.openShell(connection, this.gathering);
        await this.settled(shell);
        return shell;
      });
    return this.quick;
  }

  /** Before anything is read or done: what a former run left half done is undone, and what another is doing is waited for. */
  private async settled(shell: Shell): Promise<void> {
    for (let waited = false; ; waited = true) {
      const { stdout } = await shell.run(settle(this.guarding));
      const rollbacks = parseRollbacks(stdout);
      const pending = rollbacks.find(({ state, secondsLeft }) => state === "armed" && secondsLeft > -OVERDUE_SECONDS);
      if (pending === undefined) {
        for (const words of rollbacks.map(remark)) if (words !== undefined) this.tell(words);
        return;
      }
      if (!waited) this.tell(waiting("Reading", pending));
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}
