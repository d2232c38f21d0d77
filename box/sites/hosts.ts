/** Bare hosts, for the tests and the bench of the host plugin: no cluster, nothing deployed. */
import { enginePackages, hubPackages, pythonPackages } from "../debian/roots";
import type { Site } from "../site";

/** The site. */
export const site: Site = {
  name: "hosts",
  networks: [
    { name: "inside", ipv4: "10.79.0", ipv6: "fd79::" },
    { name: "behind", ipv4: "10.80.0", ipv6: "fd80::" },
  ],
  hosts: [
    { name: "admin", kind: "namespace", addresses: { inside: 2 } },
    { name: "debian13", kind: "machine", addresses: { inside: 11 } },
    {
      name: "debian12",
      kind: "machine",
      release: "bookworm",
      addresses: { inside: 12 },
      layers: [hubPackages],
      copiedRoot: true,
    },
    // Firewalls, sshd and sudoers are broken here.
    { name: "guarded", kind: "machine", addresses: { inside: 13 }, layers: [hubPackages] },
    // The way to "hidden", which admin's namespace has no route to.
    { name: "gate", kind: "machine", addresses: { inside: 14, behind: 14 } },
    { name: "hidden", kind: "machine", addresses: { behind: 15 } },
    // A container engine and a registry can be installed here.
    { name: "engine", kind: "machine", addresses: { inside: 17 }, layers: [enginePackages], copiedRoot: true },
    { name: "bench", kind: "machine", addresses: { inside: 16 }, layers: [pythonPackages] },
  ],
  aliases: {},
  groups: [],
  users: [],
  sharedDirectories: [],
  admin: "admin",
  administered: ["debian13", "debian12", "guarded", "gate", "hidden", "engine", "bench"],
  forwarders: [],
};
