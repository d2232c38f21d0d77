import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { Failure } from "../../rpc/failure";
import type { Plain } from "../../rpc/properties";

/** The provider's arguments, as @pulumi/docker declares them. */
export const providerArgs = {
  caMaterial: z.string().optional(),
  certMaterial: z.string().optional(),
  certPath: z.string().optional(),
  context: z.string().optional(),
  disableDockerDaemonCheck: z.boolean().optional(),
  host: z.string().optional(),
  keyMaterial: z.string().optional(),
  registryAuth: z
    .array(
      z.strictObject({
        address: z.string(),
        authDisabled: z.boolean().optional(),
        configFile: z.string().optional(),
        configFileContent: z.string().optional(),
        password: z.string().optional(),
        username: z.string().optional(),
      }),
    )
    .optional(),
  sshOpts: z.array(z.string()).optional(),
} satisfies z.ZodRawShape;

const schema = z.object(providerArgs);

/** Checked arguments. */
export type ProviderArgs = z.infer<typeof schema>;
export type RegistryAuth = NonNullable<ProviderArgs["registryAuth"]>[number];

/** Where the engine is and how one gets there. */
export interface EngineConfiguration {
  /** "unix:///run/podman/podman.sock", "ssh://root@host", "tcp://host:2376" */
  host: string;
  sshOpts: readonly string[];
  /** How the engine and its client prove who they are, for TCP. */
  tls?: { ca?: string; cert: string; key: string };
  registryAuth: readonly RegistryAuth[];
  /** Believe that the engine is there. */
  unchecked: boolean;
}

/** A provider's arguments arrive as text; those that are no text, as JSON. */
export function decodeArgs(values: Record<string, Plain>): Record<string, Plain> {
  const isText = (key: string) => z.safeParse(providerArgs[key as keyof ProviderArgs] ?? z.string(), "").success;
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === "string" && !isText(key) ? (JSON.parse(value) as Plain) : value,
    ]),
  );
}

interface Meta {
  Name?: string;
  Endpoints?: { docker?: { Host?: string } };
}

/** The engine's address in a context that `docker context create` made. */
function contextHost(name: string): string {
  const contexts = join(homedir(), ".docker/contexts/meta");
  const read = (entry: string): Meta => {
    try {
      return JSON.parse(readFileSync(join(contexts, entry, "meta.json"), "utf8"));
    } catch {
      return {};
    }
  };
  try {
    const host = readdirSync(contexts)
      .map(read)
      .find((meta) => meta.Name === name)?.Endpoints?.docker?.Host;
    if (host !== undefined) return host;
  } catch {
    // No folder, no contexts.
  }
  throw new Failure(`There is no docker context "${name}" in ${contexts}.`);
}

function tlsOf(args: ProviderArgs, env: NodeJS.ProcessEnv): EngineConfiguration["tls"] {
  const ca = args.caMaterial ?? env.DOCKER_CA_MATERIAL;
  const cert = args.certMaterial ?? env.DOCKER_CERT_MATERIAL;
  const key = args.keyMaterial ?? env.DOCKER_KEY_MATERIAL;
  const path = args.certPath ?? env.DOCKER_CERT_PATH;
  if (cert || key) {
    if (!cert || !key) throw new Failure("certMaterial and keyMaterial belong together.");
    if (path) throw new Failure("certPath must not be given beside certMaterial and keyMaterial.");
    return { ca, cert, key };
  }
  if (!path) return undefined;
  const file = (name: string) => readFileSync(join(path, name), "utf8");
  return { ca: file("ca.pem"), cert: file("cert.pem"), key: file("key.pem") };
}

/** What checked arguments and the environment come to. */
export function engineConfiguration(
  values: Record<string, Plain>,
  env: NodeJS.ProcessEnv = process.env,
): EngineConfiguration {
  const args = schema.parse(values);
  const context = args.context ?? env.DOCKER_CONTEXT;
  return {
    host: context ? contextHost(context) : args.host || env.DOCKER_HOST || "unix:///var/run/docker.sock",
    sshOpts: args.sshOpts ?? env.DOCKER_SSH_OPTS?.split(/\s+/).filter(Boolean) ?? [],
    tls: tlsOf(args, env),
    registryAuth: args.registryAuth ?? [],
    unchecked: args.disableDockerDaemonCheck ?? false,
  };
}
