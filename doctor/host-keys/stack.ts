import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { keysOf } from "../../components/config/known-hosts";
import { localFile } from "../../components/config/local-file";
import { type HostKey, hostKeyProblem, parseHostKey } from "../../plugins/host/connection/host-key";
import { Failure } from "../../plugins/rpc/failure";

/** A host as a stack's file has it. */
export interface PinnedHost {
  /** Where in the file: "hub.host", "login.nodes[0].host.jump". */
  key: string;
  address: string;
  port: number;
  pinned: HostKey[];
  /** Why nothing could be read from what is pinned. */
  problem?: string;
  user: string;
  /** The private key's path; without one, the agent. */
  privateKeyFile?: string;
  jump?: PinnedHost;
}

/** npm runs its scripts in the project's folder. */
const root = process.cwd();

/** Every host of a stack, and every jump host, wherever they stand in the file: what has an address and pinned keys is one. */
export function hostsOf(yaml: string, read: (path: string) => string): PinnedHost[] {
  const { config = {} } = (parse(yaml) ?? {}) as { config?: Record<string, unknown> };
  const found: PinnedHost[] = [];
  const walk = (value: unknown, key: string): void => {
    if (typeof value !== "object" || value === null) return;
    const host = hostFrom(value as Record<string, unknown>, key, read);
    if (host !== undefined) found.push(host);
    for (const [name, child] of Object.entries(value)) {
      if (Array.isArray(value)) walk(child, `${key}[${name}]`);
      else walk(child, key === "" ? name.replace(/^.*?:/, "") : `${key}.${name}`);
    }
  };
  walk(config, "");
  return found;
}

function hostFrom(value: Record<string, unknown>, key: string, read: (path: string) => string): PinnedHost | undefined {
  const { address, port = 22, user = "root", hostKeys, knownHostsFile, privateKeyFile, jump } = value;
  if (typeof address !== "string" || (hostKeys === undefined && knownHostsFile === undefined)) return undefined;
  const lines = Array.isArray(hostKeys) ? hostKeys.map(String) : [];
  let problem = lines.map(hostKeyProblem).find((words) => words !== undefined);
  if (lines.length === 0 && typeof knownHostsFile === "string")
    try {
      lines.push(...keysOf(read(knownHostsFile), address, Number(port)).keys);
      if (lines.length === 0) problem = `${knownHostsFile} has no key for it`;
    } catch (error) {
      problem = `${knownHostsFile} cannot be read (${(error as Error).message})`;
    }
  const pinned = lines.map(parseHostKey).filter((one): one is HostKey => one !== undefined);
  const through = typeof jump === "object" && jump !== null ? (jump as Record<string, unknown>) : undefined;
  return {
    ...{ key, address, port: Number(port), pinned, problem, user: String(user) },
    ...(typeof privateKeyFile === "string" ? { privateKeyFile: localFile(root, privateKeyFile) } : {}),
    ...(through ? { jump: hostFrom(through, `${key}.jump`, read) } : {}),
  };
}

/**
 * The hosts of stacks/Pulumi.NAME.yaml.
 * @throws Failure when there is no such stack, or no host in it.
 */
export function readStack(name: string): PinnedHost[] {
  const file = join(root, "stacks", `Pulumi.${name}.yaml`);
  if (!/^[A-Za-z0-9._-]+$/.test(name) || !existsSync(file)) {
    const stacks = readdirSync(join(root, "stacks")).flatMap((entry) => /^Pulumi\.(.+)\.yaml$/.exec(entry)?.[1] ?? []);
    throw new Failure(`There is no stacks/Pulumi.${name}.yaml. There are: ${stacks.join(", ")}.`);
  }
  const hosts = hostsOf(readFileSync(file, "utf8"), (path) => readFileSync(localFile(root, path), "utf8"));
  if (hosts.length === 0) throw new Failure(`stacks/Pulumi.${name}.yaml names no host.`);
  return hosts;
}
