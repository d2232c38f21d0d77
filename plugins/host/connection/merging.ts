import type { Answer, Script, Together } from "./command";
import type { Request } from "./framing";

/** A request whose answer somebody waits for. */
export interface Pending extends Request {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** Ends the part of each command in the answer of a script that did several. */
export const END_OF_ONE = "next\n";
/** So many are done by one script: its arguments have to fit into a command line of the programs it starts. */
const MOST = 500;
const DEFAULT_TIMEOUT_SECONDS = 60;

/** Says of a command that the script that did several has left it out. */
const ALONE = "alone\n";

/** With whom a command can be made: a script for several, what it gets for this one, and the group of those it can be made with. */
function wayOf({ command }: Pending): Together | undefined {
  const { many, args, together } = command;
  return many === undefined ? together : { script: many, args, group: "" };
}

/**
 * Puts the commands of a batch that one script can do together into one request each, so that three hundred files cost a process or two and not
 * a few each. If that one fails, each of its commands is asked for by itself, which is safe for what only reads or may be begun again.
 * @param alone asks for a command by itself
 */
export function merged(batch: readonly Pending[], alone: (request: Pending) => void): Pending[] {
  const groups = new Map<Script, Map<string, Pending[]>>();
  const result: (Pending | Pending[])[] = [];
  for (const request of batch) {
    const way = wayOf(request);
    if (way === undefined) {
      result.push(request);
      continue;
    }
    const ofScript = groups.get(way.script) ?? new Map<string, Pending[]>();
    groups.set(way.script, ofScript);
    const open = ofScript.get(way.group);
    if (open !== undefined && open.length < MOST) open.push(request);
    else {
      const group = [request];
      ofScript.set(way.group, group);
      result.push(group);
    }
  }
  return result.map((entry) => (Array.isArray(entry) ? made(entry, alone) : entry));
}

function made(group: readonly Pending[], alone: (request: Pending) => void): Pending {
  const [first] = group as [Pending, ...Pending[]];
  const script = wayOf(first)?.script;
  if (script === undefined || group.length === 1) return first;
  const timeoutSeconds = DEFAULT_TIMEOUT_SECONDS + group.length;
  const args = group.flatMap((request) => wayOf(request)?.args ?? []);
  const inputs = group.flatMap(({ command: { input } }) => input ?? []);
  return {
    id: first.id,
    command: { script, args, input: inputs.length === 0 ? undefined : Buffer.concat(inputs), timeoutSeconds },
    resolve: ({ exitCode, stdout }) => {
      const parts = stdout.split(END_OF_ONE);
      const whole = exitCode === 0 && parts.length === group.length + 1 && parts.at(-1) === "";
      for (const [i, request] of group.entries())
        if (whole && parts[i] !== ALONE) request.resolve({ exitCode, stdout: parts[i] ?? "", stderr: "" });
        else alone(request);
    },
    reject: (error) => {
      for (const request of group) request.reject(error);
    },
  };
}
