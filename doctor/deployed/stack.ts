/** A stack as doctor needs it: its file, with defaults, its secrets left closed unless a host cannot be reached without them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { type ResolvedConfig, resolveFiles } from "../../components/config/files";
import { localFile } from "../../components/config/local-file";
import { stackSchema } from "../../components/config/schema";
import { Failure } from "../../plugins/rpc/failure";

const PREFIX = "jupyterhub-hpc:";
/** Stands for a secret that was not opened; long enough for any that has to be. */
const CLOSED = "closed-".repeat(6);
/** Without these a host may not be reachable; the others are none of doctor's business. */
const NEEDED = /"(privateKey|passphrase|sudoPassword)":\{"secure"/;

/** npm runs its scripts in the project's folder. */
export const root = process.cwd();

/**
 * The configuration of stacks/Pulumi.NAME.yaml.
 * @throws Failure when there is no such stack, when it is not valid, or when a secret that is needed cannot be opened
 */
export async function readDeployed(name: string): Promise<ResolvedConfig> {
  const file = join(root, "stacks", `Pulumi.${name}.yaml`);
  if (!/^[A-Za-z0-9._-]+$/.test(name) || !existsSync(file)) {
    const stacks = readdirSync(join(root, "stacks")).flatMap((entry) => /^Pulumi\.(.+)\.yaml$/.exec(entry)?.[1] ?? []);
    throw new Failure(`There is no stacks/Pulumi.${name}.yaml. There are: ${stacks.join(", ")}.`);
  }
  let values = valuesOf(readFileSync(file, "utf8"));
  if (NEEDED.test(JSON.stringify(values))) values = await opened(name);
  return understood(name, values);
}

/** The values below `config:`, without the project's prefix. */
export function valuesOf(yaml: string): Record<string, unknown> {
  const { config = {} } = (parse(yaml) ?? {}) as { config?: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      key.startsWith(PREFIX) ? [[key.slice(PREFIX.length), value]] : [],
    ),
  );
}

/** Typed, with defaults and with the pinned keys of its hosts; a secret that was not opened stands as CLOSED. */
export function understood(name: string, values: Record<string, unknown>): ResolvedConfig {
  const parsed = stackSchema.safeParse(closed(values));
  const refused = (words: string) =>
    new Failure(`The configuration of stack ${name} is not valid: ${words}\nNext: pulumi preview says all of it.`);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refused(`${issue?.path.join(".")} ${issue?.message}`);
  }
  const read = (path: string) => readFileSync(localFile(root, path), "utf8");
  const { config, problems } = resolveFiles(parsed.data, read);
  // A certificate's key may be out of reach here; what lies on the host is looked at there.
  const [unpinned] = problems.filter((problem) => !problem.key.startsWith("tls."));
  if (unpinned) throw refused(`${unpinned.key} ${unpinned.message}`);
  return config;
}

function closed(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(closed);
  if ("secure" in value) return CLOSED;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, closed(child)]));
}

async function opened(name: string): Promise<Record<string, unknown>> {
  const result = await execa("pulumi", ["config", "--show-secrets", "--json", "--stack", name], {
    cwd: root,
    reject: false,
    timeout: 60_000,
  });
  if (result.failed)
    throw new Failure(
      `A host of ${name} is reached with a secret, which pulumi does not open: ${String(result.stderr).trim().slice(0, 500)}\nNext: the same environment as for pulumi preview (PATH, PULUMI_BACKEND_URL, the passphrase).`,
    );
  const entries = JSON.parse(result.stdout) as Record<string, { value?: string; objectValue?: unknown }>;
  return Object.fromEntries(
    Object.entries(entries).flatMap(([key, { value, objectValue }]) =>
      key.startsWith(PREFIX) ? [[key.slice(PREFIX.length), objectValue ?? value]] : [],
    ),
  );
}
