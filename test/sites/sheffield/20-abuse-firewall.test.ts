/** The hub host's packet filter under other people's commands: test/abuse/firewall.ts. */
import { afterAll, beforeAll } from "vitest";
import { type Door, firewallAbuse } from "../../abuse/firewall";
import type { AbuseSite } from "../../abuse/site";
import { sheffieldUnderAttack } from "./abuse-site";

let site: AbuseSite;
beforeAll(async () => {
  site = await sheffieldUnderAttack();
  await crossing("replace");
});
afterAll(() => crossing("delete"));

const OUTSIDE = ["10.86.0.10", "fd86::10"];
const INSIDE = ["10.76.0.10", "fd76::10"];
const PORTS: { port: number; name: string; outside: boolean; inside: boolean; others?: boolean }[] = [
  { port: 443, name: "HTTPS", outside: true, inside: true },
  { port: 80, name: "HTTP", outside: true, inside: true },
  { port: 22, name: "SSH", outside: false, inside: true, others: true },
  { port: 8443, name: "the proxy's own port", outside: false, inside: false },
  { port: 8001, name: "the proxy's API", outside: false, inside: false },
  { port: 8082, name: "the hub past its proxy", outside: false, inside: false },
];
// The hub answers servers at its IPv4 address, which is the one that they are told.
const HUB: Door[] = [
  { what: "the hub's API inside", from: "admin", address: "10.76.0.10", port: 8081, open: true },
  { what: "the hub's API outside", from: "outside", address: "10.86.0.10", port: 8081, open: false },
];

const DOORS: Door[] = PORTS.flatMap(({ port, name, outside, inside, others }) =>
  [
    ...OUTSIDE.map((address) => ({ from: "outside", address, open: outside })),
    ...INSIDE.map((address) => ({ from: "admin", address, open: inside })),
  ].map((door) => ({ ...door, what: `${name} at ${door.address}`, port, ...(others && { others }) })),
);

// Somebody outside who sends packets for the inside address to the outside interface: a route is all it takes.
const CROSSING: Door[] = INSIDE.flatMap((address) =>
  [22, 8001, 8081, 8082, 8443].map((port) => ({
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

firewallAbuse(() => site, [...DOORS, ...HUB, ...CROSSING], {
  table: "jupyterhub",
  watch: "jupyterhub-firewall-watch.service",
  guarded: ["jupyterhub-proxy", "jupyterhub-hub"],
});
