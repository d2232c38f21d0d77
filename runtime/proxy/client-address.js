// @ts-check
/** Who a connection comes from, where a reverse proxy on the same host passes it on: told by its PROXY protocol header (version 1). */
import { isIP } from "node:net";

/** The longest header that the protocol knows, in bytes. */
const LONGEST = 107;
/** Milliseconds in which a header has to be there: its sender is on the same host. */
const PATIENCE = 10_000;
const HEADER = /^PROXY TCP(?<family>[46]) (?<source>[0-9a-f:.]+) [0-9a-f:.]+ (?<port>\d{1,5}) \d{1,5}$/i;

/**
 * @typedef {{ remoteAddress: string, remoteFamily: string, remotePort: number }} Client
 */

/**
 * What a header's line says; undefined when it is none, or names nobody.
 * @param {string} line without its end
 * @returns {Client | undefined}
 */
export function clientOf(line) {
  const { family, source = "", port } = HEADER.exec(line)?.groups ?? {};
  if (isIP(source) === 0 || isIP(source) !== Number(family)) return undefined;
  return { remoteAddress: source, remoteFamily: `IPv${family}`, remotePort: Number(port) };
}

/**
 * Whether a connection comes from the host itself: nobody else is believed. Into a container it comes with the container's own address on both ends.
 * @param {{ remoteAddress?: string, localAddress?: string }} socket
 */
export function isLocal({ remoteAddress, localAddress }) {
  const from = remoteAddress?.replace(/^::ffff:/, "");
  return from !== undefined && (from === "::1" || from.startsWith("127.") || remoteAddress === localAddress);
}

/**
 * Takes the header off a connection. What follows it is put back.
 * @param {import("node:net").Socket} socket
 * @param {(client: Client | undefined) => void} done undefined: no header came
 */
function takeHeader(socket, done) {
  let seen = Buffer.alloc(0);
  /** @param {Client | undefined} client */
  const finish = (client) => {
    clearTimeout(timer);
    socket.off("readable", read).off("end", refuse).off("error", refuse);
    done(client);
  };
  const refuse = () => finish(undefined);
  const read = () => {
    const chunk = /** @type {Buffer | null} */ (socket.read());
    if (chunk === null) return;
    seen = Buffer.concat([seen, chunk]);
    const end = seen.subarray(0, LONGEST).indexOf("\r\n");
    if (end === -1 && seen.length < LONGEST) return;
    const client = end === -1 ? undefined : clientOf(seen.toString("latin1", 0, end));
    if (client && seen.length > end + 2) socket.unshift(seen.subarray(end + 2));
    finish(client);
  };
  const timer = setTimeout(refuse, PATIENCE);
  socket.on("readable", read).on("end", refuse).on("error", refuse);
}

/**
 * Has a server of TLS take each connection's header first. A connection without one, or from elsewhere, is closed without a word.
 * @template {import("node:tls").Server} S
 * @param {S} server not yet listening
 * @returns {S} the same
 */
export function expectHeader(server) {
  /** @type {WeakMap<object, Client>} */
  const clients = new WeakMap();
  const take = /** @type {((socket: import("node:net").Socket) => void)[]} */ (server.listeners("connection"));
  server.removeAllListeners("connection");
  server.on("connection", (/** @type {import("node:net").Socket} */ socket) => {
    // The TLS over it looks after its errors, once there is one.
    socket.once("error", () => socket.destroy());
    if (!isLocal(socket)) {
      socket.destroy();
      return;
    }
    takeHeader(socket, (client) => {
      if (client === undefined || socket.destroyed) {
        socket.destroy();
        return;
      }
      clients.set(socket, client);
      for (const listener of take) listener.call(server, socket);
    });
  });
  server.prependListener("secureConnection", (socket) => {
    const client = clients.get(/** @type {any} */ (socket)._parent);
    if (client === undefined) {
      socket.destroy();
      return;
    }
    for (const [key, value] of Object.entries(client)) Object.defineProperty(socket, key, { value });
  });
  return server;
}
