import type { Client, ClientChannel } from "ssh2";

/** What ssh2 keeps for itself, as of the version in package-lock.json. */
interface Internals {
  _protocol: {
    env(channel: number, name: string, value: string, wantReply: boolean): void;
    exec(channel: number, command: string, wantReply: boolean): void;
  };
  _chanMgr: { _channels: Record<string, { outgoing?: { id: number }; _callbacks?: ((refused: boolean) => void)[] }> };
}

/** A variable for the command. */
export interface Variable {
  name: string;
  value: string;
  /** Without it the command is not run. */
  needed: boolean;
}

/** The host does not let a variable in that the command needs. */
export class VariableRefused extends Error {
  constructor(readonly variable: string) {
    super(`could not set environment variable ${JSON.stringify(variable)}`);
  }
}

/**
 * Starts a command, once the host has accepted its variables. ssh2 sends them without asking for an answer and the command right behind; the
 * genuine plugin asks, and does not run a command that would lack one.
 * @param client of this command alone
 * @param refused is told each variable that is not needed and was refused
 * @param take gets the channel at once: an exit status may lie in the same packet as the answer to the command
 * @throws VariableRefused, and nothing was run
 */
export function start<T>(
  client: Client,
  command: string,
  variables: readonly Variable[],
  refused: (name: string) => void,
  take: (channel: ClientChannel) => Promise<T>,
): Promise<T> {
  const { _protocol: protocol, _chanMgr: channels } = client as unknown as Internals;
  const exec = protocol.exec.bind(protocol);
  return new Promise((resolve, reject) => {
    protocol.exec = (id, line, wantReply) => {
      const channel = Object.values(channels._channels).find(({ outgoing }) => outgoing?.id === id);
      // What waits here is the answer to the command, which is not sent yet.
      const answer = channel?._callbacks?.pop();
      if (channel?._callbacks === undefined || answer === undefined)
        throw new Error("ssh2 has changed: see session.ts");
      const { _callbacks: waiting } = channel;
      const next = (rest: readonly Variable[]) => {
        const [variable, ...others] = rest;
        if (variable === undefined) {
          waiting.push(answer);
          return exec(id, line, wantReply);
        }
        waiting.push((isRefused) => {
          if (isRefused && variable.needed) return reject(new VariableRefused(variable.name));
          if (isRefused) refused(variable.name);
          next(others);
        });
        protocol.env(id, variable.name, variable.value, true);
      };
      next(variables);
    };
    client.once("close", () => reject(new Error("the connection was closed")));
    client.exec(command, (error, channel) => (error ? reject(error) : resolve(take(channel))));
  });
}
