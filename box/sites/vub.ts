/** VUB Hydra: the hub in a container on a host without cluster software, Slurm behind two login nodes, OpenID Connect. */
import { hubPackages } from "../debian/roots";
import { hostileAccounts } from "../idp/hostile-names";
import { postgresqlServer } from "../postgresql";
import { slurmClient, slurmController, slurmNode } from "../schedulers/slurm";
import type { Site } from "../site";

const addressOfHub = "https://hub.localhost:8443";

/** The site. */
export const site: Site = {
  name: "vub",
  networks: [
    { name: "inside", ipv4: "10.77.0", ipv6: "fd77::" },
    { name: "outside", ipv4: "10.88.0", ipv6: "fd88::", defaultRoute: true },
  ],
  hosts: [
    { name: "admin", kind: "namespace", addresses: { inside: 2 } },
    { name: "outside", kind: "namespace", addresses: { outside: 50 } },
    { name: "hub", kind: "machine", addresses: { inside: 10, outside: 10 }, layers: [hubPackages], copiedRoot: true },
    {
      name: "login1",
      kind: "machine",
      addresses: { inside: 11 },
      layers: [slurmClient],
      users: true,
      shared: true,
    },
    {
      name: "login2",
      kind: "machine",
      addresses: { inside: 12 },
      layers: [slurmClient],
      users: true,
      shared: true,
    },
    {
      name: "slurm",
      kind: "machine",
      addresses: { inside: 20 },
      layers: [slurmClient, slurmController, postgresqlServer],
      users: true,
    },
    {
      name: "node1",
      kind: "machine",
      addresses: { inside: 31 },
      layers: [slurmClient, slurmNode],
      users: true,
      shared: true,
    },
    {
      name: "node2",
      kind: "machine",
      addresses: { inside: 32 },
      layers: [slurmClient, slurmNode],
      users: true,
      shared: true,
    },
    { name: "idp", kind: "machine", addresses: { outside: 5 } },
  ],
  aliases: {
    "hub.localhost": { host: "hub", network: "outside" },
    "idp.localhost": { host: "idp", network: "outside" },
  },
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
  scheduler: { name: "slurm", controller: "slurm", nodes: ["node1", "node2"], clients: ["login1", "login2"] },
  database: { host: "slurm" },
  identityProvider: {
    host: "idp",
    name: "idp.localhost",
    port: 8444,
    clientId: "jupyterhub",
    clientSecret: "box-client-secret",
    redirectUris: [`${addressOfHub}/hub/oauth_callback`],
    accounts: [
      { login: "alice", password: "alice-box", groups: ["hpcusers"] },
      { login: "bob", password: "bob-box", groups: ["hpcusers"] },
      { login: "carol", password: "carol-box", groups: ["others"] },
      { login: "a;id", password: "a;id-box", groups: ["hpcusers"] },
      { login: "Alice", password: "Alice-box", groups: ["hpcusers"] },
      { login: "root", password: "root-box", groups: ["hpcusers"] },
      // In the group for the provider, but with no account on the cluster.
      { login: "nemo", password: "nemo-box", groups: ["hpcusers"] },
      ...hostileAccounts,
    ],
  },
  client: "outside",
  admin: "admin",
  administered: ["hub", "login1", "login2"],
  forwarders: [
    { port: 8443, host: "hub", network: "outside", toPort: 443 },
    { port: 8444, host: "idp", network: "outside", toPort: 8444 },
  ],
  certificate: { host: "hub", names: ["hub.localhost", "*.hub.localhost", "hub", "10.88.0.10"] },
  front: { url: addressOfHub, user: "alice", password: "alice-box" },
};
