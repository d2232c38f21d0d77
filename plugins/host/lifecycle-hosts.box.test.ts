import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attach, type Box, type BoxHost } from "../../box/api";
import { shellOn } from "./trial/shell";
import { adminOf, Trial, type Wanted, type Way } from "./trial/trial";

const ELSEWHERE = "10.79.0.14";
/** Of debian13 for a while, then nobody's. */
const LOST = "10.79.0.98";

let box: Box;
let host: BoxHost;
let sh: (text: string) => Promise<string>;
let trial: Trial;
let other: Way;

const file = (name: string, on: string, after: string[] = []): Wanted => ({
  type: "File",
  name,
  args: { path: `/etc/trial-host-${name}`, content: `${name}\n` },
  on,
  after,
});
const lasting = [file("stays", "trial"), file("wanders", "moving")];
const lost = [file("lost-1", "lost"), file("lost-2", "lost", ["lost-1"])];

/** Gives the host new keys, as a new installation does; gives back the public one. */
const newKeys = async () => {
  await sh(
    "rm -f /etc/ssh/ssh_host_*_key*; ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key; systemctl restart ssh",
  );
  return (await sh("cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub")).trim();
};

beforeAll(async () => {
  box = await attach("hosts");
  host = box.host("debian13");
  sh = shellOn(host);
  trial = await Trial.start(box, "10.79.0.11");
  other = await adminOf(box, ELSEWHERE);
  await sh(`ip address replace ${LOST}/24 dev inside; cp -a /etc/ssh /root/ssh-before`);
});
afterAll(async () => {
  await trial?.destroy();
  await sh?.(`
    ip address del ${LOST}/24 dev inside 2>/dev/null || :
    [ ! -d /root/ssh-before ] || { rm -f /etc/ssh/ssh_host_*; cp -a /root/ssh-before/ssh_host_* /etc/ssh/; rm -rf /root/ssh-before; systemctl restart ssh; }
    rm -f /etc/trial-host-*; rm -rf /var/lib/jupyterhub-hpc
  `);
  await trial?.remove();
});

describe("the life of hosts", () => {
  it("begins with resources on three", async () => {
    const others = { moving: trial.provider, lost: { ...trial.provider, address: LOST, connectTimeout: 4 } };
    const { exitCode, output } = await trial.up({ others, resources: [...lasting, ...lost] });
    expect(exitCode, output).toBe(0);
    expect(await sh("cat /etc/trial-host-*")).toBe("lost-1\nlost-2\nstays\nwanders");
  });

  it("makes everything on another host and takes it from the former one", async () => {
    const others = { moving: other, lost: { ...trial.provider, address: LOST, connectTimeout: 4 } };
    const { exitCode, output } = await trial.up({ others, resources: [...lasting, ...lost] });
    expect(exitCode, output).toBe(0);
    expect(await shellOn(box.host("gate"))("cat /etc/trial-host-*")).toBe("wanders");
    expect(await sh("cat /etc/trial-host-*")).toBe("lost-1\nlost-2\nstays");
  });

  it("says what to do when a host is gone for good, and then drops what was on it", async () => {
    await sh(`ip address del ${LOST}/24 dev inside`);
    const program = { others: { moving: other }, resources: lasting };
    const failed = await trial.up(program);
    expect(failed.exitCode).not.toBe(0);
    expect(failed.output).toContain(`lost (${LOST}:22): `);
    expect(failed.output).toContain("run the same command with JUPYTERHUB_HPC_GONE=lost in front");
    expect((await trial.resources()).has("lost-1")).toBe(true);
    const { exitCode, output } = await trial.run(["up", "--yes", "--skip-preview"], program, {
      JUPYTERHUB_HPC_GONE: "another, lost",
    });
    expect(exitCode, output).toBe(0);
    expect(output).toContain(`lost (${LOST}): dropped /etc/trial-host-lost-1 from the state without touching the host`);
    expect([...(await trial.resources()).keys()].filter((name) => name.includes("lost"))).toEqual([]);
  });

  it("makes what is missing on a host that was reinstalled, once its new key is pinned", async () => {
    const key = await newKeys();
    await sh("rm -rf /etc/trial-host-* /var/lib/jupyterhub-hpc");
    const { id } = (await trial.resources()).get("trial") ?? {};
    const program = { provider: { ...trial.provider, hostKeys: [key] }, others: { moving: other }, resources: lasting };
    const refused = await trial.up(program);
    expect(refused.output).toMatch(
      /its host key does not match: .* pulumi up --refresh --run-program goes by the new one/s,
    );
    const through = ["--refresh", "--run-program"];
    expect(await trial.preview(program, through)).toEqual([
      { op: "create", name: "stays", properties: [] },
      { op: "update", name: "trial", properties: ["hostKeys[0]"] },
    ]);
    const { exitCode, output } = await trial.up(program, through);
    expect(exitCode, output).toBe(0);
    expect(await sh("cat /etc/trial-host-*")).toBe("stays");
    expect((await trial.resources()).get("trial")?.id).toBe(id);
  });
});
