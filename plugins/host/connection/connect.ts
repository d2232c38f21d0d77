import type { Client } from "ssh2";
import type { Configuration } from "./configuration";
import { dial } from "./dial";

/** A connection that is logged in. */
export interface Connection {
  client: Client;
  close(): void;
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
    const client = await dial(name, configuration, { timeoutSeconds, via: { client: hop, address: jump.address } });
    client.once("close", () => hop.end());
    return { client, close: () => client.end() };
  } catch (error) {
    hop.end();
    throw error;
  }
}
