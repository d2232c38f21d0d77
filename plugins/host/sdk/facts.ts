import * as pulumi from "@pulumi/pulumi";
import type { Facts } from "../facts/host-facts";
import type { Provider } from "./provider";

export type { Facts } from "../facts/host-facts";

/**
 * Asks the host what it is. This also proves that its key, the login and sudo are right; the error otherwise names the host, the cause and
 * the remedy. With JUPYTERHUB_HPC_OFFLINE=1 a preview contacts nothing and is answered with a Debian's facts.
 */
export function getFacts(provider: Provider): Promise<Facts> {
  return pulumi.runtime.invoke("host:index:getFacts", {}, { provider }) as Promise<Facts>;
}
