/** Ports of the hub host and of the containers' own network. */
export const PORTS = {
  /** What people reach, on the hub host: it leads to the proxy. */
  https: 443,
  /** Where a web server stands in front: redirected to `https`. */
  http: 80,
  /** Where a web server stands in front: the proxy as it reaches it, on the hub host's loopback address. */
  inner: 8443,
  /** configurable-http-proxy, public side, HTTPS: in the containers' network only. */
  proxy: 8000,
  /** configurable-http-proxy, REST API: on the containers' own loopback only. */
  proxyApi: 8001,
  /** configurable-http-proxy, its metrics: on the containers' own loopback only; the hub passes them on. */
  proxyMetrics: 8003,
  /** The hub as the proxy reaches it: on the containers' own loopback only. */
  hubLocal: 8082,
  /** The hub's API, for single-user servers, TLS by the hub's own authority: on the hub host's inside interface. */
  hub: 8081,
} as const;
