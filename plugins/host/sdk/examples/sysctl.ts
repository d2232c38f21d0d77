import { type Provider, Sysctl } from "..";

/** Rootless containers need user namespaces; a host that allows more of them is left as it is. */
export function namespaces(hub: Provider) {
  new Sysctl("namespaces", { name: "user.max_user_namespaces", value: "1024", atLeast: true }, { provider: hub });
}
