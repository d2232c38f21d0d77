import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import type { Configuration } from "./configuration";
import { dial } from "./dial";

/** A connection that is logged in. */
export interface Connection {
  client: Client;
  close(): void;
}

/** Opens ports as the host at the other end of a connection reaches them. */
export function forwarding(client: Client): (address: string, port: number) => Promise<Duplex> {
  return (address, port) =>
    new Promise((resolve, reject) => {
      client.forwardOut("127.0.0.1", 0, address, port, (error, channel) => (error ? reject(error) : resolve(channel)));
    });
}

/**
 * Connects and logs in, through the jump host if there is one. Every hop's key is checked.
 * @throws Failure with the host's name, its address, the cause and the remedy.
 */
export async function connect(name: string, configuration: Configuration): Promise<Connection> {
  const { jump, connectTimeout: timeoutSeconds } = configuration;
  if (jump === undefined) {
    const client = await dial(name, configuration, { timeoutSeconds });
    return { client, close: () => client.end() };
  }
  const hop = await dial(`${name}'s jump host`, jump, { timeoutSeconds });
  try {
    const client = await dial(name, configuration, {
      timeoutSeconds,
      via: { address: jump.address, open: forwarding(hop) },
    });
    client.once("close", () => hop.end());
    return { client, close: () => client.end() };
  } catch (error) {
    hop.end();
    throw error;
  }
}
