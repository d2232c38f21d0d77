import type { Command, Script } from "../../connection/command";
import { parseFields } from "../../facts/fields";
import type { FirewallArgs } from "./firewall";
import { rulesText, unitOf } from "./plan";

/** A table as it is, in the kernel and on disk. */
export interface FirewallFacts {
  /** What `nft -s list table` says, `undefined` if there is no such table. */
  listing?: string;
  /** The text kept for the next boot. */
  file?: string;
  /** Whether the next boot will load it. */
  enabled: boolean;
}

const READ: Script = {
  name: "firewall_read",
  body: `
command -v nft >/dev/null || exit 0
if listing=$(nft -s list table inet "$1" 2>/dev/null); then field listing "$(printf '%s\\n' "$listing" | base64 -w0)"; fi
if [ -f "$2" ] && [ ! -L "$2" ]; then field file "$(base64 -w0 <"$2")"; fi
if systemctl is-enabled --quiet "$3" 2>/dev/null; then field enabled yes; fi
`,
};

export function readFirewall(table: string, path: string, unit: string): Command {
  return { script: READ, args: [table, path, unit] };
}

export function parseFirewall(stdout: string): FirewallFacts {
  const fields = parseFields(stdout);
  const text = (name: string) => {
    const value = fields.get(name);
    return value === undefined ? undefined : Buffer.from(value, "base64").toString("utf8");
  };
  return { listing: text("listing"), file: text("file"), enabled: fields.has("enabled") };
}

/** The lines that only one of two listings has, marked as in a diff. Their order is that of the listings. */
export function changedLines(expected: string, live: string): string[] {
  const count = (text: string) => {
    const counts = new Map<string, number>();
    for (const line of text.split("\n")) counts.set(line, (counts.get(line) ?? 0) + 1);
    return counts;
  };
  const only = (text: string, other: Map<string, number>, mark: string) =>
    text.split("\n").flatMap((line) => {
      const left = other.get(line) ?? 0;
      other.set(line, left - 1);
      return left > 0 ? [] : [`${mark} ${line.trim()}`];
    });
  const changed = [...only(expected, count(live), "-"), ...only(live, count(expected), "+")];
  return changed.length > 0 || expected === live ? changed : ["the order of the rules"];
}

/** Put behind the rules in the state when the host has others, so that a preview shows which. */
const REMARKS = "# Changed on the host:\n";

/** The state as the host has it: what differs is remarked behind the rules. `undefined` when there is no such table. */
export function liveFirewall<State extends FirewallArgs & { listing: string }>(
  state: State,
  facts: FirewallFacts,
): State | undefined {
  if (facts.listing === undefined) return undefined;
  const loaded = {
    ...state,
    content: state.content.split(REMARKS)[0] ?? "",
    listing: state.listing ?? facts.listing,
  };
  const remarks = changedLines(loaded.listing, facts.listing);
  if (facts.file !== rulesText(loaded))
    remarks.push(`${state.path} is ${facts.file === undefined ? "missing" : "another"}`);
  if (!facts.enabled) remarks.push(`${unitOf(state.table)} is not enabled`);
  return remarks.length === 0
    ? loaded
    : { ...loaded, content: loaded.content + REMARKS + remarks.map((line) => `# ${line}\n`).join("") };
}
