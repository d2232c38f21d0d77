import type { Client } from "ssh2";
import { forwarding } from "../../plugins/host/connection/connect";
import { dial, type Way } from "../../plugins/host/connection/dial";
import {
  algorithmsFor,
  fingerprint,
  type HostKey,
  isPinned,
  keyKinds,
  spellHostKey,
} from "../../plugins/host/connection/host-key";
import { shownKeys } from "./shown";
import type { PinnedHost } from "./stack";
import { spellTarget } from "./target";

/** What came of comparing one host. */
export type Finding =
  | { verdict: "match"; shown: HostKey[] }
  | { verdict: "differs"; shown: HostKey[] }
  | { verdict: "not reachable"; reason: string };

/** A host matches when, of every type that is pinned and shown, a pinned key is shown, and there is such a type. */
export function judge(pinned: readonly HostKey[], shown: readonly HostKey[]): "match" | "differs" {
  const comparable = shown.filter(({ type }) => pinned.some((key) => key.type === type));
  return comparable.length > 0 && comparable.every(({ blob }) => isPinned(blob, pinned)) ? "match" : "differs";
}

/** Asks a host for its keys, through its jump host if it has one, and compares them with what is pinned. */
export async function compare(host: PinnedHost, timeoutSeconds: number): Promise<Finding> {
  let hop: Client | undefined;
  try {
    let via: Way["via"];
    if (host.jump !== undefined) {
      hop = await jumpTo(host.key, host.jump, timeoutSeconds);
      via = { address: host.jump.address, open: forwarding(hop) };
    }
    const pinned = new Set(algorithmsFor(host.pinned));
    const kinds = keyKinds.filter((kind) => kind.some((algorithm) => pinned.has(algorithm)));
    const shown = await shownKeys(host.key, host.address, host.port, { timeoutSeconds, via }, kinds);
    return { verdict: judge(host.pinned, shown), shown };
  } catch (error) {
    return { verdict: "not reachable", reason: (error as Error).message };
  } finally {
    hop?.end();
  }
}

/** A key that stands in the stack as a secret is not known here; the agent may have it. */
function jumpTo(key: string, jump: PinnedHost, timeoutSeconds: number): Promise<Client> {
  const { address, port, user, privateKeyFile } = jump;
  const hostKeys = jump.pinned.map(spellHostKey);
  const endpoint = { address, port, user, hostKeys, privateKeyFile, agent: privateKeyFile === undefined };
  return dial(`${key}'s jump host`, endpoint, { timeoutSeconds });
}

const list = (keys: readonly HostKey[]) => keys.map(({ type, blob }) => `${type} ${fingerprint(blob)}`).join(", ");

/** A finding in words. */
export function describe(host: PinnedHost, finding: Finding): string {
  const head = `${host.key} (${spellTarget(host.address, host.port)}): ${finding.verdict}`;
  if (finding.verdict === "not reachable") return `${head}\n  ${finding.reason}`;
  if (finding.verdict === "match")
    return `${head}, ${list(finding.shown.filter(({ blob }) => isPinned(blob, host.pinned)))}`;
  return `${head}
  pinned: ${host.problem ?? (list(host.pinned) || "nothing")}
  shown:  ${list(finding.shown)}
  If it was reinstalled, compare first: npm run doctor -- host-key ${spellTarget(host.address, host.port)}. Otherwise somebody is in between.`;
}
