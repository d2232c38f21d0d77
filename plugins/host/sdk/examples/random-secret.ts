import { type Provider, RandomSecret, SystemdUnit } from "..";

/** A token that a service reads as its environment; a new one restarts it. */
export function token(hub: Provider) {
  const token = new RandomSecret(
    "proxy-token",
    { path: "/etc/jupyterhub/proxy-token", prefix: "CONFIGPROXY_AUTH_TOKEN=" },
    { provider: hub },
  );
  new SystemdUnit("proxy", { name: "jupyterhub-proxy.service", triggers: [token.sha256] }, { provider: hub });
}
