/** Sheffield ShARC: the hub on a host that submits to Grid Engine itself, and people log in with the system's accounts. */
import { gridengineClient, gridengineMaster, gridengineNode } from "../schedulers/gridengine";
import type { Site } from "../site";

const node = (name: string, last: number) => ({
  name,
  kind: "machine" as const,
  addresses: { inside: last },
  layers: [gridengineClient, gridengineNode],
  users: true,
  shared: true,
});

/** The site. Nothing is deployed on it yet: its Grid Engine is what there is to test. */
export const site: Site = {
  name: "sheffield",
  networks: [
    { name: "inside", ipv4: "10.76.0", ipv6: "fd76::" },
    { name: "outside", ipv4: "10.86.0", ipv6: "fd86::", defaultRoute: true },
  ],
  hosts: [
    { name: "admin", kind: "namespace", addresses: { inside: 2 } },
    { name: "outside", kind: "namespace", addresses: { outside: 50 } },
    {
      name: "hub",
      kind: "machine",
      addresses: { inside: 10, outside: 10 },
      layers: [gridengineClient],
      users: true,
      shared: true,
    },
    {
      name: "qmaster",
      kind: "machine",
      addresses: { inside: 20 },
      layers: [gridengineClient, gridengineMaster],
      users: true,
    },
    node("exec1", 31),
    node("exec2", 32),
  ],
  aliases: { "sharc.localhost": { host: "hub", network: "outside" } },
  groups: [
    { name: "hpcusers", gid: 2000 },
    { name: "others", gid: 2100 },
  ],
  users: [
    { name: "alice", uid: 2001, groups: ["hpcusers"] },
    { name: "bob", uid: 2002, groups: ["hpcusers"] },
    { name: "carol", uid: 2003, groups: ["others"] },
  ],
  sharedDirectories: ["/home", "/apps"],
  modulePath: "/apps/modulefiles",
  scheduler: { name: "gridengine", controller: "qmaster", nodes: ["exec1", "exec2"], clients: ["hub"] },
  client: "outside",
  admin: "admin",
  administered: ["hub", "qmaster"],
  forwarders: [],
};
