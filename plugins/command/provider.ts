import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { byContent } from "../rpc/asset";
import { checkProperties } from "../rpc/check";
import { compareProperties } from "../rpc/difference";
import { Failure } from "../rpc/failure";
import type { Log } from "../rpc/log";
import type { Plain, Properties } from "../rpc/properties";
import type { Checked, Created, Difference, Live, ResourceProvider, Subject } from "../rpc/provider";
import { sealLogins, unpinned } from "./connection";
import { type Output, parseArgs, type RemoteCommandArgs, remoteCommand } from "./remote-command";
import { run } from "./run";

const ARGS = Object.keys(remoteCommand.args);

function mustBeServed(type: string): void {
  if (type !== remoteCommand.token)
    throw new Failure(
      `The stand-in for the plugin "command" serves ${remoteCommand.token} alone, not ${type}. Next: install the genuine plugin (docs/stand-ins.md).`,
    );
}

function strings(value: Plain | undefined): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
}

/** Strings that no message may show. Host and account are in the connection too, which is secret as a whole, and are no secrets. */
function hiddenOf(properties: Properties, { connection }: RemoteCommandArgs): string[] {
  const given = [...properties.secrets].filter((key) => key !== "connection");
  const logins = [connection, connection.proxy].flatMap((at) => [at?.password, at?.privateKey, at?.privateKeyPassword]);
  return [...given.flatMap((key) => strings(properties.values[key])), ...logins]
    .filter((text): text is string => text !== undefined && text.length >= 4)
    .sort((a, b) => b.length - a.length);
}

/** Properties as they go on the wire. */
function written(properties: Properties): Properties {
  const { connection, ...values } = properties.values;
  return connection === undefined
    ? properties
    : { ...properties, values: { ...values, connection: sealLogins(connection) } };
}

/** Properties as they are compared: triggers may be files. */
function compared(properties: Properties): Properties {
  return { ...properties, values: byContent(properties.values) as Properties["values"] };
}

/** Arguments and output as they go into the state. */
function stateOf(inputs: Properties, output: Output): Properties {
  return written({ ...inputs, values: { ...inputs.values, ...output } });
}

/** What a preview can say: the output is known when the command has run. */
function foretell(inputs: Properties): Properties {
  return { ...written(inputs), unknowns: new Set([...inputs.unknowns, ...remoteCommand.outputs]) };
}

/** The stand-in for the genuine plugin of @pulumi/command: the same on the hosts, for the resource the components use. */
export class CommandProvider implements ResourceProvider {
  /** That of the genuine plugin whose place this takes. */
  readonly version = "1.2.1";
  /** A command cannot be read back, by the genuine plugin neither. */
  readonly refreshBeforeUpdate = false;
  private readonly interrupted = new AbortController();

  constructor(private readonly log: Log) {}

  async checkConfig(_name: string, _old: Properties | undefined, inputs: Properties): Promise<Checked> {
    return { inputs, failures: [] };
  }

  async diffConfig(): Promise<Difference> {
    return { changes: {}, deleteBeforeReplace: false };
  }

  async configure(): Promise<void> {}

  async check(type: string, inputs: Properties, { urn }: Subject): Promise<Checked> {
    mustBeServed(type);
    const checked = checkProperties(type, remoteCommand.args, inputs);
    for (const secret of remoteCommand.secrets) checked.inputs.secrets.add(secret);
    const complete = checked.failures.length === 0 && !checked.inputs.unknowns.has("connection");
    if (complete) this.warnOfStrangers(parseArgs({ ...checked.inputs.values }), urn);
    return { ...checked, inputs: written(checked.inputs) };
  }

  async diff(type: string, _id: string, _state: Properties, news: Properties, olds: Properties): Promise<Difference> {
    mustBeServed(type);
    const [old, wanted] = [compared(olds), compared(news)];
    const secret = (key: string) => old.secrets.has(key) || wanted.secrets.has(key);
    const { replaceOn } = remoteCommand;
    const open = ARGS.filter((key) => !secret(key));
    const changes = compareProperties(old, wanted, open, replaceOn);
    for (const key of ARGS.filter(secret)) {
      const same =
        !wanted.unknowns.has(key) &&
        old.secrets.has(key) === wanted.secrets.has(key) &&
        isDeepStrictEqual(old.values[key], wanted.values[key]);
      const [was, will] = [key in old.values, key in wanted.values || wanted.unknowns.has(key)];
      const replace = (replaceOn as readonly string[]).includes(key);
      if (!same) changes[key] = { kind: was ? (will ? "update" : "delete") : "add", replace };
    }
    return { changes, deleteBeforeReplace: false };
  }

  async create(type: string, inputs: Properties, preview: boolean, subject: Subject): Promise<Created> {
    mustBeServed(type);
    if (preview) return { id: "", state: foretell(inputs) };
    const output = await this.run(inputs, parseArgs(inputs.values).create, { stdout: "", stderr: "" }, subject);
    return { id: `${subject.name}${randomBytes(4).toString("hex")}`, state: stateOf(inputs, output) };
  }

  async read(_type: string, id: string, state: Properties, inputs: Properties): Promise<Live> {
    return { id, state: written(state), inputs: written(inputs) };
  }

  async update(
    type: string,
    _id: string,
    state: Properties,
    inputs: Properties,
    preview: boolean,
    subject: Subject,
  ): Promise<Properties> {
    mustBeServed(type);
    if (preview) return foretell(inputs);
    const args = parseArgs(inputs.values);
    return stateOf(inputs, await this.run(inputs, args.update ?? args.create, this.outputOf(state), subject));
  }

  async delete(type: string, _id: string, state: Properties, subject: Subject): Promise<void> {
    mustBeServed(type);
    const args = parseArgs(state.values);
    if (args.delete === undefined) return;
    this.warnOfStrangers(args, subject.urn);
    await this.run(state, args.delete, this.outputOf(state), subject);
  }

  async invoke(token: string): Promise<Record<string, Plain>> {
    throw new Failure(
      `The stand-in for the plugin "command" has no function ${token}. Next: install the genuine plugin.`,
    );
  }

  cancel(): void {
    this.interrupted.abort();
  }

  private outputOf({ values }: Properties): Output {
    return { stdout: String(values.stdout ?? ""), stderr: String(values.stderr ?? "") };
  }

  /** Without a command nothing is run, and what was said stays said. */
  private async run(
    properties: Properties,
    command: string | undefined,
    previous: Output,
    { urn }: Subject,
  ): Promise<Output> {
    if (command === undefined) return previous;
    const args = parseArgs(properties.values);
    const hidden = hiddenOf(properties, args);
    return run({ command, args, previous, hidden, log: this.log, urn, signal: this.interrupted.signal });
  }

  private warnOfStrangers({ connection }: RemoteCommandArgs, urn: string): void {
    for (const where of unpinned(connection))
      this.log(
        "warning",
        `no hostKey is given for ${where}: whoever answers there is taken for that host, and gets the command, its input and the password. Give connection.hostKey.`,
        { urn },
      );
  }
}
