import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attach, type Box, type BoxHost } from "../../box/api";
import { changeByHand, everyday, FILE_BEFORE, HAND_MADE_CHANGES, prepare, SECRET, traces } from "./trial/everyday";
import { type Specification, Trial } from "./trial/trial";

const resources = everyday("10.79.0.11");

let box: Box;
let debian13: BoxHost;
let trial: Trial;

beforeAll(async () => {
  box = await attach("hosts");
  debian13 = box.host("debian13");
  await prepare(debian13);
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
    expect(await look("openssl", "x509", "-in", "/etc/trial/cert.pem", "-noout", "-checkip", "10.79.0.11")).toContain(
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
    await changeByHand(debian13);
    expect(await trial.preview({ resources })).toEqual(HAND_MADE_CHANGES);
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
    expect(await traces(debian13)).toBe("604");
  });
});
