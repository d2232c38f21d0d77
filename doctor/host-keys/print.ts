import { execa } from "execa";
import { fingerprint, type HostKey, spellHostKey } from "../../plugins/host/connection/host-key";
import { spellTarget } from "./target";

/** What to run on a host's own console to see the same. */
export const ON_CONSOLE = 'for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lvf "$key"; done';

/** Type, fingerprint and picture of a key, as ssh-keygen prints them; without the picture where it is not installed. */
export async function portrait(key: HostKey): Promise<string> {
  const { stdout, exitCode } = await execa("ssh-keygen", ["-lvf", "-"], { input: spellHostKey(key), reject: false });
  return exitCode === 0 ? stdout : `${fingerprint(key.blob)} (${key.type})`;
}

/** The lines that pin keys, for a stack's file. */
export function yamlLines(keys: readonly HostKey[]): string {
  return ["hostKeys:", ...keys.map((key) => `  - ${spellHostKey(key)}`)].join("\n");
}

/** A host's keys for a person: to look at, to compare, and then to paste. */
export async function print(address: string, port: number, keys: readonly HostKey[]): Promise<string> {
  const portraits = await Promise.all(keys.map(portrait));
  return `${spellTarget(address, port)} shows ${keys.length === 1 ? "this key" : "these keys"}:

${portraits.join("\n\n")}

Compare with the host itself, on its console or from its installer's record, not over the network:

  ${ON_CONSOLE}

Only if they are the same, put this below the host's address in stacks/Pulumi.NAME.yaml (one key is enough, and then only that one is accepted):

${yamlLines(keys)}
`;
}
