/** Sheffield ShARC: the hub on a host that submits to Grid Engine itself, and people log in with the system's accounts. */
import { hubOnHostPackages } from "../debian/roots";
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

const addressOfHub = "https://sharc.localhost:8445";

/** The site. */
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
      layers: [gridengineClient, hubOnHostPackages],
      users: true,
      shared: true,
    },
    {
      name: "qmaster",
      kind: "machine",
      addresses: { inside: 20 },
      layers: [gridengineClient, gridengineMaster],
      users: true,
      shared: true,
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
    { name: "alice", uid: 2001, groups: ["hpcusers"], password: "alice-box" },
    { name: "bob", uid: 2002, groups: ["hpcusers"], password: "bob-box" },
    // She has an account, and may not use the cluster.
    { name: "carol", uid: 2003, groups: ["others"], password: "carol-box" },
  ],
  sharedDirectories: ["/home", "/apps"],
  modulePath: "/apps/modulefiles",
  scheduler: { name: "gridengine", controller: "qmaster", nodes: ["exec1", "exec2"], clients: ["hub"] },
  client: "outside",
  admin: "admin",
  administered: ["hub", "qmaster"],
  forwarders: [{ port: 8445, host: "hub", network: "outside", toPort: 443 }],
  certificate: { host: "hub", names: ["sharc.localhost", "*.sharc.localhost", "hub", "10.86.0.10"] },
  front: { url: addressOfHub, user: "alice", password: "alice-box" },
  hub: "onHost",
};
