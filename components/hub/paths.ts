/** Where the hub's files lie: on the hub host, and mounted at the same places in the containers. */
export const PATHS = {
  /** Configuration, root's, readable by the hub's account. */
  etc: "/etc/jupyterhub",
  config: "/etc/jupyterhub/jupyterhub_config.py",
  secrets: "/etc/jupyterhub/secrets",
  /** Client id and secret of the identity provider. */
  oauth: "/etc/jupyterhub/secrets/oauth.json",
  /** What Prometheus shows to read the metrics. */
  metricsToken: "/etc/jupyterhub/secrets/metrics_token",
  /** CONFIGPROXY_AUTH_TOKEN, shared by hub and proxy. */
  proxyToken: "/etc/jupyterhub/proxy.env",
  tls: "/etc/jupyterhub/tls",
  /** From the stack. */
  certificate: "/etc/jupyterhub/tls/cert.pem",
  key: "/etc/jupyterhub/tls/key.pem",
  /** Made on the host; apart from the stack's, so that neither resource removes the other's files when a site changes from one to the other. */
  selfSignedCertificate: "/etc/jupyterhub/tls/self-signed.pem",
  selfSignedKey: "/etc/jupyterhub/tls/self-signed.key",
  /** The site's own certificate authorities, beside the usual ones: OpenSSL reads both this file and its directory. */
  trust: "/etc/jupyterhub/trust.pem",
  ssh: "/etc/jupyterhub/ssh",
  sshKey: "/etc/jupyterhub/ssh/id_ed25519",
  knownHosts: "/etc/jupyterhub/ssh/known_hosts",
  /** Inside the containers: what survives them. On the host it is `state` in `hub.stateDirectory`. */
  state: "/var/lib/jupyterhub",
  /** Inside the containers: where the hub leaves the proxy its key and certificate for servers. On the host it is `proxy` in `hub.stateDirectory`. */
  proxyIdentity: "/var/lib/jupyterhub-proxy",
} as const;
