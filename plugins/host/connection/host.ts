import type { Readable } from "node:stream";
import type { ClientChannel } from "ssh2";
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
import { Shell } from "./shell";
import { type Entry, SessionRefused, startProgram } from "./start";
import { feed, streamProgram } from "./stream";
import { Traffic } from "./traffic";

/** A sshd allows ten sessions a connection by default: one quick shell, these, and room for streams. */
const SLOW_SHELLS = 6;

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
  private slow: Promise<Shell>[] = [];
  /** Fewer where the host refused one more. */
  private mostSlow = SLOW_SHELLS;
  private readonly streams = new Set<Promise<Answer>>();
  private turn: Promise<unknown> = Promise.resolve();
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
    return (await (command.slow ? this.slowShell() : this.quickShell())).run(command);
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
    const channel = await this.session(streamProgram(script, args));
    const fed = feed(channel, input, timeoutSeconds);
    this.streams.add(fed);
    try {
      const answer = await fed;
      if (answer.exitCode !== 0) throw this.failure(doing, answer);
      return answer.stdout;
    } finally {
      this.streams.delete(fed);
    }
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
    this.slow = [];
    this.mostSlow = SLOW_SHELLS;
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

  /** Runs a program in a session of its own; where the host allows no more of them, when one has become free. One after the other asks. */
  private session(program: string): Promise<ClientChannel> {
    const begin = () => this.openSession(program);
    const opened = this.turn.then(begin, begin);
    this.turn = opened;
    return opened;
  }

  private async openSession(program: string): Promise<ClientChannel> {
    await this.quickShell();
    const { client } = await this.connected();
    for (let pauses = 0; ; ) {
      try {
        return await startProgram(client, this.entry, program);
      } catch (error) {
        if (!(error instanceof SessionRefused)) throw error;
        if (await this.madeRoom()) continue;
        // A host counts a session a moment longer than its channel is open.
        if (++pauses > 3) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  /** Whether a session of ours has ended, so that asking again may help. */
  private async madeRoom(): Promise<boolean> {
    const shell = this.slow.pop();
    if (shell !== undefined) await shell.then((open) => open.retire()).catch(() => undefined);
    else if (this.streams.size > 0) await Promise.race(this.streams).catch(() => undefined);
    else return false;
    return true;
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

  private async slowShell(): Promise<Shell> {
    // First of all sessions, where the host allows few.
    const quick = await this.quickShell();
    const open: Shell[] = [];
    for (const attempt of [...this.slow]) {
      const shell = await attempt.catch(() => undefined);
      if (shell?.idle) return shell;
      if (shell?.usable) open.push(shell);
      else this.slow = this.slow.filter((other) => other !== attempt);
    }
    if (this.slow.length >= this.mostSlow) return open[Math.floor(Math.random() * open.length)] ?? quick;
    const attempt = this.connected().then((connection) => this.openShell(connection));
    this.slow.push(attempt);
    return attempt.catch((error) => {
      this.slow = this.slow.filter((other) => other !== attempt);
      if (!(error instanceof SessionRefused)) throw error;
      this.mostSlow = this.slow.length;
      return this.slowShell();
    });
  }
}
