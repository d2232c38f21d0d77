import { readFile } from "node:fs/promises";
import { NodeSSH } from "node-ssh";
import type { Client } from "ssh2";
import { Failure } from "../../rpc/failure";
import type { Configuration, EndpointConfiguration } from "./configuration";
import { type Attempt, connectionFailure } from "./connection-failure";
import { algorithmsFor, type HostKey, isPinned, parseHostKey } from "./host-key";

/** A connection that is logged in. */
export interface Connection {
  client: Client;
  close(): void;
}

type Credentials = { privateKey?: string; agent?: string };

async function credentials(
  endpoint: EndpointConfiguration,
  where: string,
): Promise<{ login: Credentials; means: string }> {
  if (endpoint.privateKey !== undefined)
    return { login: { privateKey: endpoint.privateKey }, means: "the configured private key" };
  if (endpoint.privateKeyFile !== undefined) {
    const path = endpoint.privateKeyFile;
    const key = await readFile(path, "utf8").catch((error: Error) => {
      throw new Failure(`${where}: the private key ${path} cannot be read (${error.message}). Correct privateKeyFile.`);
    });
    return { login: { privateKey: key }, means: `the key in ${path}` };
  }
  const agent = process.env.SSH_AUTH_SOCK;
  if (agent === undefined)
    throw new Failure(
      `${where}: no SSH agent is running (SSH_AUTH_SOCK is not set). Start one, or give privateKeyFile.`,
    );
  return { login: { agent }, means: "the keys of the agent" };
}

async function dial(
  name: string,
  endpoint: EndpointConfiguration,
  timeoutSeconds: number,
  via?: Client,
): Promise<NodeSSH> {
  const pinned = endpoint.hostKeys.map(parseHostKey).filter((key): key is HostKey => key !== undefined);
  const { login, means } = await credentials(endpoint, `${name} (${endpoint.address})`);
  const { address, port, user } = endpoint;
  const attempt: Attempt = { name, address, port, user, pinned, timeoutSeconds, means };
  const ssh = new NodeSSH();
  try {
    await ssh.connect({
      ...login,
      host: address,
      port,
      username: user,
      sock: via === undefined ? undefined : await forward(via, address, port),
      readyTimeout: timeoutSeconds * 1000,
      keepaliveInterval: 10_000,
      keepaliveCountMax: 3,
      algorithms: { serverHostKey: algorithmsFor(pinned) as never },
      hostVerifier: (key: Buffer) => {
        attempt.seen = key;
        return isPinned(key, pinned);
      },
    });
    return ssh;
  } catch (error) {
    ssh.dispose();
    throw connectionFailure(error, attempt);
  }
}

function forward(client: Client, address: string, port: number): Promise<import("ssh2").ClientChannel> {
  return new Promise((resolve, reject) => {
    client.forwardOut("127.0.0.1", 0, address, port, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
}

function clientOf(ssh: NodeSSH): Client {
  if (ssh.connection === null) throw new Failure("The SSH connection was closed as soon as it was made.");
  return ssh.connection;
}

/**
 * Connects and logs in, through the jump host if there is one. Every hop's key is checked.
 * @throws Failure with the host's name, its address, the cause and the remedy.
 */
export async function connect(name: string, configuration: Configuration): Promise<Connection> {
  const { jump, connectTimeout } = configuration;
  const hop = jump === undefined ? undefined : await dial(`${name}'s jump host`, jump, connectTimeout);
  try {
    const ssh = await dial(name, configuration, connectTimeout, hop && clientOf(hop));
    const close = () => {
      ssh.dispose();
      hop?.dispose();
    };
    return { client: clientOf(ssh), close };
  } catch (error) {
    hop?.dispose();
    throw error;
  }
}
