import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attach, type Box, type BoxHost } from "../../box/api";
import { type Specification, Trial } from "./trial/trial";

/** Address of the host whose sshd, sudoers and firewall are broken here. */
const GUARDED = "10.79.0.13";
const RELOAD = { validate: ["sshd", "-t", "-f", "%s"], guarded: true, reload: [["systemctl", "reload", "ssh"]] };

function sshd(content: string): Specification["resources"][number] {
  return { type: "File", name: "sshd", args: { path: "/etc/ssh/sshd_config.d/90-trial.conf", content, ...RELOAD } };
}
function sudoers(content: string): Specification["resources"][number] {
  return {
    type: "File",
    name: "sudoers",
    args: { path: "/etc/sudoers.d/zz-trial", content, mode: "0440", validate: ["visudo", "-cf", "%s"], guarded: true },
  };
}
function firewall(rule: string): Specification["resources"][number] {
  const content = `table inet trial {\n  chain input {\n    type filter hook input priority 0; policy accept;\n    ${rule}\n  }\n}\n`;
  return {
    type: "Firewall",
    name: "firewall",
    args: { table: "trial", path: "/etc/trial-firewall/rules.nft", content },
  };
}

let box: Box;
let guarded: BoxHost;
let trial: Trial;

beforeAll(async () => {
  box = await attach("hosts");
  guarded = box.host("guarded");
  trial = await Trial.start(box, GUARDED);
});
afterAll(async () => {
  await trial?.destroy();
  await trial?.remove();
});

async function nothingArmed(host: BoxHost): Promise<void> {
  const { stdout } = await host.run([
    "sh",
    "-c",
    "systemctl list-units --all --plain --no-legend 'jupyterhub-hpc-rollback-*'; ls -d /var/lib/jupyterhub-hpc/rollback/*/[!u]*ed /etc/systemd/system/jupyterhub-hpc-undo.service /etc/*/.*.undo 2>/dev/null",
  ]);
  expect(stdout).toBe("");
}

describe("a change that would lock the administrator out", () => {
  it("goes through when it does not", async () => {
    const { exitCode, output } = await trial.up({
      resources: [sshd("X11Forwarding no\n"), sudoers("Defaults:nobody !lecture\n")],
    });
    expect(exitCode, output).toBe(0);
    await nothingArmed(guarded);
  });

  it("of sshd is undone", async () => {
    const { exitCode, output } = await trial.up({
      resources: [sshd("DenyUsers admin\n"), sudoers("Defaults:nobody !lecture\n")],
    });
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/login as admin was refused.*so it was undone\. The previous one is back/);
    expect(await guarded.read("/etc/ssh/sshd_config.d/90-trial.conf")).toBe("X11Forwarding no\n");
    await nothingArmed(guarded);
  });

  it("of sudoers is undone", async () => {
    const { exitCode, output } = await trial.up({
      resources: [sshd("X11Forwarding no\n"), sudoers("admin ALL=(ALL) !ALL\n")],
    });
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/sudo did not start.*so it was undone/);
    expect(await guarded.read("/etc/sudoers.d/zz-trial")).toBe("Defaults:nobody !lecture\n");
    expect(
      await trial.preview({ resources: [sshd("X11Forwarding no\n"), sudoers("Defaults:nobody !lecture\n")] }),
    ).toEqual([]);
  });

  it("is undone by the host itself when Pulumi is killed in the middle", async () => {
    const good = { resources: [sshd("X11Forwarding no\n"), sudoers("Defaults:nobody !lecture\n")] };
    const kill = await trial.begin({ resources: [sshd("DenyUsers admin\n"), sudoers("Defaults:nobody !lecture\n")] });
    const content = () => guarded.read("/etc/ssh/sshd_config.d/90-trial.conf");
    await box.waitFor("the change to arrive", async () => (await content()) === "DenyUsers admin\n", 30);
    await kill();
    await box.waitFor("the host to undo it", async () => (await content()) === "X11Forwarding no\n", 30);
    const { exitCode, output } = await trial.up(good);
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(/the host undid a change of its \/etc\/ssh\/sshd_config\.d\/90-trial\.conf by itself/);
    expect(await trial.preview(good)).toEqual([]);
  });

  it("of the firewall is undone, and a hand edit of the table shows", async () => {
    const other = await Trial.start(box, GUARDED);
    try {
      const packages = { type: "Package", name: "packages", args: { names: ["nftables", "acl"] } };
      const before = (await guarded.run(["dpkg", "--get-selections"])).stdout;
      const good = { resources: [packages, { ...firewall("tcp dport 9 drop"), after: ["packages"] }] };
      const { exitCode, output } = await other.up(good);
      expect(exitCode, output).toBe(0);
      await guarded.run(["nft", "add", "rule", "inet", "trial", "input", "tcp", "dport", "10", "accept"]);
      expect(await other.preview(good)).toEqual([{ op: "update", name: "firewall", properties: ["content"] }]);
      expect((await other.previewText(good)).output).toContain("- # + tcp dport 10 accept");
      const closed = await other.up({
        resources: [packages, { ...firewall("tcp dport 22 drop"), after: ["packages"] }],
      });
      expect(closed.exitCode).not.toBe(0);
      expect(closed.output).toMatch(/timed out.*so it was undone\. The previous one is back/);
      expect((await guarded.run(["nft", "list", "table", "inet", "trial"])).stdout).toContain("tcp dport 10 accept");
      await nothingArmed(guarded);
      expect((await other.destroy()).exitCode).toBe(0);
      expect((await guarded.run(["nft", "list", "tables"])).stdout).not.toContain("trial");
      expect((await guarded.run(["dpkg", "--get-selections"])).stdout).toBe(before);
    } finally {
      await other.destroy();
      await other.remove();
    }
  });
});

describe("a host that is not what was configured", () => {
  it.each([
    [
      "shows another key",
      { hostKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5/2Oy+ZDYmrwOly6e94jmRBSmHwwn"] },
      /its host key does not match: expected ssh-ed25519 SHA256:\S+, but it showed ssh-ed25519 SHA256:/,
    ],
    ["does not listen", { port: 2 }, /connection refused/],
    ["does not answer", { address: "10.79.0.99", connectTimeout: 3 }, /timed out|no route/],
    ["refuses the login", { user: "nobody" }, /login as nobody was refused/],
  ])("stops the preview when it %s", async (_, provider, words) => {
    const fresh = await Trial.start(box, GUARDED);
    const { exitCode, output } = await fresh.previewText({ provider: { ...fresh.provider, ...provider }, facts: true });
    await fresh.remove();
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(words);
    expect(output).toContain("trial (");
  });
});
