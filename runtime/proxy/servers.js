// @ts-check
/** Loaded before configurable-http-proxy (`node --import`): what is a server's goes through the servers' agent. */
import { ConfigurableProxy } from "configurable-http-proxy/lib/configproxy.js";
import { nodeOf, ServerAgent } from "./server-agent.js";

const { JUPYTERHUB_PROXY_IDENTITY: file } = process.env;
if (!file) throw new Error("JUPYTERHUB_PROXY_IDENTITY is not set: the file that the hub writes for its proxy");

const agent = new ServerAgent(file);
const { proxyOptsForTarget } = ConfigurableProxy.prototype;

/**
 * Any other https target keeps what the proxy itself does; a server's name that bypassed this would resolve to nothing.
 * @param {URL} target
 */
ConfigurableProxy.prototype.proxyOptsForTarget = function (target) {
  const options = proxyOptsForTarget.call(this, target);
  return nodeOf(target.hostname) === undefined ? options : { ...options, agent };
};
