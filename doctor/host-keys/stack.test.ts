import { describe, expect, it } from "vitest";
import { spellHostKey } from "../../plugins/host/connection/host-key";
import { hostsOf } from "./stack";

const A = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5/2Oy+ZDYmrwOly6e94jmRBSmHwwn";
const YAML = `
config:
  jupyterhub-hpc:stage: prod
  jupyterhub-hpc:hub:
    insideAddress: 10.0.0.1
    host:
      address: hub.example.org
      user: admin
      hostKeys: ["${A} comment"]
      privateKeyFile: /k
      jump: { address: gate.example.org, port: 2222, user: me, hostKeys: ["${A}"], privateKey: { secure: v1:x } }
  jupyterhub-hpc:login:
    nodes:
      - name: login1
        host: { address: 10.0.0.11, knownHostsFile: known }
      - name: login2
        host: { address: 10.0.0.12, knownHostsFile: known }
      - name: login3
        host: { address: 10.0.0.13, hostKeys: ["SHA256:abc"] }
`;

describe("a stack's file", () => {
  const hosts = hostsOf(YAML, () => `10.0.0.11 ${A}\n`);
  const at = (key: string) => hosts.find((host) => host.key === key);

  it("gives every host and jump host, by where it stands", () => {
    expect(hosts.map(({ key, address, port, user }) => [key, address, port, user])).toEqual([
      ["hub.host", "hub.example.org", 22, "admin"],
      ["hub.host.jump", "gate.example.org", 2222, "me"],
      ["login.nodes[0].host", "10.0.0.11", 22, "root"],
      ["login.nodes[1].host", "10.0.0.12", 22, "root"],
      ["login.nodes[2].host", "10.0.0.13", 22, "root"],
    ]);
  });

  it("reads what is pinned, in the file and in known_hosts, and says why nothing is", () => {
    expect(at("hub.host")?.pinned.map(spellHostKey)).toEqual([A]);
    expect(at("hub.host")?.jump?.address).toBe("gate.example.org");
    expect(at("hub.host.jump")?.privateKeyFile).toBeUndefined();
    expect(at("login.nodes[0].host")?.pinned.map(spellHostKey)).toEqual([A]);
    expect(at("login.nodes[1].host")?.problem).toMatch(/known has no key for it/);
    expect(at("login.nodes[2].host")?.problem).toMatch(/is a fingerprint/);
  });
});
