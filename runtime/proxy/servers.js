// @ts-check
/** Loaded before configurable-http-proxy (`node --import`): what is a server's goes through the servers' agent, and who asks for a hub that is away is told so. */
import { ConfigurableProxy } from "configurable-http-proxy/lib/configproxy.js";
import { passOnCutOffs } from "./cut-off.js";
import "./front.js";
import { sayHubIsAway } from "./hub-away.js";
import { nodeOf, ServerAgent } from "./server-agent.js";

const { JUPYTERHUB_PROXY_IDENTITY: file } = process.env;
if (!file) throw new Error("JUPYTERHUB_PROXY_IDENTITY is not set: the file that the hub writes for its proxy");

const agent = new ServerAgent(file);
const { proxyOptsForTarget, handleProxyWeb } = ConfigurableProxy.prototype;

/**
 * Any other https target keeps what the proxy itself does; a server's name that bypassed this would resolve to nothing.
 * @param {URL} target
 */
ConfigurableProxy.prototype.proxyOptsForTarget = function (target) {
  const options = proxyOptsForTarget.call(this, target);
  return nodeOf(target.hostname) === undefined ? options : { ...options, agent };
};

/**
 * The proxy's last resort: the hub, which has the pages for errors, gave none. Of a WebSocket there is only the connection.
 * @param {number} code
 * @param {string} kind
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
ConfigurableProxy.prototype._handleProxyErrorDefault = (code, kind, request, response) => {
  if (kind === "web") sayHubIsAway(code, request, response);
};

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
ConfigurableProxy.prototype.handleProxyWeb = function (request, response) {
  passOnCutOffs(this.proxy);
  return handleProxyWeb.call(this, request, response);
};
