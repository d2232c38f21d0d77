import { z } from "zod";
import type { Host } from "../../connection/host";
import { guarded } from "../../guard/guard";
import { absolutePath } from "../arguments";
import type { Resource } from "../resource";
import { liveFirewall, parseFirewall, readFirewall } from "./facts";
import { applyFirewall, removeFirewall, savedFirewall, unitOf } from "./plan";

const args = {
  table: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, "must be a table name: letters, digits, - and _")
    .default("jupyterhub"),
  content: z.string(),
  path: absolutePath
    .refine((path) => /^[A-Za-z0-9_./-]+$/.test(path), "may have letters, digits and _ . / -")
    .default("/etc/jupyterhub-hpc/firewall.nft"),
} satisfies z.ZodRawShape;

const schema = z.object(args);
export type FirewallArgs = z.infer<typeof schema>;
interface Outputs {
  /** The table as nft lists it right after it was loaded: what it is compared with later. */
  listing: string;
}

async function apply(host: Host, wanted: FirewallArgs): Promise<FirewallArgs & Outputs> {
  const listing = await guarded(host, {
    ...savedFirewall(wanted),
    apply: (tie) => host.must(`load the firewall table ${wanted.table}`, tie(applyFirewall(wanted))),
  });
  return { ...wanted, listing };
}

export const firewall: Resource<FirewallArgs, Outputs> = {
  type: "Firewall",
  args,
  outputs: { listing: ["table", "content"] },
  replaceOn: ["table", "path"],
  problems({ table, content }) {
    const code = content.replaceAll(/#.*/g, "");
    const failures = [];
    if (!new RegExp(`table\\s+inet\\s+${table}\\s*\\{`).test(code))
      failures.push({ property: "content", reason: `does not define "table inet ${table} { ... }"` });
    if (/flush\s+ruleset/.test(code))
      failures.push({ property: "content", reason: '"flush ruleset" would remove the tables of others' });
    const touched = /\b(?:table|chain|rule|set|map|element|flowtable)\s+(inet|ip6?|arp|bridge|netdev)\s+([\w-]+)/g;
    for (const [, family, name] of code.matchAll(touched))
      if (family !== "inet" || name !== table)
        failures.push({ property: "content", reason: `touches table ${family} ${name}, which is not ours` });
    return failures;
  },
  id: ({ table }) => table,
  fromId: (table) => ({ table, content: "" }),
  create: apply,
  async read(host, state) {
    const facts = parseFirewall(
      await host.must(
        `read the firewall table ${state.table}`,
        readFirewall(state.table, state.path, unitOf(state.table)),
      ),
    );
    return liveFirewall(state, facts);
  },
  update: (host, _state, wanted) => apply(host, wanted),
  async delete(host, state) {
    await guarded(host, {
      ...savedFirewall(state),
      apply: (tie) => host.must(`remove the firewall table ${state.table}`, tie(removeFirewall(state))),
    });
  },
};
