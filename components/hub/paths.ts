/** Where the hub's files lie: on the hub host, and mounted at the same places in its containers. */
import type { StackConfig } from "../config/schema";

/** The same however the hub is run. */
export const PATHS = {
  /** Configuration, root's, readable by the hub's account. */
  etc: "/etc/jupyterhub",
  config: "/etc/jupyterhub/jupyterhub_config.py",
  secrets: "/etc/jupyterhub/secrets",
  /** Client id and secret of the identity provider. */
  oauth: "/etc/jupyterhub/secrets/oauth.json",
  /** What Prometheus shows to read the metrics. */
  metricsToken: "/etc/jupyterhub/secrets/metrics_token",
  /** The database's password, as libpq reads it: of mode 0600 and the account's own, or it is not taken. */
  databasePassword: "/etc/jupyterhub/secrets/pgpass",
  /** CONFIGPROXY_AUTH_TOKEN, shared by hub and proxy. */
  proxyToken: "/etc/jupyterhub/proxy.env",
  /** The site's own certificate authorities, beside the usual ones: OpenSSL reads both this file and its directory. */
  trust: "/etc/jupyterhub/trust.pem",
  ssh: "/etc/jupyterhub/ssh",
  sshKey: "/etc/jupyterhub/ssh/id_ed25519",
  knownHosts: "/etc/jupyterhub/ssh/known_hosts",
  /** What backs up, restores and prepares the hub's state, for its units, `npm run doctor` and administrators. */
  stateTool: "/usr/local/sbin/jupyterhub-state",
  /** Inside the container of the tool of the state alone: the backups, wherever they are on the host. */
  backups: "/var/lib/jupyterhub-backups",
} as const;

/** Where the rest lies, as hub and proxy see it. */
export interface HubPlaces {
  tls: string;
  /** From the stack. */
  certificate: string;
  key: string;
  /** Made on the host; apart from the stack's, so that neither resource removes the other's files when a site changes from one to the other. */
  selfSignedCertificate: string;
  selfSignedKey: string;
  /** With `tls.request`: made on the host, and the certificate that is put there when it has come. */
  requestedKey: string;
  request: string;
  requestedCertificate: string;
  /** What survives the hub: its database, cookie secret and authority. */
  state: string;
  /** Where the hub leaves the proxy its key and certificate for servers. */
  proxyIdentity: string;
}

/** Where the rest lies, as hub and proxy see it. */
export function placesOf(hub: StackConfig["hub"]): HubPlaces {
  if (hub.onHost) return { ...onHost(hub), ...certificates(hub.onHost.sslDirectory) };
  return {
    ...certificates("/etc/jupyterhub/tls"),
    state: "/var/lib/jupyterhub",
    proxyIdentity: "/var/lib/jupyterhub-proxy",
  };
}

/** The directories on the host that are written to: a container sees them at other places. */
export function writableOnHost(hub: StackConfig["hub"]): Pick<HubPlaces, "state" | "proxyIdentity"> {
  return hub.onHost
    ? onHost(hub)
    : { state: `${hub.stateDirectory}/state`, proxyIdentity: `${hub.stateDirectory}/proxy` };
}

/** The proxy has an account of its own there, which must not get into the hub's home. */
const onHost = ({ stateDirectory }: StackConfig["hub"]) => ({
  state: `${stateDirectory}/state`,
  proxyIdentity: `${stateDirectory}-proxy`,
});

const certificates = (tls: string) => ({
  tls,
  certificate: `${tls}/cert.pem`,
  key: `${tls}/key.pem`,
  selfSignedCertificate: `${tls}/self-signed.pem`,
  selfSignedKey: `${tls}/self-signed.key`,
  requestedKey: `${tls}/hub.key`,
  request: `${tls}/hub.csr`,
  requestedCertificate: `${tls}/hub.pem`,
});
