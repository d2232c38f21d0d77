/** The preview is the truth: nothing to do after `up`; exactly what was edited by hand afterwards; and `up` repairs it. */
import { beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { deploy } from "../deploy";

let box: Box;

beforeAll(async () => {
  box = await attach("vub");
});

interface Step {
  op: string;
  urn: string;
  detailedDiff?: Record<string, unknown> | null;
}

/** Resources that a preview would touch: name and changed properties. */
async function changes(): Promise<Record<string, string[]>> {
  const { stdout, stderr, exitCode } = await box.pulumi(["preview", "--json"], { timeoutSeconds: 240 });
  expect(exitCode, stderr + stdout.slice(-2000)).toBe(0);
  const { steps = [] } = JSON.parse(stdout) as { steps?: Step[] };
  const touched = steps.filter((step) => step.op !== "same" && step.op !== "refresh");
  return Object.fromEntries(
    touched.map((step) => [step.urn.split("::").pop() ?? step.urn, Object.keys(step.detailedDiff ?? {})]),
  );
}

test("right after `up` there is nothing to do", async () => {
  expect(await changes()).toEqual({});
});

const EDITS: { resource: string; property: string; host: string; command: string }[] = [
  {
    resource: "login1-sudoers",
    property: "content",
    host: "login1",
    command: "echo '# by hand' >> /etc/sudoers.d/jupyterhub-hpc-jupyterhub",
  },
  {
    resource: "login2-sshd",
    property: "content",
    host: "login2",
    command: "echo '# by hand' >> /etc/ssh/sshd_config.d/60-jupyterhub-hpc-jupyterhub.conf",
  },
  {
    resource: "hub-firewall",
    property: "content",
    host: "hub",
    command: "nft add rule inet jupyterhub input tcp dport 9999 accept",
  },
  {
    resource: "hub-service-hub",
    property: "content",
    host: "hub",
    command: "echo '# by hand' >> /etc/systemd/system/jupyterhub-hub.service",
  },
  {
    resource: "hub-runtime-config",
    property: "content",
    host: "hub",
    command: "echo '# by hand' >> /etc/jupyterhub/jupyterhub_config.py",
  },
];

test("five things edited by hand: the preview shows precisely those, each with its property", async () => {
  for (const edit of EDITS) {
    const { exitCode, stderr } = await box.host(edit.host).run(["sh", "-c", edit.command]);
    expect(exitCode, stderr).toBe(0);
  }
  const expected = Object.fromEntries(EDITS.map((edit) => [edit.resource, [edit.property]]));
  // The hub's unit is restarted too, since the configuration it reads is written anew.
  expect(await changes()).toEqual({ ...expected, "hub-service-hub": ["content", "triggers"] });
});

test("the preview wrote nothing", async () => {
  const { stdout } = await box.host("login1").run(["tail", "-n1", "/etc/sudoers.d/jupyterhub-hpc-jupyterhub"]);
  expect(stdout.trim()).toBe("# by hand");
});

test("`up` repairs them, and then there is nothing to do", async () => {
  await deploy(box);
  for (const edit of EDITS.filter((e) => e.command.startsWith("echo"))) {
    const path = edit.command.split(">> ")[1] ?? "";
    expect((await box.host(edit.host).run(["cat", path])).stdout).not.toContain("# by hand");
  }
  expect((await box.host("hub").run(["nft", "list", "table", "inet", "jupyterhub"])).stdout).not.toContain("9999");
  expect(await changes()).toEqual({});
});

test("another tool's table in nftables is left alone by a change of ours", async () => {
  const hub = box.host("hub");
  await hub.run([
    "nft",
    "add table inet monitoring; add chain inet monitoring input { type filter hook input priority 10; }; add rule inet monitoring input counter",
  ]);
  const before = (await hub.run(["nft", "-s", "list", "table", "inet", "monitoring"])).stdout;
  await hub.run(["nft", "flush", "chain", "inet", "jupyterhub", "input"]);
  await deploy(box);
  expect((await hub.run(["nft", "-s", "list", "table", "inet", "monitoring"])).stdout).toBe(before);
  expect((await hub.run(["nft", "list", "chain", "inet", "jupyterhub", "input"])).stdout).toContain("dport 22");
  await hub.run(["nft", "delete", "table", "inet", "monitoring"]);
});
