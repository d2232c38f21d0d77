import type { Client, ClientChannel } from "ssh2";
import { Failure } from "../../rpc/failure";
import type { Answer, Command, Script } from "./command";
import { AnswerReader, encodeBatch, REMOTE_LOOP } from "./framing";
import { Gathering } from "./gathering";
import { merged, type Pending } from "./merging";
import { type Entry, startProgram } from "./start";
import type { Traffic } from "./traffic";

/** A batch is closed when its inputs reach this size, so that answers keep coming during a large upload. */
const BATCH_BYTES = 4 * 1024 * 1024;
const DEFAULT_TIMEOUT_SECONDS = 60;

const NOTHING: Script = { name: "nothing", body: ":" };

/** Whether what was asked for was done is not known. */
export class ConnectionLost extends Failure {
  constructor(
    message: string,
    /** The connection that it came over. */
    readonly client: Client,
  ) {
    super(message);
  }
}

/** A shell that stays open on the host. Requests made while it works travel together in the next batch. */
export class Shell {
  private readonly defined = new Set<Script>();
  private readonly reader = new AnswerReader();
  private readonly inFlight = new Map<number, Pending>();
  private queue: Pending[] = [];
  private nextId = 1;
  private departure: NodeJS.Timeout | undefined;
  /** When the oldest request of the queue came. */
  private since = 0;
  private watchdog: NodeJS.Timeout | undefined;
  private failed: Error | undefined;

  private constructor(
    private readonly channel: ClientChannel,
    client: Client,
    private readonly where: string,
    private readonly traffic: Traffic,
    private readonly gathering: Gathering,
  ) {
    channel.on("data", (piece: Buffer) => this.receive(piece));
    channel.on("close", () =>
      this.fail(
        new ConnectionLost(
          `${where}: the connection was lost while it was in use. Run pulumi up again: it continues.`,
          client,
        ),
      ),
    );
    channel.on("error", (error: Error) => this.fail(new Failure(`${where}: ${error.message}`)));
    channel.stderr.resume();
  }

  /**
   * Starts a shell, by sudo if told so.
   * @param options.gathering default: nothing is waited for
   */
  static async open(client: Client, options: Entry & { traffic: Traffic; gathering?: Gathering }): Promise<Shell> {
    const channel = await startProgram(client, options, REMOTE_LOOP, "READY\n");
    return new Shell(channel, client, options.where, options.traffic, options.gathering ?? new Gathering());
  }

  /** Whether it still answers. */
  get usable(): boolean {
    return this.failed === undefined;
  }

  /** Whether nothing is under way. */
  get idle(): boolean {
    return this.usable && this.queue.length === 0 && this.inFlight.size === 0;
  }

  /** Runs a command. Its exit code is for the caller to judge. */
  run(command: Command): Promise<Answer> {
    if (this.failed !== undefined) return Promise.reject(this.failed);
    return new Promise((resolve, reject) => {
      if (this.queue.length === 0) this.since = performance.now();
      this.queue.push({ id: this.nextId++, command, resolve, reject });
      this.schedule();
    });
  }

  close(): void {
    this.channel.end();
  }

  /** Closes it when its work is done, and waits until the host has given its session free. */
  async retire(): Promise<void> {
    const closed = new Promise((resolve) => this.channel.once("close", resolve));
    await this.run({ script: NOTHING, args: [] }).catch(() => undefined);
    if (!this.usable) return;
    this.close();
    await closed;
  }

  /** Sends the queue when the shell is idle and nobody is worth waiting for. */
  private schedule(): void {
    if (this.inFlight.size > 0 || this.queue.length === 0) return;
    clearTimeout(this.departure);
    const wait = this.gathering.wait(
      this.queue.map(({ command }) => command),
      performance.now() - this.since,
    );
    this.departure = setTimeout(() => this.flush(), wait);
  }

  private flush(): void {
    let bytes = 0;
    const batch: Pending[] = [];
    while (this.queue.length > 0 && bytes < BATCH_BYTES) {
      const next = this.queue.shift() as Pending;
      bytes += next.command.input?.length ?? 0;
      batch.push(next);
    }
    if (batch.length === 0) return;
    const requests = merged(batch, ({ command: { many: _, together: __, ...command }, resolve, reject }) => {
      this.run(command).then(resolve, reject);
    });
    for (const request of requests) this.inFlight.set(request.id, request);
    const encoded = encodeBatch(requests, this.defined);
    this.traffic.count(batch.length, encoded.length);
    this.channel.write(encoded);
    this.watch();
  }

  /** The shell works one request after the other, so the clock is that of the oldest. */
  private watch(): void {
    clearTimeout(this.watchdog);
    const oldest = this.inFlight.values().next().value;
    if (oldest === undefined) return;
    const seconds = oldest.command.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
    this.watchdog = setTimeout(() => {
      this.fail(new Failure(`${this.where}: ${oldest.command.script.name} gave no answer within ${seconds} s.`));
      this.channel.close();
    }, seconds * 1000);
  }

  private receive(piece: Buffer): void {
    try {
      for (const { id, answer } of this.reader.push(piece)) {
        this.inFlight.get(id)?.resolve(answer);
        this.inFlight.delete(id);
      }
    } catch (error) {
      this.fail(new Failure(`${this.where}: ${(error as Error).message}`));
      this.channel.close();
      return;
    }
    this.watch();
    this.schedule();
  }

  private fail(error: Error): void {
    if (this.failed !== undefined) return;
    this.failed = error;
    clearTimeout(this.watchdog);
    clearTimeout(this.departure);
    for (const pending of [...this.inFlight.values(), ...this.queue]) pending.reject(error);
    this.inFlight.clear();
    this.queue = [];
  }
}
