/** The systemd units of a hub in containers, as text. Each recreates its container at every start (references/vub-hydra.md, "Rootless"). */
import { authenticatorOf } from "../authenticators";
import type { ResolvedConfig } from "../config/files";
import type { StackConfig } from "../config/schema";
import { renderTemplate } from "../render";
import { CLOSE_WEB_SERVERS } from "../web";
import { FIREWALL_LOADER, TABLE_IS_LOADED } from "./firewall";
import { PATHS, placesOf, writableOnHost } from "./paths";
import { PORTS } from "./ports";
import { databaseUrl } from "./state";
import { awaitedBy, servedFiles } from "./tls";
import { UNITS } from "./unit-names";

/** What all units of the hub host share. */
export interface UnitInput {
  /** Name of the stack, for the header. */
  stack: string;
  config: ResolvedConfig;
  /** Number of the account on the host. */
  uid: number;
  /** Directory on the host that is the containers' writable volume. */
  state: string;
  /** Directory on the host in which the hub leaves the proxy its key and certificate for servers. */
  proxyIdentity: string;
  /** Image that the containers are made from. */
  image: string;
  /** Whether the host has SELinux on. */
  selinux: boolean;
}

/** The first start on a new image backs up and upgrades the database. */
export const HUB_START_SECONDS = 900;

/** What one unit adds to the common shape. */
interface Container {
  description: string;
  container: string;
  /** Unit whose network and user namespace it joins; null: it has its own. */
  network: string | null;
  /** Commands before each start, as root; they may fail. */
  asRoot: readonly string[];
  /** Options of `podman run`, one a line. */
  options: string[];
  /** Commands before each start, which may fail: what is wrong then, the container itself finds out. */
  prepare: string[];
  /** The command in the container, one line each. */
  command: string[];
  /** Command that has it read its files again; null: it cannot. */
  reload: string | null;
  /** Seconds a start may take, what comes before it included. */
  startSeconds: number;
  /** Seconds it gets to stop by itself. */
  stopSeconds: number;
}

/**
 * What a unit that runs rootless podman can still be denied. What filters system calls or drops capabilities implies, on systemd before 254,
 * NoNewPrivileges for a unit with User=, under which newuidmap(1) cannot work; what needs a mount namespace of the unit's own (ProtectSystem,
 * ProtectHome, PrivateTmp) hides the account's runtime directory or one unit's containers from the next. The containers themselves are confined by
 * podman: a user namespace, no capabilities, no new privileges, a read-only root and only the mounts they need.
 */
const HARDENING = ["KeyringMode=private"];

function renderUnit(input: UnitInput, unit: Container): string {
  const { account, stateDirectory } = input.config.hub;
  const common = {
    stack: input.stack,
    account,
    uid: input.uid,
    home: stateDirectory,
    image: input.image,
    firewall: { loader: FIREWALL_LOADER, check: TABLE_IS_LOADED },
    awaited: unit.network === null ? null : awaitedBy(input.config),
  };
  const options = [...(input.selinux ? [UNLABELLED] : []), ...unit.options];
  return renderTemplate("hub/units/container.service", { ...common, hardening: HARDENING, ...unit, options });
}

/**
 * Under SELinux a container may read nothing that is labelled as a system's files are, and podman's documentation advises against labelling what lies in
 * /etc for it: separation by labels is off for these containers, the rest of their confinement stays.
 */
export const UNLABELLED = "--security-opt=label=disable";

const readOnly = (path: string): string => `--volume ${path}:${path}:ro`;
const joined = [`--network=container:${UNITS.network}`, `--userns=container:${UNITS.network}`];

/**
 * What answers on the hub host, bound to its interface: an address alone would also answer to whoever sends packets for it to the other interface. So
 * nothing more answers while the firewall's table is not loaded.
 */
function publishedPorts({ hub, web }: StackConfig): string[] {
  const forward = (place: string, from: number, to: number) => ["-t", `${place}/${from}:${to}`];
  const [outside, inside] = [`%%${hub.outsideInterface}`, `%%${hub.insideInterface}`];
  return [
    ...(web
      ? forward("127.0.0.1", PORTS.inner, PORTS.proxy)
      : [outside, inside].flatMap((device) => forward(device, PORTS.https, PORTS.proxy))),
    ...forward(inside, PORTS.hub, PORTS.hub),
  ];
}

/**
 * The unit that holds the containers' network, so that hub and proxy come and go without it. A podman pod would do the same, but its
 * infrastructure container runs in a scope of the account's own manager, out of this unit's sight.
 */
export function renderNetworkUnit(input: UnitInput): string {
  const hosts = Object.entries(input.config.hub.extraHosts);
  return renderUnit(input, {
    description: "Network shared by the JupyterHub containers",
    container: UNITS.network,
    network: null,
    asRoot: input.config.web ? [] : CLOSE_WEB_SERVERS,
    options: [
      "--userns=keep-id:uid=1000,gid=1000",
      `--network=pasta:${publishedPorts(input.config).join(",")}`,
      ...hosts.map(([name, address]) => `--add-host ${name}:${address}`),
    ],
    prepare: [],
    reload: null,
    startSeconds: 120,
    command: ["sleep infinity"],
    stopSeconds: 1,
  });
}

/** The proxy's options, one line each: where it answers, and it knows the hub by its address on the loopback interface. */
export function proxyOptions(config: ResolvedConfig, at: { ip: string; port: number }): string[] {
  const { certificate, key } = servedFiles(config);
  return [
    `--ip ${at.ip} --port ${at.port}`,
    `--api-ip 127.0.0.1 --api-port ${PORTS.proxyApi}`,
    `--default-target http://127.0.0.1:${PORTS.hubLocal} --error-target http://127.0.0.1:${PORTS.hubLocal}/hub/error`,
    `--ssl-cert ${certificate} --ssl-key ${key}`,
    ...(config.userSubdomains ? ["--host-routing"] : []),
    ...(config.metrics ? [`--metrics-ip 127.0.0.1 --metrics-port ${PORTS.proxyMetrics}`] : []),
  ];
}

/** Has the proxy take a client's address from the web server in front of it (runtime/proxy/front.js). */
export const BEHIND_WEB_SERVER = "JUPYTERHUB_PROXY_BEHIND_WEB_SERVER=1";

/** The proxy: people's connections go through it to their servers, whether the hub is there or not. */
export function renderProxyUnit(input: UnitInput): string {
  const { tls, proxyIdentity } = placesOf(input.config.hub);
  return renderUnit(input, {
    description: "JupyterHub's proxy (configurable-http-proxy)",
    container: UNITS.proxy,
    network: UNITS.network,
    asRoot: [],
    options: [
      ...joined,
      `--env-file ${PATHS.proxyToken}`,
      readOnly(tls),
      `--env JUPYTERHUB_PROXY_IDENTITY=${proxyIdentity}/identity.pem`,
      ...(input.config.web ? [`--env ${BEHIND_WEB_SERVER}`] : []),
      `--volume ${input.proxyIdentity}:${proxyIdentity}:ro`,
    ],
    prepare: [],
    reload: `/usr/bin/podman kill --signal HUP ${UNITS.proxy}`,
    startSeconds: 120,
    command: [
      "node --import /opt/proxy/servers.js --import /opt/proxy/renew.js /usr/local/bin/configurable-http-proxy",
      ...proxyOptions(input.config, { ip: "::", port: PORTS.proxy }),
    ],
    stopSeconds: 5,
  });
}

/** A word of a unit's command line: systemd takes % and $ for its own (systemd.service(5), "COMMAND LINES"). */
const unitWord = (word: string): string => `"${word.replaceAll("%", "%%").replaceAll("$", "$$$$")}"`;

/**
 * Options of `podman run` that both the hub and the tool of its state have.
 * @param word quotes what comes from the configuration, as a unit or a shell wants it
 */
export function hubOptions(input: UnitInput, word: (text: string) => string): string[] {
  const { config } = input;
  const { state, proxyIdentity } = placesOf(config.hub);
  const mounted = [PATHS.config, PATHS.secrets, PATHS.ssh, ...(config.trust ? [PATHS.trust] : [])];
  return [
    ...joined,
    `--env-file ${PATHS.proxyToken}`,
    ...Object.entries(hubEnvironment(input.stack, config)).map(([name, value]) => `--env ${word(`${name}=${value}`)}`),
    ...mounted.map(readOnly),
    `--volume ${input.state}:${state}:rw`,
    `--volume ${input.proxyIdentity}:${proxyIdentity}:rw`,
  ];
}

/** The hub: restarted at will; no connection goes through it and no server ends with it. */
export function renderHubUnit(input: UnitInput): string {
  return renderUnit(input, {
    description: "JupyterHub",
    container: UNITS.hub,
    network: UNITS.network,
    asRoot: [],
    options: hubOptions(input, unitWord),
    prepare: [`${PATHS.stateTool} prepare`],
    reload: null,
    startSeconds: HUB_START_SECONDS,
    command: ["python -P -m jupyterhub_hpc.state.guarded_start", `python -P -m jupyterhub_hpc -f ${PATHS.config}`],
    stopSeconds: 20,
  });
}

/** The hub's environment (references/vub-hydra.md, "Authentication"). No secret is in it. */
export function hubEnvironment(stack: string, config: ResolvedConfig): Record<string, string> {
  return {
    ...authenticatorOf(config.authentication).environment(config.url),
    HUB_DATABASE_URL: databaseUrl(config.hub, config.trust !== undefined),
    HUB_STACK: stack,
    HUB_STATE_ON_HOST: writableOnHost(config.hub).state,
    ...(config.trust && { SSL_CERT_FILE: PATHS.trust }),
  };
}
