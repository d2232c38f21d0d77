/** Where the programs of a hub without containers lie. */
import type { StackConfig } from "../../config/schema";

export type OnHost = NonNullable<StackConfig["hub"]["onHost"]>;

/** What the stack says of the hub's way to be run, for components that are made only then. */
export function onHostOf({ onHost }: StackConfig["hub"]): OnHost {
  if (!onHost) throw new Error("the configuration runs the hub in containers");
  return onHost;
}

/** Directory of Python packages that no index has, in the hub's environment: the project's own. */
export const OWN_PACKAGES = "lib/jupyterhub-hpc";

/** The proxy: one file of JavaScript. */
export const PROXY_PROGRAM = "/usr/local/lib/jupyterhub-hpc-proxy/proxy.mjs";

/** Account that runs the proxy: not the hub's, whose files it must not read. */
export const proxyAccount = ({ account }: StackConfig["hub"]): string => `${account}-proxy`;
