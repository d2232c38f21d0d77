/** The systemd units of a hub without containers, as text (systemd.exec(5)). */
import type { ResolvedConfig } from "../../config/files";
import { renderTemplate } from "../../render";
import { CLOSE_WEB_SERVERS } from "../../web";
import { FIREWALL_LOADER, TABLE_IS_LOADED } from "../firewall";
import { PATHS, placesOf } from "../paths";
import { PORTS } from "../ports";
import { backupPlace } from "../state";
import { awaitedBy } from "../tls";
import { UNITS } from "../unit-names";
import { BEHIND_WEB_SERVER, HUB_START_SECONDS, hubEnvironment, proxyOptions } from "../units";
import { OWN_PACKAGES, onHostOf, PROXY_PROGRAM, proxyAccount } from "./paths";

/** What one unit adds to the common shape. */
interface Process {
  description: string;
  account: string;
  directory: string;
  /** Units it starts after. */
  after: string[];
  /** File it waits for; null: none. */
  awaited: string | null;
  /** Commands before each start, as root; they may fail. */
  asRoot: readonly string[];
  environment: string[];
  /** One line each. */
  command: string[];
  /** Command that has it read its files again; null: it cannot. */
  reload: string | null;
  /** Seconds a start may take, what comes before it included. */
  startSeconds: number;
  /** Seconds it gets to stop by itself. */
  stopSeconds: number;
  hardening: string[];
}

function renderProcess(stack: string, unit: Process): string {
  return renderTemplate("hub/units/process.service", {
    stack,
    environmentFile: PATHS.proxyToken,
    firewall: { loader: FIREWALL_LOADER, check: TABLE_IS_LOADED },
    ...unit,
    environment: unit.environment.map((variable) => variable.replaceAll("%", "%%")),
  });
}

/** It serves files and forwards connections: nothing else is left to it. V8 compiles at run time, so that memory may be written and executed. */
const PROXY_HARDENING = [
  "NoNewPrivileges=yes",
  "DevicePolicy=closed",
  "KeyringMode=private",
  "LockPersonality=yes",
  "PrivateDevices=yes",
  "PrivateTmp=yes",
  "ProcSubset=pid",
  "ProtectClock=yes",
  "ProtectControlGroups=yes",
  "ProtectHome=yes",
  "ProtectHostname=yes",
  "ProtectKernelLogs=yes",
  "ProtectKernelModules=yes",
  "ProtectKernelTunables=yes",
  "ProtectProc=invisible",
  "ProtectSystem=strict",
  "RemoveIPC=yes",
  // Netlink and local sockets are how names are resolved.
  "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
  "RestrictNamespaces=yes",
  "RestrictRealtime=yes",
  "RestrictSUIDSGID=yes",
  "SystemCallArchitectures=native",
  "SystemCallErrorNumber=EPERM",
  "SystemCallFilter=@system-service",
  "SystemCallFilter=~@privileged @resources",
];

/** The proxy: people's connections go through it to their servers, whether the hub is there or not. */
export function renderProxyProcess(stack: string, config: ResolvedConfig): string {
  const { hub, web } = config;
  const { proxyIdentity } = placesOf(hub);
  const place = web ? { ip: "127.0.0.1", port: PORTS.inner } : { ip: "::", port: PORTS.https };
  // A port below 1024.
  const capability = web ? "" : "CAP_NET_BIND_SERVICE";
  return renderProcess(stack, {
    description: "JupyterHub's proxy (configurable-http-proxy)",
    account: proxyAccount(hub),
    directory: "/",
    after: [],
    awaited: awaitedBy(config),
    asRoot: web ? [] : CLOSE_WEB_SERVERS,
    environment: [
      `JUPYTERHUB_PROXY_IDENTITY=${proxyIdentity}/identity.pem`,
      "NODE_ENV=production",
      ...(web ? [BEHIND_WEB_SERVER] : []),
    ],
    command: [`/usr/bin/node ${PROXY_PROGRAM}`, ...proxyOptions(config, place)],
    reload: "/bin/kill -HUP $MAINPID",
    startSeconds: 120,
    stopSeconds: 10,
    hardening: [
      `AmbientCapabilities=${capability}`,
      `CapabilityBoundingSet=${capability}`,
      ...PROXY_HARDENING,
      `InaccessiblePaths=${hub.stateDirectory} ${PATHS.secrets} ${PATHS.ssh}`,
    ],
  });
}

/**
 * What a unit that lets sudo start programs as users can be denied. NoNewPrivileges, and what implies it on one version of systemd or another (filters
 * of system calls, protection of the kernel's variables), would stop sudo; a read-only /home would stop what those programs leave for a job.
 */
const hubHardening = (tls: string, backups: string) => [
  // What sudo needs to become a user, to log it, and to pass signals on; its files are root's, who may read them.
  "CapabilityBoundingSet=CAP_SETUID CAP_SETGID CAP_AUDIT_WRITE CAP_KILL CAP_SYS_RESOURCE CAP_DAC_READ_SEARCH",
  "KeyringMode=private",
  "PrivateTmp=yes",
  "ProtectControlGroups=yes",
  "ProtectSystem=full",
  // The backups may be on a disk that is not there.
  `InaccessiblePaths=${tls} -${backups}`,
];

/** Variables of the hub's process, and of the programs that look after its state. No secret is among them. */
export function processEnvironment(stack: string, config: ResolvedConfig): Record<string, string> {
  const { environment } = onHostOf(config.hub);
  return {
    PATH: `${environment}/bin:/usr/bin:/bin`,
    PYTHONPATH: `${environment}/${OWN_PACKAGES}`,
    PYTHONUNBUFFERED: "1",
    LANG: "C.UTF-8",
    ...hubEnvironment(stack, config),
    HUB_STATE: placesOf(config.hub).state,
  };
}

/** The hub: restarted at will; no connection goes through it and no server ends with it. */
export function renderHubProcess(stack: string, config: ResolvedConfig): string {
  const { hub } = config;
  const { environment } = onHostOf(hub);
  const { state, tls } = placesOf(hub);
  const python = `${environment}/bin/python -P -m`;
  return renderProcess(stack, {
    description: "JupyterHub",
    account: hub.account,
    directory: state,
    after: [`${UNITS.proxy}.service`],
    awaited: awaitedBy(config),
    asRoot: [`${PATHS.stateTool} prepare`],
    environment: Object.entries(processEnvironment(stack, config)).map(([name, value]) => `${name}=${value}`),
    command: [`${python} jupyterhub_hpc.state.guarded_start`, `${python} jupyterhub_hpc -f ${PATHS.config}`],
    reload: null,
    startSeconds: HUB_START_SECONDS,
    stopSeconds: 40,
    hardening: hubHardening(tls, backupPlace(hub).directory),
  });
}
