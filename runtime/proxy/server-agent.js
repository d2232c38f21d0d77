// @ts-check
/** How the proxy speaks to people's servers: as the hub's proxy, and only to the server that a route means. */
import { lookup } from "node:dns";
import { readFileSync } from "node:fs";
import https from "node:https";
import { checkServerIdentity } from "node:tls";

/** What the hub (jupyterhub_hpc/server_host.py) calls a server: its node, then a word of its own. */
const SERVER = /^(?<node>.+)\.[0-9a-f]{16}\.jupyterhub\.internal$/;

/**
 * The node in a server's name; undefined for the name of anything else.
 * @param {string} host
 * @returns {string | undefined}
 */
export function nodeOf(host) {
  return SERVER.exec(host)?.groups?.node;
}

/**
 * The key and the certificates in the file that the hub writes: the proxy's own, then its authority's.
 * @param {string} file
 */
export function readIdentity(file) {
  const [key, cert, ca] = readFileSync(file, "utf8").match(/-----BEGIN [\s\S]+?-----END .+\n/g) ?? [];
  if (!key || !cert || !ca)
    throw new Error(`${file} holds no key with two certificates: the hub writes it when it starts`);
  return { key, cert, ca };
}

/**
 * Connections to servers, kept open between requests. Node's own agent would verify the name in the browser's request, which is
 * the same for all servers; this one verifies the server's, which the hub certifies for one server alone.
 */
export class ServerAgent extends https.Agent {
  #file;

  /** @param {string} file what the hub writes for the proxy; read for each new connection, since it may be written anew */
  constructor(file) {
    super({ keepAlive: true });
    this.#file = file;
  }

  /**
   * @override
   * @param {any} options of the request, with the agent's
   * @param {(error: Error | null, socket?: import("node:stream").Duplex) => void} callback
   */
  createConnection(options, callback) {
    let identity;
    try {
      identity = readIdentity(this.#file);
    } catch (error) {
      process.nextTick(callback, error);
      return undefined;
    }
    return super.createConnection(
      {
        ...options,
        ...identity,
        servername: options.host,
        checkServerIdentity,
        rejectUnauthorized: true,
        minVersion: "TLSv1.3",
        lookup: (/** @type {string} */ host, /** @type {any} */ how, /** @type {any} */ found) =>
          lookup(nodeOf(host) ?? host, how, found),
      },
      callback,
    );
  }
}
