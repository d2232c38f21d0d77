import type { Answer, Script } from "./command";
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

/**
 * Puts the commands of a batch that one script can do together into one request each, so that three hundred files cost a process or two and not
 * a few each. If that one fails, each of its commands is asked for by itself, which is safe for what only reads.
 * @param alone asks for a command by itself
 */
export function merged(batch: readonly Pending[], alone: (request: Pending) => void): Pending[] {
  const groups = new Map<Script, Pending[][]>();
  const result: (Pending | Pending[])[] = [];
  for (const request of batch) {
    const { many } = request.command;
    const list = many && (groups.get(many) ?? []);
    const open = list?.at(-1);
    if (many === undefined || list === undefined) result.push(request);
    else if (open !== undefined && open.length < MOST) open.push(request);
    else {
      const group = [request];
      groups.set(many, [...list, group]);
      result.push(group);
    }
  }
  return result.map((entry) => (Array.isArray(entry) ? together(entry, alone) : entry));
}

function together(group: readonly Pending[], alone: (request: Pending) => void): Pending {
  const [first] = group as [Pending, ...Pending[]];
  const script = first.command.many;
  if (script === undefined || group.length === 1) return first;
  const timeoutSeconds = DEFAULT_TIMEOUT_SECONDS + group.length;
  return {
    id: first.id,
    command: { script, args: group.flatMap(({ command }) => command.args), timeoutSeconds },
    resolve: ({ exitCode, stdout }) => {
      const parts = stdout.split(END_OF_ONE);
      const whole = exitCode === 0 && parts.length === group.length + 1 && parts.at(-1) === "";
      for (const [i, request] of group.entries())
        if (whole) request.resolve({ exitCode, stdout: parts[i] ?? "", stderr: "" });
        else alone(request);
    },
    reject: (error) => {
      for (const request of group) request.reject(error);
    },
  };
}
