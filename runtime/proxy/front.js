// @ts-check
/** Loaded before configurable-http-proxy: where a web server stands in front of it, its one server of HTTPS, the public one, is told by it of the client. */
import https from "node:https";
import { expectHeader } from "./client-address.js";

const { createServer } = https;

if (process.env.JUPYTERHUB_PROXY_BEHIND_WEB_SERVER)
  https.createServer = /** @type {typeof createServer} */ (
    (/** @type {[any, any]} */ ...args) => expectHeader(createServer.apply(https, args))
  );
