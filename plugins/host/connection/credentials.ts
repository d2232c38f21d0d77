import { readFile, stat } from "node:fs/promises";
import { Failure } from "../../rpc/failure";
import type { EndpointConfiguration } from "./configuration";

/** What a login is tried with. */
export interface Credentials {
  login: { privateKey?: string; passphrase?: string; agent?: string };
  /** In words, for errors; never the key itself. */
  means: string;
}

async function readKey(path: string, where: string): Promise<string> {
  const wrong = (words: string, next: string) => new Failure(`${where}: the private key ${path} ${words}. ${next}`);
  try {
    const { mode, uid } = await stat(path);
    // As ssh: a key that others can read may be in their hands.
    if (uid === process.getuid?.() && (mode & 0o077) !== 0)
      throw wrong(
        `can be read by others (mode ${(mode & 0o777).toString(8).padStart(4, "0")})`,
        `Run chmod 600 ${path}.`,
      );
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw wrong(`cannot be read (${(error as Error).message})`, "Correct privateKeyFile.");
  }
}

/**
 * The key or agent that a hop is configured with.
 * @param where the hop in an error: name and address.
 * @throws Failure when the file cannot be read, is readable by others, or no agent runs.
 */
export async function credentials(endpoint: EndpointConfiguration, where: string): Promise<Credentials> {
  const { privateKey, privateKeyFile, passphrase } = endpoint;
  if (privateKey !== undefined) return { login: { privateKey, passphrase }, means: "the configured privateKey" };
  if (privateKeyFile !== undefined) {
    const key = await readKey(privateKeyFile, where);
    return { login: { privateKey: key, passphrase }, means: `the key in ${privateKeyFile}` };
  }
  const agent = process.env.SSH_AUTH_SOCK;
  if (agent === undefined || agent === "")
    throw new Failure(
      `${where}: no SSH agent is running (SSH_AUTH_SOCK is not set). Start one (eval "$(ssh-agent)", ssh-add), or give privateKeyFile.`,
    );
  return { login: { agent }, means: `the keys of the agent at ${agent}` };
}
