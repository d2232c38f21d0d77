import { setTimeout as wait } from "node:timers/promises";
import { NodeSSH } from "node-ssh";
import type { Client } from "ssh2";
import { z } from "zod";
import { fingerprint, type HostKey, isPinned, parseHostKey } from "../host/connection/host-key";
import { Failure } from "../rpc/failure";
import { type Plain, sealed } from "../rpc/properties";

const endpointArgs = {
  agentSocketPath: z.string().optional(),
  dialErrorLimit: z.int().min(-1).default(10),
  host: z.string(),
  hostKey: z
    .string()
    .refine((line) => parseHostKey(line) !== undefined, 'is not a public host key such as "ssh-ed25519 AAAA..."')
    .optional(),
  password: z.string().optional(),
  perDialTimeout: z.int().nonnegative().default(15),
  port: z.number().default(22),
  privateKey: z.string().optional(),
  privateKeyPassword: z.string().optional(),
  user: z.string().default("root"),
};

/** How to get into a host, property by property. */
export const connectionArgs = { ...endpointArgs, proxy: z.strictObject(endpointArgs).optional() };

const schema = z.object(connectionArgs);

/** How to get into a host. */
export type ConnectionArgs = z.infer<typeof schema>;
type EndpointArgs = Omit<ConnectionArgs, "proxy">;

/** A connection that is logged in; of one command alone. */
export interface Dialled {
  client: Client;
  close(): void;
}

const LOGINS = ["password", "privateKey", "privateKeyPassword"];

/** A connection as the genuine plugin writes it: its logins are secrets inside of what is secret already. Else a change of plugin is a change of it. */
export function sealLogins(connection: Plain | undefined): Plain {
  if (typeof connection !== "object" || connection === null || Array.isArray(connection)) return connection ?? null;
  const seal = ([key, value]: [string, Plain]): [string, Plain] => {
    if (key === "proxy") return [key, sealLogins(value)];
    return [key, LOGINS.includes(key) ? sealed(value) : value];
  };
  return Object.fromEntries(Object.entries(connection).map(seal));
}

/** The endpoints that will be believed to be who they say they are. */
export function unpinned(connection: ConnectionArgs): string[] {
  return [connection, connection.proxy]
    .filter((endpoint) => endpoint !== undefined && endpoint.hostKey === undefined)
    .map((endpoint) => `${endpoint?.host}:${endpoint?.port}`);
}

/** A private key that cannot be read is not tried again. */
class BadKey extends Failure {}

/** The ways to log in, in the genuine plugin's order, of those that the host offers. */
function methods(ways: readonly ("publickey" | "agent" | "password" | "keyboard-interactive")[]) {
  const left: string[] = ["none", ...ways];
  return (offered: readonly string[] | null) => {
    for (let way = left.shift(); way !== undefined; way = left.shift())
      if (offered === null || offered.includes(way === "agent" ? "publickey" : way)) return way as never;
    return false as const;
  };
}

async function once(endpoint: EndpointArgs, via: Client | undefined): Promise<NodeSSH> {
  const { host, port, user, password, privateKey, perDialTimeout } = endpoint;
  const pinned = [parseHostKey(endpoint.hostKey ?? "")].filter((key): key is HostKey => key !== undefined);
  const agent = privateKey === undefined ? (endpoint.agentSocketPath ?? process.env.SSH_AUTH_SOCK) : undefined;
  let seen: Buffer | undefined;
  const ssh = new NodeSSH();
  try {
    await ssh.connect({
      host,
      port,
      username: user,
      ...(privateKey === undefined ? {} : { privateKey, passphrase: endpoint.privateKeyPassword }),
      ...(agent === undefined ? {} : { agent }),
      ...(password === undefined ? {} : { password, tryKeyboard: true }),
      authHandler: methods([
        ...(privateKey === undefined ? [] : (["publickey"] as const)),
        ...(password === undefined ? [] : (["password", "keyboard-interactive"] as const)),
        ...(agent === undefined ? [] : (["agent"] as const)),
      ]),
      onKeyboardInteractive: (_name, _instructions, _language, prompts, finish) =>
        finish(prompts.map(() => password ?? "")),
      sock: via === undefined ? undefined : await forward(via, host, port),
      readyTimeout: perDialTimeout * 1000,
      // As the genuine plugin: a key is offered under its own name alone, which for ssh-rsa is the signature that sshd has given up.
      ...(pinned.length > 0 ? { algorithms: { serverHostKey: pinned.map(({ type }) => type) as never } } : {}),
      hostVerifier: (key: Buffer) => {
        seen = key;
        return pinned.length === 0 || isPinned(key, pinned);
      },
    });
    return ssh;
  } catch (error) {
    ssh.dispose();
    const { message } = error as Error;
    const where = `${user}@${host}:${port}`;
    if (/privateKey|passphrase/i.test(message)) throw new BadKey(`${where}: ${message}`);
    if (seen !== undefined && pinned[0] !== undefined && !isPinned(seen, pinned))
      throw new Failure(
        `${where}: its host key does not match: expected ${fingerprint(pinned[0].blob)}, but it showed ${fingerprint(seen)}`,
      );
    if (/no matching host key format/i.test(message))
      throw new Failure(
        `${where}: it has no host key of the pinned type (${pinned.map(({ type }) => type).join()}). Give its ssh-ed25519 or ecdsa key`,
      );
    throw new Failure(`${where}: ${message}`);
  }
}

function forward(client: Client, host: string, port: number): Promise<import("ssh2").ClientChannel> {
  return new Promise((resolve, reject) => {
    client.forwardOut("127.0.0.1", 0, host, port, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
}

/** Dials until it succeeds or has failed once more than `dialErrorLimit` times, waiting a little longer each time. */
async function persistently(endpoint: EndpointArgs, via: Client | undefined, signal: AbortSignal): Promise<NodeSSH> {
  for (let failures = 0, delay = 100; ; failures++, delay = Math.min(delay * 1.5, 5000)) {
    signal.throwIfAborted();
    try {
      return await once(endpoint, via);
    } catch (error) {
      const last = endpoint.dialErrorLimit !== -1 && failures >= endpoint.dialErrorLimit;
      if (error instanceof BadKey) throw error;
      if (last) throw new Failure(`after ${failures} failed attempts: ${(error as Error).message}`);
    }
    await wait(delay, undefined, { signal });
  }
}

function clientOf(ssh: NodeSSH): Client {
  if (ssh.connection === null) throw new Failure("The SSH connection was closed as soon as it was made.");
  return ssh.connection;
}

/**
 * Connects and logs in, through the proxy if there is one.
 * @param signal gives up between two attempts
 * @throws Failure with account, address and cause of the last attempt
 */
export async function dial(connection: ConnectionArgs, signal: AbortSignal): Promise<Dialled> {
  const { proxy } = connection;
  let hop: NodeSSH | undefined;
  try {
    hop = proxy && (await persistently(proxy, undefined, signal));
    const ssh = await persistently(connection, hop && clientOf(hop), signal);
    // A connection that breaks shows as a command without an exit status.
    clientOf(ssh).on("error", () => undefined);
    return {
      client: clientOf(ssh),
      close: () => {
        ssh.dispose();
        hop?.dispose();
      },
    };
  } catch (error) {
    hop?.dispose();
    throw proxy === undefined ? error : new Failure(`proxy: ${(error as Error).message}`);
  }
}
