import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { Failure } from "../../rpc/failure";
import type { RegistryAuth } from "./configuration";

interface ConfigFile {
  auths?: Record<string, { auth?: string; username?: string; password?: string }>;
}

function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, "").split("/")[0] ?? "";
}

function fromFile(text: string, where: string, registry: string): { username?: string; password?: string } {
  let file: ConfigFile;
  try {
    file = JSON.parse(text) as ConfigFile;
  } catch {
    throw new Failure(`${where} is not the JSON file that "docker login" writes.`);
  }
  const entry = Object.entries(file.auths ?? {}).find(([address]) => hostOf(address) === registry)?.[1];
  if (entry?.auth === undefined) return { username: entry?.username, password: entry?.password };
  const [username, ...password] = Buffer.from(entry.auth, "base64").toString().split(":");
  return { username, password: password.join(":") };
}

function login(auth: RegistryAuth, registry: string, env: NodeJS.ProcessEnv): { username?: string; password?: string } {
  // The engine sends no request without credentials to some registries that need none.
  if (auth.authDisabled) return { username: "username", password: "password" };
  const username = auth.username ?? env.DOCKER_REGISTRY_USER;
  if (username) return { username, password: auth.password ?? env.DOCKER_REGISTRY_PASS };
  if (auth.configFileContent) return fromFile(auth.configFileContent, "configFileContent", registry);
  const path = (auth.configFile ?? env.DOCKER_CONFIG ?? "~/.docker/config.json").replace(/^~(?=\/)/, homedir());
  try {
    return fromFile(readFileSync(path, "utf8"), path, registry);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`The logins for ${registry} cannot be read from ${path}: ${(error as Error).message}`);
  }
}

/** The X-Registry-Auth header for a registry: what the provider's registryAuth says of it, else nothing, as for an image that names no registry. */
export function registryHeader(
  auths: readonly RegistryAuth[],
  registry: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const auth = auths.find(({ address }) => hostOf(address) === registry);
  const words = auth &&
    registry && {
      ...login(auth, registry, env),
      serveraddress: /^https?:\/\//.test(auth.address) ? auth.address : `https://${auth.address}`,
    };
  return Buffer.from(JSON.stringify(words ?? {}))
    .toString("base64")
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
