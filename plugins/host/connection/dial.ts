import { connect as connectTcp, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { NodeSSH } from "node-ssh";
import type { Client } from "ssh2";
import { Failure } from "../../rpc/failure";
import type { EndpointConfiguration } from "./configuration";
import { type Attempt, connectionFailure, isForeign } from "./connection-failure";
import { type Credentials, credentials } from "./credentials";
import { algorithmsFor, type HostKey, isPinned, parseHostKey } from "./host-key";

/** How one hop is reached. */
export interface Way {
  /** Seconds until the login must stand. */
  timeoutSeconds: number;
  /** The jump host in front, where there is one. */
  via?: {
    address: string;
    /** A byte stream to a port, as the jump host reaches it. */
    open(address: string, port: number): Promise<Duplex>;
  };
}

/** A host that closes before it has said who it is has too many callers just now (MaxStartups); nothing was tried yet, so asking again is harmless. */
const PAUSES_MS = [200, 400, 800, 1500];

/**
 * Connects to one hop and logs in. Its key is checked against the pinned ones.
 * @throws Failure with the hop's name, its address, the cause and the remedy.
 */
export async function dial(name: string, endpoint: EndpointConfiguration, way: Way): Promise<Client> {
  const { address, port, user } = endpoint;
  const pinned = endpoint.hostKeys.map(parseHostKey).filter((key): key is HostKey => key !== undefined);
  const { login, means } = await credentials(endpoint, `${name} (${address})`);
  const known = { name, address, port, user, pinned, means };
  return persevere(known, way, (attempt, milliseconds) =>
    once(attempt, algorithmsFor(pinned), login, way, milliseconds),
  );
}

/**
 * The key that a host shows when asked for these signature algorithms, without logging in; `undefined` if it has none of them.
 * @throws Failure with the host's name, its address, the cause and the remedy.
 */
export function showKey(
  name: string,
  address: string,
  port: number,
  algorithms: readonly string[],
  way: Way,
): Promise<Buffer | undefined> {
  const known = { name, address, port, user: "nobody", pinned: [], means: "nothing" };
  return persevere(known, way, async (attempt, milliseconds) => {
    try {
      // Nothing is pinned, so that any key is refused as soon as it was seen.
      await once(attempt, algorithms, {}, way, milliseconds);
    } catch (error) {
      if (attempt.seen === undefined && !/no matching host key format/.test((error as Error).message)) throw error;
    }
    return attempt.seen;
  });
}

type Known = Pick<Attempt, "name" | "address" | "port" | "user" | "pinned" | "means">;

/** Tries until it works, or fails otherwise than by a door that was closed at once, or the time is over. */
async function persevere<T>(
  known: Known,
  { timeoutSeconds, via }: Way,
  act: (attempt: Attempt, milliseconds: number) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  for (let round = 0; ; round += 1) {
    const start = { stage: via === undefined ? "name" : "reach", said: "", methods: [], halfway: false } as const;
    const attempt: Attempt = { ...known, ...start, timeoutSeconds, via: via?.address };
    try {
      return await act(attempt, deadline - performance.now());
    } catch (error) {
      const pause = (PAUSES_MS[round] ?? 2000) * (0.5 + Math.random());
      const closed = attempt.stage === "greet" && !isTimeout(error) && !isForeign(attempt.said);
      const again = closed && !(error instanceof Failure) && !isAboutKey(error);
      if (!again || performance.now() + pause > deadline) throw connectionFailure(error, attempt);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** A private key that cannot be read is noticed before anything is sent. */
function isAboutKey(error: unknown): boolean {
  return /private ?key/i.test((error as Error).message);
}

function isTimeout(error: unknown): boolean {
  return (error as { level?: string }).level === "client-timeout";
}

/** One attempt; what is learnt on the way is noted in `attempt`. */
async function once(
  attempt: Attempt,
  algorithms: readonly string[],
  login: Credentials["login"],
  way: Way,
  milliseconds: number,
): Promise<Client> {
  const { address, port, user, pinned } = attempt;
  const started = performance.now();
  const socket = await reach(attempt, way, milliseconds);
  attempt.stage = "greet";
  const ssh = new NodeSSH();
  try {
    const ready = ssh.connect({
      ...login,
      host: address,
      port,
      username: user,
      sock: socket as Socket,
      readyTimeout: Math.max(1, milliseconds - (performance.now() - started)),
      // Four times unanswered, and the host counts as lost: after `timeoutSeconds`.
      keepaliveInterval: (way.timeoutSeconds * 1000) / 4,
      keepaliveCountMax: 3,
      algorithms: { serverHostKey: algorithms as never },
      hostVerifier: (key: Buffer) => {
        attempt.seen = key;
        return isPinned(key, pinned);
      },
      // Called first for a means, and again when that was of no use; an agent without keys is that before the host was asked.
      authHandler: ((left: string[] | null, partly: boolean | null) => {
        if (attempt.stage !== "login") {
          attempt.stage = "login";
          return login.agent === undefined ? "publickey" : "agent";
        }
        attempt.methods = left ?? [];
        attempt.halfway = partly === true;
        return false;
      }) as never,
    });
    listenIn(socket, attempt);
    const client = ssh.connection as Client | null;
    client?.on("error", () => undefined);
    client?.on("banner", (words: string) => {
      attempt.said = words.trim();
    });
    await ready;
    return client as Client;
  } catch (error) {
    ssh.dispose();
    socket.destroy();
    throw error;
  }
}

/** Notes what the other side says before it names itself, and that it did. */
function listenIn(socket: Duplex, attempt: Attempt): void {
  let text = "";
  const listen = (piece: Buffer) => {
    text += piece.toString("latin1");
    const greeting = /(^|\n)SSH-/.exec(text);
    attempt.said = text.slice(0, greeting?.index ?? 300).trim();
    if (greeting !== null) attempt.stage = "key";
    if (greeting !== null || text.length > 8192) socket.removeListener("data", listen);
  };
  socket.on("data", listen);
}

/** A byte stream to the hop's port. */
function reach(attempt: Attempt, { via }: Way, milliseconds: number): Promise<Duplex> {
  const { address, port } = attempt;
  return new Promise((resolve, reject) => {
    const late = Object.assign(new Error("timed out"), { level: "client-timeout" });
    if (via !== undefined) {
      const timer = setTimeout(() => reject(late), milliseconds);
      via
        .open(address, port)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
      return;
    }
    // A name may have several addresses, and the far one of them answers later than Node's quarter of a second.
    const patience = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: Math.ceil(milliseconds / 3) };
    const socket = connectTcp({ host: address, port, noDelay: true, ...patience });
    socket.once("connectionAttempt", () => {
      attempt.stage = "reach";
    });
    const timer = setTimeout(() => socket.destroy(late), milliseconds);
    socket.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
}
