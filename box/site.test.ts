import { expect, test } from "vitest";
import { forwarderProcesses } from "./forwarder";
import { bridgeCommands, cableCommands, hostCommands } from "./hosts/network";
import { usersScript } from "./hosts/users";
import { slurmConf } from "./schedulers/slurm";
import { address, hostNamed, hostsFile, loadSite, machines, schedulerOf } from "./site";

const site = await loadSite("vub");

test("a site that does not exist is named, and no path gets through", async () => {
  await expect(loadSite("atlantis")).rejects.toThrow("box/sites/atlantis.ts is missing");
  await expect(loadSite("../vub")).rejects.toThrow("no name of a site");
  expect(() => hostNamed(site, "hub2")).toThrow("site vub has no host hub2; it has admin, outside, hub");
});

test("no two hosts have one address, and interface names fit the kernel's 15 characters", () => {
  for (const network of site.networks) {
    const last = site.hosts.map((host) => host.addresses[network.name]).filter((part) => part !== undefined);
    expect(new Set(last).size).toBe(last.length);
    expect(last).not.toContain(1);
  }
  const ports = site.hosts
    .flatMap((host) => cableCommands(site, host))
    .flatMap((line) => /^link add (\S+)/.exec(line)?.[1] ?? []);
  expect(new Set(ports).size).toBe(ports.length);
  for (const port of ports) expect(port.length).toBeLessThanOrEqual(15);
});

test("the hub's way out is the outside network; a host inside only has none there", () => {
  const hub = hostCommands(site, hostNamed(site, "hub"));
  expect(hub).toContain("route add default via 10.88.0.1");
  expect(hub).toContain("address add fd77::10/64 dev inside nodad");
  expect(hostCommands(site, hostNamed(site, "login1")).join()).not.toContain("10.88.");
  expect(bridgeCommands(site)).toContain("address add fd88::1/64 dev outside nodad");
});

test("each host resolves the others by the network they share", () => {
  const ofLogin = hostsFile(site, "login1");
  expect(ofLogin).toContain("10.77.0.10 hub\n");
  const ofIdp = hostsFile(site, "idp");
  expect(ofIdp).toContain("10.88.0.10 hub\n");
  expect(ofLogin).toContain("10.88.0.10 hub.localhost\nfd88::10 hub.localhost\n");
  expect(() => address(site, "login1", "outside")).toThrow("login1 is not in network outside");
});

test("cluster users are nowhere on the hub, and homes are closed to others", () => {
  expect(hostNamed(site, "hub").users).toBeUndefined();
  const script = usersScript(site);
  expect(script).toContain("useradd --uid 2003 --user-group --groups others");
  expect(script.match(/chmod 0700 \/home\//g)).toHaveLength(site.users.length);
});

test("Slurm's configuration has every node, on the inside network", () => {
  const conf = slurmConf(site);
  for (const node of schedulerOf(site).nodes)
    expect(conf).toContain(`NodeName=${node} NodeAddr=${address(site, node, "inside")} `);
  expect(conf).toContain("PartitionName=short Nodes=node1,node2 Default=YES");
  expect(conf).toContain("PartitionName=long Nodes=node2 ");
  expect(conf).toContain("SlurmctldHost=slurm(10.77.0.20)");
});

test("forwarders listen on loopback only", () => {
  const listeners = site.forwarders
    .flatMap((one) => forwarderProcesses(site, one))
    .flatMap((one) => one.argv.filter((word) => word.startsWith("TCP4-LISTEN")));
  expect(listeners).toHaveLength(4);
  for (const listener of listeners) expect(listener).toContain("bind=127.0.0.1,");
});

test("every layered host is a machine, and the shared directories are on all that have users' jobs", () => {
  const { nodes, clients } = schedulerOf(site);
  for (const name of [...nodes, ...clients]) {
    expect(machines(site).find((host) => host.name === name)).toMatchObject({ shared: true, users: true });
  }
});
