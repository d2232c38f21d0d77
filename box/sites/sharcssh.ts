/** Beyond the Sheffield reference: the same Grid Engine, and the hub in a container on a host of its own, which submits on a login node over SSH. */
import { hubPackages } from "../debian/roots";
import { gridengineClient, gridengineMaster, gridengineNode } from "../schedulers/gridengine";
import type { Site } from "../site";
import { site as sheffield } from "./sheffield";

const addressOfHub = "https://sharc.localhost:8443";

/** A host of the cluster, with its software, its users and its file system. */
const host = (name: string, last: number, layers = [gridengineClient]) => ({
  name,
  kind: "machine" as const,
  addresses: { inside: last },
  layers,
  users: true,
  shared: true,
});

/** The site. */
export const site: Site = {
  name: "sharcssh",
  networks: [
    { name: "inside", ipv4: "10.74.0", ipv6: "fd74::" },
    { name: "outside", ipv4: "10.84.0", ipv6: "fd84::", defaultRoute: true },
  ],
  hosts: [
    { name: "admin", kind: "namespace", addresses: { inside: 2 } },
    { name: "outside", kind: "namespace", addresses: { outside: 50 } },
    {
      name: "hub",
      kind: "machine",
      addresses: { inside: 10, outside: 10 },
      layers: [hubPackages],
      copiedRoot: true,
    },
    host("login1", 11),
    host("qmaster", 20, [gridengineClient, gridengineMaster]),
    host("exec1", 31, [gridengineClient, gridengineNode]),
    { name: "idp", kind: "machine", addresses: { outside: 5 } },
  ],
  aliases: {
    "sharc.localhost": { host: "hub", network: "outside" },
    "idp.localhost": { host: "idp", network: "outside" },
  },
  groups: sheffield.groups,
  users: sheffield.users,
  sharedDirectories: sheffield.sharedDirectories,
  modulePath: "/apps/modulefiles",
  scheduler: { name: "gridengine", controller: "qmaster", nodes: ["exec1"], clients: ["login1"] },
  identityProvider: {
    host: "idp",
    name: "idp.localhost",
    port: 8444,
    clientId: "jupyterhub",
    clientSecret: "box-client-secret",
    redirectUris: [`${addressOfHub}/hub/oauth_callback`],
    accounts: sheffield.users.map(({ name, groups, password = "" }) => ({ login: name, password, groups })),
  },
  client: "outside",
  admin: "admin",
  administered: ["hub", "login1", "qmaster"],
  forwarders: [
    { port: 8443, host: "hub", network: "outside", toPort: 443 },
    { port: 8444, host: "idp", network: "outside", toPort: 8444 },
  ],
  certificate: { host: "hub", names: ["sharc.localhost", "hub", "10.84.0.10"] },
  front: { url: addressOfHub, user: "alice", password: "alice-box" },
};
