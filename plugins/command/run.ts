import type { ClientChannel } from "ssh2";
import { Failure } from "../rpc/failure";
import type { Log } from "../rpc/log";
import { dial } from "./connection";
import type { Output, RemoteCommandArgs } from "./remote-command";
import { start, type Variable, VariableRefused } from "./session";

const HINT =
  "This only works if the host's sshd accepts it (AcceptEnv). Else put it into the command: NAME=value command";

/** What a command is run with. */
export interface Run {
  command: string;
  args: RemoteCommandArgs;
  /** What the command before it said. */
  previous: Output;
  /** Strings that no message may show. */
  hidden: readonly string[];
  log: Log;
  urn: string;
  signal: AbortSignal;
}

function variables({ args, previous }: Run): Variable[] {
  const given = Object.entries(args.environment ?? {}).map(([name, value]) => ({ name, value, needed: true }));
  if (args.addPreviousOutputInEnv === false) return given;
  const past = [
    { name: "PULUMI_COMMAND_STDOUT", value: previous.stdout, needed: false },
    { name: "PULUMI_COMMAND_STDERR", value: previous.stderr, needed: false },
  ];
  return [...given, ...past.filter(({ value }) => value !== "")];
}

/** Passes on whole lines, and at the end what is left. */
function lines(write: (line: string) => void): { take(text: string): void; end(): void } {
  let rest = "";
  return {
    take: (text) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) write(part.replace(/\r$/, ""));
    },
    end: () => rest !== "" && write(rest),
  };
}

interface Ended extends Output {
  /** Both streams as they came. */
  both: string;
  /** What went wrong, if something did. */
  problem?: string;
}

function problem(code: number | null | undefined, signal: string | undefined): string | undefined {
  if (signal) return `Process exited with signal ${signal}`;
  if (code === undefined || code === null) return "the connection ended before the command had an exit status";
  return code === 0 ? undefined : `Process exited with status ${code}`;
}

function collect(channel: ClientChannel, { args, log, urn }: Run): Promise<Ended> {
  const shown = lines((line) => log("info", line, { urn, ephemeral: true }));
  const logged = args.logging ?? "stdoutAndStderr";
  const taken = { stdout: [] as Buffer[], stderr: [] as Buffer[], both: [] as Buffer[] };
  const take = (stream: "stdout" | "stderr") => (data: Buffer) => {
    taken[stream].push(data);
    taken.both.push(data);
    if (logged === stream || logged === "stdoutAndStderr") shown.take(data.toString());
  };
  channel.on("data", take("stdout"));
  channel.stderr.on("data", take("stderr"));
  let exit: { code?: number | null; signal?: string } = {};
  channel.on("exit", (code: number | null, signal?: string) => {
    exit = { code, signal };
  });
  const text = (data: Buffer[]) => Buffer.concat(data).toString();
  return new Promise((resolve) => {
    channel.on("close", () => {
      shown.end();
      const stdout = text(taken.stdout).replace(/\n$/, "");
      const stderr = text(taken.stderr).replace(/\n$/, "");
      resolve({ stdout, stderr, both: text(taken.both), problem: problem(exit.code, exit.signal) });
    });
  });
}

function hide(text: string, hidden: readonly string[]): string {
  return hidden.reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
}

/**
 * Runs one command on a host, over a connection of its own.
 * @throws Failure with the exit status and all it said
 */
export async function run(wanted: Run): Promise<Output> {
  const { command, args, hidden, log, urn, signal } = wanted;
  const { client, close } = await dial(args.connection, signal);
  try {
    const warn = (name: string) => log("warning", `${name} could not be set on the host. ${HINT}`, { urn });
    const { stdout, stderr, both, problem } = await start(client, command, variables(wanted), warn, (channel) => {
      channel.end(args.stdin ?? "");
      return collect(channel, wanted);
    });
    if (problem !== undefined)
      throw new Failure(hide(`${problem}: running ${JSON.stringify(command)}:\n${both}`, hidden));
    return { stdout, stderr };
  } catch (error) {
    if (error instanceof VariableRefused) throw new Failure(`${error.message}: the host refused it. ${HINT}`);
    throw error instanceof Failure ? error : new Failure((error as Error).message);
  } finally {
    close();
  }
}
