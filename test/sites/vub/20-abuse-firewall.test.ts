/** The hub host's packet filter under other people's commands: test/abuse/firewall.ts. */
import { afterAll, beforeAll } from "vitest";
import { type Door, firewallAbuse } from "../../abuse/firewall";
import type { AbuseSite } from "../../abuse/site";
import { vubUnderAttack } from "./abuse-site";

let site: AbuseSite;
beforeAll(async () => {
  site = await vubUnderAttack();
  await crossing("replace");
});
afterAll(() => crossing("delete"));

const OUTSIDE = ["10.88.0.10", "fd88::10"];
const INSIDE = ["10.77.0.10", "fd77::10"];
const PORTS: { port: number; name: string; outside: boolean; inside: boolean; others?: boolean }[] = [
  { port: 443, name: "HTTPS", outside: true, inside: true },
  { port: 22, name: "SSH", outside: false, inside: true, others: true },
  { port: 80, name: "HTTP", outside: false, inside: false },
  { port: 8000, name: "the proxy's own port", outside: false, inside: false },
  { port: 8001, name: "the proxy's API", outside: false, inside: false },
  { port: 8081, name: "the hub's API", outside: false, inside: true },
];

const DOORS: Door[] = PORTS.flatMap(({ port, name, outside, inside, others }) =>
  [
    ...OUTSIDE.map((address) => ({ from: "outside", address, open: outside })),
    ...INSIDE.map((address) => ({ from: "admin", address, open: inside })),
  ].map((door) => ({ ...door, what: `${name} at ${door.address}`, port, ...(others && { others }) })),
);

// Somebody outside who sends packets for the inside address to the outside interface: a route is all it takes.
const CROSSING: Door[] = INSIDE.flatMap((address) =>
  [22, 8000, 8001, 8081].map((port) => ({
    what: `port ${port} of ${address}, from outside`,
    from: "outside",
    address,
    port,
    open: false,
    ...(port === 22 && { others: true }),
  })),
);

/** Adds or deletes the routes outside that lead to the inside addresses by way of the hub host. */
async function crossing(verb: "replace" | "delete"): Promise<void> {
  for (const [i, address] of INSIDE.entries())
    await site.box.netns("outside").run(["ip", "route", verb, address, "via", OUTSIDE[i] ?? ""]);
}

firewallAbuse(() => site, [...DOORS, ...CROSSING], {
  table: "jupyterhub",
  watch: "jupyterhub-firewall-watch.service",
  guarded: ["jupyterhub-network"],
});
