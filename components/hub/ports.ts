/** Ports of the hub host. People reach the proxy through 443 alone: the firewall leads there. */
export const PORTS = {
  /** configurable-http-proxy, public side, HTTPS. */
  proxy: 8000,
  /** configurable-http-proxy, REST API: on the containers' own loopback only. */
  proxyApi: 8001,
  /** The hub's API, for single-user servers. */
  hub: 8081,
} as const;
