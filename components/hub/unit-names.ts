/** The units of the hub host: first those that run, in the order they start. Each container has its unit's name. */
export const UNITS = {
  network: "jupyterhub-network",
  proxy: "jupyterhub-proxy",
  hub: "jupyterhub-hub",
  /** A service and its timer. */
  backup: "jupyterhub-backup",
  /** A path and its service, where a certificate was requested. */
  certificate: "jupyterhub-certificate",
} as const;
