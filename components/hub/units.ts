/** The systemd units of the hub host, as text. Each recreates its container at every start (references/vub-hydra.md, "Rootless"). */
import type { ResolvedConfig } from "../config/files";
import { renderTemplate } from "../render";
import { PATHS } from "./paths";
import { PORTS } from "./ports";

/** What all units of the hub host share. */
export interface UnitInput {
  /** Name of the stack, for the header. */
  stack: string;
  config: ResolvedConfig;
  /** Number of the account on the host. */
  uid: number;
  /** Directory on the host that is the containers' writable volume. */
  state: string;
  /** Image that the containers are made from. */
  image: string;
}

/**
 * What a unit that runs rootless podman can still be denied. NoNewPrivileges and what implies it are not among them: newuidmap(1) is setuid.
 * The containers themselves are confined by podman: no capabilities, no new privileges, read-only root.
 */
const HARDENING = [
  "ProtectClock=yes",
  "ProtectKernelLogs=yes",
  "ProtectHostname=yes",
  "LockPersonality=yes",
  "RestrictRealtime=yes",
].join("\n");

function common(input: UnitInput) {
  const { account, stateDirectory } = input.config.hub;
  return { stack: input.stack, account, uid: input.uid, home: stateDirectory, hardening: HARDENING };
}

/** The unit that holds the containers' network, so that hub and proxy come and go without it. */
export function renderPodUnit(input: UnitInput): string {
  return renderTemplate("hub/units/jupyterhub-pod.service", {
    ...common(input),
    proxyPort: PORTS.proxy,
    apiPort: PORTS.hub,
    extraHosts: Object.entries(input.config.hub.extraHosts),
  });
}

/** The proxy: people's connections go through it to their servers, whether the hub is there or not. */
export function renderProxyUnit(input: UnitInput): string {
  return renderTemplate("hub/units/container.service", {
    ...common(input),
    description: "JupyterHub's proxy (configurable-http-proxy)",
    container: "jupyterhub-proxy",
    environmentFiles: [PATHS.proxyToken],
    environment: [],
    mounts: [readOnly(PATHS.tls)],
    image: input.image,
    command: [
      "configurable-http-proxy",
      `--ip :: --port ${PORTS.proxy}`,
      `--api-ip 127.0.0.1 --api-port ${PORTS.proxyApi}`,
      `--default-target http://127.0.0.1:${PORTS.hub} --error-target http://127.0.0.1:${PORTS.hub}/hub/error`,
      `--ssl-cert ${PATHS.certificate} --ssl-key ${PATHS.key}`,
    ],
    stopSeconds: 5,
  });
}

/** The hub: restarted at will; no connection goes through it and no server ends with it. */
export function renderHubUnit(input: UnitInput): string {
  const { oidc } = input.config.authentication;
  return renderTemplate("hub/units/container.service", {
    ...common(input),
    description: "JupyterHub",
    container: "jupyterhub-hub",
    environmentFiles: [PATHS.proxyToken],
    environment: [
      ...(oidc
        ? [
            ["OAUTH2_AUTHORIZE_URL", oidc.authorizeUrl],
            ["OAUTH2_TOKEN_URL", oidc.tokenUrl],
            ["OAUTH2_USERDATA_URL", oidc.userdataUrl],
            ["OAUTH_CALLBACK_URL", `${input.config.url.replace(/\/$/, "")}/hub/oauth_callback`],
          ]
        : []),
      ...(input.config.trust ? [["SSL_CERT_FILE", PATHS.trust]] : []),
    ].map(([name, value]) => [name, escapePercent(value ?? "")]),
    mounts: [
      readOnly(PATHS.config),
      readOnly(PATHS.secrets),
      readOnly(PATHS.ssh),
      ...(input.config.trust ? [readOnly(PATHS.trust)] : []),
      `${input.state}:${PATHS.state}:rw`,
    ],
    image: input.image,
    command: ["jupyterhub", `-f ${PATHS.config}`],
    stopSeconds: 20,
  });
}

const readOnly = (path: string): string => `${path}:${path}:ro`;

/** A percent sign begins a specifier in a unit (systemd.unit(5)). */
const escapePercent = (value: string): string => value.replaceAll("%", "%%");
