import type { StackConfig } from "../config/schema";
import { CLOSE_NGINX, nginx } from "./nginx";
import type { WebServer } from "./web-server";

/** The web server in front of the hub's proxy; undefined where the proxy answers people itself. */
export function webServerOf({ web }: Pick<StackConfig, "web">): WebServer | undefined {
  return web && nginx(web.nginx);
}

/** Commands of a unit, as root on the hub host, before the proxy answers people itself: a web server that the stack had and has no more lets go of the port. */
export const CLOSE_WEB_SERVERS: readonly string[] = [CLOSE_NGINX];
