import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attach, type Box, type BoxHost } from "../../box/api";
import { type Specification, Trial } from "./trial/trial";

const SECRET = "correct-horse-battery-staple";
const FILE_BEFORE = "from before\n";

const resources: Specification["resources"] = [
  { type: "User", name: "account", args: { name: "trial", subids: true, linger: true, groups: ["users"] } },
  {
    type: "Directory",
    name: "directory",
    args: { path: "/etc/trial", owner: "trial", mode: "0750" },
    after: ["account"],
  },
  { type: "File", name: "plain", args: { path: "/etc/trial/plain", content: "one\ntwo\n" }, after: ["directory"] },
  { type: "File", name: "existing", args: { path: "/etc/trial-existing", content: "ours\n" } },
  {
    type: "File",
    name: "secret",
    args: { path: "/etc/trial/secret", content: SECRET, mode: "0600" },
    secrets: ["content"],
    after: ["directory"],
  },
  { type: "File", name: "empty", args: { path: "/etc/trial/empty", content: "" }, after: ["directory"] },
  { type: "KeyPair", name: "key", args: { path: "/etc/trial/id", owner: "trial" }, after: ["directory"] },
  { type: "RandomSecret", name: "token", args: { path: "/etc/trial/token", prefix: "TOKEN=" }, after: ["directory"] },
  {
    type: "SelfSignedCertificate",
    name: "certificate",
    args: { certPath: "/etc/trial/cert.pem", keyPath: "/etc/trial/key.pem", names: ["trial.localhost", "fd79::11"] },
    after: ["directory"],
  },
  {
    type: "AuthorizedKey",
    name: "authorised",
    args: {
      user: "trial",
      key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5/2Oy+ZDYmrwOly6e94jmRBSmHwwn x",
      options: 'restrict,from="10.79.0.2"',
    },
    after: ["account"],
  },
  {
    type: "SystemdUnit",
    name: "unit",
    args: {
      name: "trial.service",
      content:
        "[Unit]\nDescription=Trial\n[Service]\nUser=trial\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n",
    },
    after: ["account"],
  },
];

let box: Box;
let debian13: BoxHost;
let trial: Trial;

beforeAll(async () => {
  box = await attach("hosts");
  debian13 = box.host("debian13");
  await debian13.write("/etc/trial-existing", FILE_BEFORE);
  await debian13.run(["chmod", "0604", "/etc/trial-existing"]);
  trial = await Trial.start(box, "10.79.0.11");
});
afterAll(async () => {
  await trial?.destroy();
  await debian13?.run(["rm", "-f", "/etc/trial-existing"]);
  await trial?.remove();
});

describe("resources on a host, through the real CLI", () => {
  it("makes them, and a preview right after shows no changes", async () => {
    const { exitCode, output } = await trial.up({ resources, facts: true });
    expect(output).toContain('sshdUnit      : "ssh"');
    expect(exitCode, output).toBe(0);
    expect(await trial.preview({ resources })).toEqual([]);
    const look = async (...argv: string[]) => (await debian13.run(argv)).stdout.trim();
    expect(
      await look("stat", "-c", "%U %G %a", "/etc/trial", "/etc/trial/secret", "/etc/trial/id", "/etc/trial/token"),
    ).toBe("trial root 750\nroot root 600\ntrial root 600\nroot root 600");
    expect(await look("cat", "/etc/trial/secret")).toBe(SECRET);
    expect(await look("grep", "-c", "^TOKEN=[0-9a-f]\\{64\\}$", "/etc/trial/token")).toBe("1");
    expect(await look("systemctl", "is-active", "trial.service")).toBe("active");
    expect(await look("openssl", "x509", "-in", "/etc/trial/cert.pem", "-noout", "-checkip", "fd79::11")).toContain(
      "does match",
    );
    expect(await look("grep", "-c", "^trial:", "/etc/subuid")).toBe("1");
  });

  it("keeps a secret out of the state and of what is printed", async () => {
    expect(await trial.state()).not.toContain(SECRET);
    const changed = resources.map((resource) =>
      resource.name === "secret" ? { ...resource, args: { ...resource.args, content: "other-secret" } } : resource,
    );
    const { output } = await trial.previewText({ resources: changed });
    expect(output).toContain("~ content: [secret] => [secret]");
    expect(output).not.toMatch(/other-secret|correct-horse/);
  });

  it("shows precisely what was changed by hand, and repairs it", async () => {
    const edit = (command: string) => debian13.run(["sh", "-ec", command]);
    await edit("echo three >>/etc/trial/plain; chmod 0666 /etc/trial/empty; chown root /etc/trial");
    await edit(
      "systemctl stop trial.service; systemctl disable -q trial.service; echo '#x' >>/etc/systemd/system/trial.service",
    );
    await edit(
      "rm /etc/trial/token; sed -i s/restrict,// ~trial/.ssh/authorized_keys; gpasswd -d trial users; loginctl disable-linger trial",
    );
    expect(await trial.preview({ resources })).toEqual([
      { op: "update", name: "account", properties: ["groups[0]", "linger"] },
      { op: "update", name: "authorised", properties: ["options"] },
      { op: "update", name: "directory", properties: ["owner"] },
      { op: "update", name: "empty", properties: ["mode"] },
      { op: "update", name: "plain", properties: ["content"] },
      { op: "create", name: "token", properties: [] },
      { op: "update", name: "unit", properties: ["active", "content", "enabled"] },
    ]);
    expect((await trial.previewText({ resources })).output).toContain("- three");
    const { exitCode, output } = await trial.up({ resources });
    expect(exitCode, output).toBe(0);
    expect(await trial.preview({ resources })).toEqual([]);
    expect(await debian13.read("/etc/trial/plain")).toBe("one\ntwo\n");
  });

  it("leaves the host as it was when a checker or a link is in the way", async () => {
    await debian13.run(["ln", "-sfn", "/etc/passwd", "/etc/trial/link"]);
    const refused: Specification["resources"] = [
      ...resources,
      {
        type: "File",
        name: "checked",
        args: { path: "/etc/trial/checked", content: "nonsense", validate: ["visudo", "-cf", "%s"] },
      },
      { type: "File", name: "linked", args: { path: "/etc/trial/link", content: "root::0:0::/:/bin/sh\n" } },
    ];
    const { exitCode, output } = await trial.up({ resources: refused });
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/the checker refused it, nothing was changed: .*syntax error/);
    expect(output).toContain("/etc/trial/link is a symbolic link, which is not followed");
    expect((await debian13.run(["ls", "-A", "/etc/trial"])).stdout).not.toMatch(/checked/);
    expect(await debian13.read("/etc/passwd")).toContain("trial");
    await debian13.run(["rm", "/etc/trial/link"]);
  });

  it("tells a unit's last words when it does not start, and sees it as not running", async () => {
    const content =
      "[Service]\nExecStart=/bin/sh -c 'echo the reason; exit 3'\n[Install]\nWantedBy=multi-user.target\n";
    const broken = resources.map((resource) =>
      resource.name === "unit" ? { ...resource, args: { ...resource.args, content } } : resource,
    );
    const { exitCode, output } = await trial.up({ resources: broken });
    expect(exitCode).not.toBe(0);
    expect(output).toContain("the reason");
    expect((await trial.up({ resources })).exitCode).toBe(0);
    expect((await debian13.run(["systemctl", "is-active", "trial.service"])).stdout.trim()).toBe("active");
  });

  it("destroys them and leaves the host as it was", async () => {
    const { exitCode, output } = await trial.destroy();
    expect(exitCode, output).toBe(0);
    expect(await debian13.read("/etc/trial-existing")).toBe(FILE_BEFORE);
    const { stdout } = await debian13.run([
      "sh",
      "-c",
      "stat -c %a /etc/trial-existing; id trial; ls -d /etc/trial /etc/systemd/system/trial.service /var/lib/trial; grep ^trial: /etc/subuid /etc/group; ls /run | grep jupyterhub-hpc",
    ]);
    expect(stdout.trim()).toBe("604");
  });
});
