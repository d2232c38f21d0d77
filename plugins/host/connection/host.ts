import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failure } from "../../rpc/failure";
import type { Warn } from "../../rpc/log";
import { readUndone } from "../guard/scripts";
import { type Answer, type Command, quote, type Script } from "./command";
import { type Configuration, usesSudo } from "./configuration";
import { type Connection, connect } from "./connect";
import { privilegeFailure } from "./connection-failure";
import { Shell } from "./shell";
import { Traffic } from "./traffic";

/** A sshd allows ten sessions a connection by default: one quick shell, these, and room for streams. */
const SLOW_SHELLS = 4;

/** One host: a connection made when first needed, a shell on it for quick commands and a few for slow ones. */
export class Host {
  readonly traffic: Traffic;
  private connection: Promise<Connection> | undefined;
  private quick: Promise<Shell> | undefined;
  private slow: Promise<Shell>[] = [];
  private guard: Promise<unknown> = Promise.resolve();

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
    return new Failure(`${this.where}: could not ${doing}: ${words}`);
  }

  /** Runs a script with a stream as its stdin, on a channel of its own: for what is too large to hold. */
  async stream(
    doing: string,
    script: Script,
    args: readonly string[],
    input: Readable,
    timeoutSeconds: number,
  ): Promise<string> {
    const { client } = await this.connected();
    const sudo = usesSudo(this.configuration);
    const { sudoPassword } = this.configuration;
    const body = `set -eu; export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; die() { printf '%s\\n' "$*" >&2; exit 1; }\n${script.body}`;
    const prefix = !sudo ? "" : sudoPassword === undefined ? "sudo -n -- " : "sudo -S -p '' -- ";
    // The first line is for sudo if it asks; the script must not see it either way.
    const skip = sudo && sudoPassword !== undefined ? 'while IFS= read -r l; do [ "$l" = go ] && break; done; ' : "";
    const line = `${prefix}/bin/sh -c ${quote(skip + body)} ${[script.name, ...args].map(quote).join(" ")}`;
    return new Promise((resolve, reject) => {
      client.exec(line, (error, channel) => {
        if (error) return reject(new Failure(`${this.where}: could not ${doing}: ${error.message}`));
        const out: Buffer[] = [];
        const err: Buffer[] = [];
        const timer = setTimeout(() => {
          channel.close();
          reject(new Failure(`${this.where}: could not ${doing}: no end within ${timeoutSeconds} s.`));
        }, timeoutSeconds * 1000);
        channel.on("data", (piece: Buffer) => out.push(piece));
        channel.stderr.on("data", (piece: Buffer) => err.push(piece));
        channel.on("close", (code: number | null) => {
          clearTimeout(timer);
          const answer = {
            exitCode: code ?? 255,
            stdout: Buffer.concat(out).toString(),
            stderr: Buffer.concat(err).toString(),
          };
          if (answer.exitCode === 0) resolve(answer.stdout);
          else reject(this.failure(doing, answer));
        });
        if (skip !== "") channel.write(`${sudoPassword}\ngo\n`);
        // A command that ends before it has read everything tells why by its exit code, which "close" reports.
        pipeline(input, channel.stdin).catch(() => undefined);
      });
    });
  }

  /** Makes a connection from nothing, login and privilege included, and drops it: proof that the host can be entered. */
  async proveEntry(): Promise<void> {
    const connection = await connect(this.name, this.configuration);
    try {
      (await this.openShell(connection)).close();
    } finally {
      connection.close();
    }
  }

  /** Runs guarded changes one after the other. */
  exclusively<T>(change: () => Promise<T>): Promise<T> {
    const result = this.guard.then(change, change);
    this.guard = result.catch(() => undefined);
    return result;
  }

  close(): void {
    this.connection?.then((connection) => connection.close()).catch(() => undefined);
    this.forget();
  }

  private forget(): void {
    this.connection = undefined;
    this.quick = undefined;
    this.slow = [];
  }

  private connected(): Promise<Connection> {
    if (this.connection === undefined) {
      const attempt = connect(this.name, this.configuration);
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

  private openShell(connection: Connection): Promise<Shell> {
    const { user, sudoPassword, connectTimeout } = this.configuration;
    const sudo = usesSudo(this.configuration);
    return Shell.open(connection.client, {
      where: this.where,
      sudo,
      sudoPassword,
      timeoutSeconds: connectTimeout,
      traffic: this.traffic,
      refused: (stderr) => privilegeFailure(this.name, this.configuration.address, user, sudo, stderr),
    });
  }

  private async quickShell(): Promise<Shell> {
    const current = this.quick;
    if (current !== undefined && (await current.catch(() => undefined))?.usable) return current;
    if (this.quick === current || this.quick === undefined)
      this.quick = this.connected().then(async (connection) => {
        const shell = await this.openShell(connection);
        // Travels with the first batch.
        shell.run(readUndone).then(
          ({ stdout }) => this.tellUndone(stdout),
          () => undefined,
        );
        return shell;
      });
    return this.quick;
  }

  private tellUndone(stdout: string): void {
    for (const line of stdout.split("\n").filter((entry) => entry !== "")) {
      const [time = "", ...what] = line.split(" ");
      this.warn(
        `${this.where}: at ${time} the host undid a change of its ${what.join(" ")} by itself, because no new connection had confirmed it in time: it locked the way in, or Pulumi was cut off or ended.`,
      );
    }
  }

  private async slowShell(): Promise<Shell> {
    const open: Shell[] = [];
    for (const attempt of [...this.slow]) {
      const shell = await attempt.catch(() => undefined);
      if (shell?.idle) return shell;
      if (shell?.usable) open.push(shell);
      else this.slow = this.slow.filter((other) => other !== attempt);
    }
    if (this.slow.length >= SLOW_SHELLS) return open[Math.floor(Math.random() * open.length)] ?? this.quickShell();
    const attempt = this.connected().then((connection) => this.openShell(connection));
    this.slow.push(attempt);
    return attempt;
  }
}
