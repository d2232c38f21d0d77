/** Debian 12 for real: systemd 252, podman 4.3, nftables 1.0.6, sudo 1.9.13, openssl 3.0. What was there is compared with what is left. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attach, type BoxHost } from "../../box/api";
import { changeByHand, everyday, FILE_BEFORE, HAND_MADE_CHANGES, prepare, traces } from "./trial/everyday";
import { imageArchive } from "./trial/image-archive";
import { type Specification, Trial } from "./trial/trial";

const ADDRESS = "10.79.0.12";
const PACKAGES = ["podman", "uidmap", "passt", "catatonit", "crun", "nftables", "acl"];
const RULES = `table inet trial {
  chain input {
    type filter hook input priority filter; policy accept;
    tcp dport 23 drop
  }
}
`;

/** What only a hub host has. */
function ofAHub(archive: string): Specification["resources"] {
  return [
    ...everyday(ADDRESS),
    { type: "Package", name: "packages", args: { names: PACKAGES } },
    {
      type: "Sysctl",
      name: "setting",
      args: { name: "user.max_user_namespaces", value: "1024", atLeast: true },
    },
    {
      type: "ContainerImage",
      name: "image",
      args: { user: "trial", archive, reference: "localhost/trial:1" },
      after: ["packages", "account", "setting"],
    },
    {
      type: "Firewall",
      name: "firewall",
      args: { table: "trial", content: RULES, path: "/etc/trial.nft" },
      after: ["packages"],
    },
  ];
}

let host: BoxHost;
let trial: Trial;
let directory: string;
let resources: Specification["resources"];
let before: string;

const look = async (script: string) => (await host.run(["sh", "-c", script])).stdout.trim();
const installed = () => look("dpkg --get-selections | sort");

beforeAll(async () => {
  const box = await attach("hosts");
  host = box.host("debian12");
  directory = await mkdtemp(join(tmpdir(), "debian12-"));
  const archive = join(directory, "image.tar");
  await writeFile(archive, imageArchive({ "etc/trial": "hello\n" }));
  resources = ofAHub(archive);
  before = await installed();
  await prepare(host);
  trial = await Trial.start(box, ADDRESS);
});
afterAll(async () => {
  await trial?.destroy();
  await host?.run(["rm", "-f", "/etc/trial-existing"]);
  await trial?.remove();
  await rm(directory, { recursive: true, force: true });
});

describe("on Debian 12, through the real CLI", () => {
  it("makes one of every resource, and a preview right after shows no changes", async () => {
    const { exitCode, output } = await trial.up({ resources, facts: true });
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(/versionId\s*: "12"/);
    expect(output).toMatch(/systemd\s*: "252\./);
    expect(output).toMatch(/sudoVersion\s*: "1\.9\.13p3"/);
    expect(await trial.preview({ resources })).toEqual([]);
    expect(await look("nft list table inet trial")).toContain("tcp dport 23 drop");
    expect(await look("systemctl is-enabled trial-firewall.service")).toBe("enabled");
    expect(await look("cat /etc/trial/secret /etc/trial-existing")).toContain("ours");
    expect(await look("openssl x509 -in /etc/trial/cert.pem -noout -checkip 10.79.0.12")).toContain("does match");
    const uid = await look("id -u trial");
    expect(
      await look(
        `cd / && runuser -u trial -- env HOME=/var/lib/trial XDG_RUNTIME_DIR=/run/user/${uid} podman image inspect --format '{{.Id}}' localhost/trial:1`,
      ),
    ).toMatch(/^[0-9a-f]{64}$/);
  });

  it("shows precisely what was changed by hand, repairs it, and loads an archive that was rebuilt", async () => {
    await changeByHand(host);
    await writeFile(join(directory, "image.tar"), imageArchive({ "etc/trial": "hello again\n" }));
    await look("nft add rule inet trial input tcp dport 24 drop; dpkg --purge --force-depends acl");
    expect(await trial.preview({ resources })).toEqual(
      [
        ...HAND_MADE_CHANGES,
        { op: "update", name: "firewall", properties: ["content"] },
        // Without its user manager the account's store cannot be read.
        { op: "create", name: "image", properties: [] },
        { op: "update", name: "packages", properties: [`names[${PACKAGES.length - 1}]`] },
      ].sort((a, b) => a.name.localeCompare(b.name)),
    );
    const { exitCode, output } = await trial.up({ resources });
    expect(exitCode, output).toBe(0);
    expect(await trial.preview({ resources })).toEqual([]);
    expect(await look("nft list table inet trial")).not.toContain("24");
  });

  it("destroys them and leaves the host as it was", async () => {
    const { exitCode, output } = await trial.destroy();
    expect(exitCode, output).toBe(0);
    expect(await host.read("/etc/trial-existing")).toBe(FILE_BEFORE);
    expect(await traces(host)).toBe("604");
    expect(await look("ls /etc/trial.nft /etc/systemd/system/trial-firewall.service /etc/sysctl.d/*jupyterhub*")).toBe(
      "",
    );
    expect(await installed()).toBe(before);
  });
});
