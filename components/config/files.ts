/** Files that a configuration names on the machine that runs Pulumi: read once, so that later steps are pure. */
import type { OwnTemplate } from "../render";
import { submitTemplateOf, withHosts } from "../schedulers/index";
import { environmentLocks } from "./environment-locks";
import type { ConfigProblem } from "./errors";
import type { HostAccess, JumpAccess } from "./host";
import { keysOf } from "./known-hosts";
import type { StackConfig } from "./schema";
import { Secret } from "./secret";

/** Reads a file as text; throws with a message for people when it cannot. */
export type FileReader = (path: string) => string;

/** A certificate from the machine that runs Pulumi. */
export interface Certificate {
  /** PEM, the server's certificate first. */
  chain: string;
  /** PEM; left out with `tls.request`, where the key is made on the hub host. */
  key?: Secret;
}

/** The configuration with the contents of the files it names. */
export type ResolvedConfig = StackConfig & {
  /** From `tls.certificateFile`, and `tls.keyFile` unless the key is the host's own. */
  certificate?: Certificate;
  /** From `tls.trustFile`. */
  trust?: string;
  /** From `submitTemplate` of the scheduler, whose key is named. */
  submitTemplate?: OwnTemplate & { key: string };
  /** Locked requirements, of the hub and, by name, of the environments that are installed from a file of this machine. */
  locks: { hub: string; environments: Readonly<Record<string, string>> };
};

/** Fills in what files hold: pinned host keys and certificates. */
export function resolveFiles(
  config: StackConfig,
  read: FileReader,
): { config: ResolvedConfig; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const readKey = (key: string, path: string): string | undefined => {
    try {
      return read(path);
    } catch (error) {
      problems.push({
        key,
        message: `${JSON.stringify(path)} cannot be read: ${(error as Error).message}`,
        remedy: "name a file that this machine can read",
      });
      return undefined;
    }
  };
  const pin = <T extends HostAccess | JumpAccess>(key: string, access: T): T => pinned(key, access, readKey, problems);
  const withJump = (key: string, host: HostAccess): HostAccess => {
    const access = pin(key, host);
    return access.jump ? { ...access, jump: pin(`${key}.jump`, access.jump) } : access;
  };

  const locks = environmentLocks(config.environments, readKey);
  problems.push(...locks.problems);
  const { tls } = config;
  const chain = tls.certificateFile && readKey("tls.certificateFile", tls.certificateFile);
  const key = tls.keyFile && readKey("tls.keyFile", tls.keyFile);
  const own = submitTemplateOf(config.scheduler);
  const ownText = own && readKey(own.key, own.path);
  const trust = tls.trustFile && readKey("tls.trustFile", tls.trustFile);
  return {
    config: {
      ...config,
      hub: { ...config.hub, host: withJump("hub.host", config.hub.host) },
      login: {
        ...config.login,
        nodes: config.login.nodes.map((node, i) => ({ ...node, host: withJump(`login.nodes[${i}].host`, node.host) })),
      },
      scheduler: withHosts(config.scheduler, withJump),
      ...(chain && (key || tls.request) ? { certificate: { chain, ...(key && { key: new Secret(key) }) } } : {}),
      ...(trust ? { trust } : {}),
      ...(own && ownText !== undefined ? { submitTemplate: { ...own, text: ownText } } : {}),
      locks: locks.locks,
    },
    problems,
  };
}

function pinned<T extends HostAccess | JumpAccess>(
  key: string,
  access: T,
  read: (key: string, path: string) => string | undefined,
  problems: ConfigProblem[],
): T {
  const remedy = `npm run doctor -- host-key ${access.port === 22 ? access.address : `${access.address}:${access.port}`} shows its keys and how to compare them; then pin them`;
  if (access.hostKeys && access.hostKeys.length > 0) return access;
  if (!access.knownHostsFile) {
    problems.push({ key: `${key}.hostKeys`, message: "is missing: every host's key is pinned", remedy });
    return access;
  }
  const text = read(`${key}.knownHostsFile`, access.knownHostsFile);
  if (text === undefined) return access;
  const { keys: hostKeys, authority } = keysOf(text, access.address, access.port);
  if (hostKeys.length === 0)
    problems.push({
      key: `${key}.knownHostsFile`,
      message: `${JSON.stringify(access.knownHostsFile)} has no key for ${access.address}, port ${access.port}${authority ? ": it has a certificate authority (@cert-authority), which is not supported" : ""}`,
      remedy,
    });
  return { ...access, hostKeys };
}
