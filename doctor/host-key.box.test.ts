import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { attach, type Box, type Result } from "../box/api";
import { checkout } from "../box/paths";
import { adminOf, type Way } from "../plugins/host/trial/trial";
import { Doors } from "../plugins/host/ways-in/doors";

let box: Box;
let directory: string;
let doors: Doors;
let gate: Way;
let hidden: Way;

/** Runs the check in the admin namespace, in a folder with stacks of its own and with `directory`/ssh as root's ~/.ssh. */
function hostKey(...args: string[]): Promise<Result> {
  const script = 'mount --bind "$0/ssh" /root/.ssh && cd "$0" && exec "$@"';
  const command = [join(checkout, "node_modules/.bin/tsx"), join(checkout, "doctor/cli.ts"), "host-key", ...args];
  return box.netns("admin").run(["sh", "-c", script, directory, ...command]);
}

async function stack(name: string, ...hosts: object[]): Promise<Result> {
  const nodes = hosts.map((host, i) => ({ name: `login${i}`, host }));
  await writeFile(
    join(directory, `stacks/Pulumi.${name}.yaml`),
    stringify({ config: { "jupyterhub-hpc:login": { nodes } } }),
  );
  return hostKey("--stack", name);
}

const pin = ({ address, port, user, hostKeys, privateKeyFile }: Way) => ({
  address,
  port,
  user,
  hostKeys,
  privateKeyFile,
});

beforeAll(async () => {
  box = await attach("hosts");
  doors = new Doors(box.host("gate"));
  // Each key that is asked for is a connection without a login, for which the host's own sshd would shut the door after some.
  gate = { ...(await adminOf(box, "10.79.0.14")), port: await doors.open() };
  hidden = await adminOf(box, "10.80.0.15");
  directory = await mkdtemp(join(tmpdir(), "doctor-"));
  await mkdir(join(directory, "stacks"));
  await mkdir(join(directory, "ssh"), { mode: 0o700 });
  await mkdir("/root/.ssh", { recursive: true, mode: 0o700 });
});
afterAll(async () => {
  await doors?.close();
  await box?.host("gate").run(["sh", "-c", "rm -f /run/ways-in-*_key*"]);
  await rm(directory, { recursive: true, force: true });
});

describe("npm run doctor -- host-key", () => {
  it("shows every key of a host as its console does, and lines that pin them", async () => {
    const host = box.host("gate");
    const files = ["ed25519", "ecdsa", "rsa"].map((type) => `/run/ways-in-${type}_key`);
    const seen: string[] = [];
    for (const file of files) {
      await host.run(["ssh-keygen", "-q", "-t", /in-(.*)_key/.exec(file)?.[1] ?? "", "-N", "", "-C", "", "-f", file]);
      seen.push((await host.run(["ssh-keygen", "-lvf", `${file}.pub`])).stdout);
    }
    const port = await doors.open(...files.map((file) => `HostKey ${file}`));
    const { exitCode, stdout, stderr } = await hostKey(`10.79.0.14:${port}`);
    expect(exitCode, stderr).toBe(0);
    for (const portrait of seen) expect(stdout).toContain(portrait.trim());
    for (const file of files) expect(stdout).toContain(`  - ${(await host.read(`${file}.pub`)).trim()}`);
    expect(stdout).toContain("ssh-keygen -lvf");
  });

  it("goes through a jump host that this machine's ssh trusts, and through no other", async () => {
    const refused = await hostKey("10.80.0.15", "--jump", `admin@10.79.0.14:${gate.port}`);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(
      /jump host 10\.79\.0\.14:\d+: .*verification failed.*npm run doctor -- host-key 10\.79\.0\.14:\d+\)/s,
    );
    await writeFile(join(directory, "ssh/known_hosts"), `[10.79.0.14]:${gate.port} ${gate.hostKeys[0]}\n`);
    await writeFile(join(directory, "ssh/id_ed25519"), await readFile(gate.privateKeyFile ?? ""), { mode: 0o600 });
    const { exitCode, stdout, stderr } = await hostKey("10.80.0.15", "--jump", `admin@10.79.0.14:${gate.port}`);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain(`  - ${hidden.hostKeys[0]}`);
  });

  it("finds all hosts of a stack as they were pinned", async () => {
    const jump = pin(gate);
    const known = { address: "10.79.0.14", port: gate.port, knownHostsFile: "ssh/known_hosts" };
    const { exitCode, stdout } = await stack("right", pin(gate), known, { ...pin(hidden), jump });
    expect(
      stdout
        .replaceAll(`:${gate.port}`, ":PORT")
        .split("\n")
        .map((line) => line.split(", ")[0]),
    ).toEqual([
      "login.nodes[0].host (10.79.0.14:PORT): match",
      "login.nodes[1].host (10.79.0.14:PORT): match",
      "login.nodes[2].host (10.80.0.15): match",
      "login.nodes[2].host.jump (10.79.0.14:PORT): match",
      "",
    ]);
    expect(exitCode).toBe(0);
  });

  it("fails when one differs, and names both keys; when one is not reachable, and says why", async () => {
    const differs = await stack("wrong", { ...pin(gate), hostKeys: hidden.hostKeys }, pin(gate));
    expect(differs.exitCode).toBe(1);
    expect(differs.stdout).toMatch(
      /login\.nodes\[0\]\.host \(10\.79\.0\.14:\d+\): differs\n {2}pinned: ssh-ed25519 SHA256:\S+\n {2}shown: {2}ssh-ed25519 SHA256:\S+\n.*\n.*nodes\[1\].*: match/,
    );
    const gone = await stack(
      "gone",
      { ...pin(gate), port: 2 },
      { ...pin(hidden), jump: { ...pin(gate), hostKeys: hidden.hostKeys } },
    );
    expect(gone.exitCode).toBe(1);
    expect(gone.stdout).toMatch(/nodes\[0\]\.host \(10\.79\.0\.14:2\): not reachable\n {2}.*connection refused/);
    expect(gone.stdout).toMatch(/nodes\[1\]\.host \(10\.80\.0\.15\): not reachable\n {2}.*jump host.*does not match/);
  });

  it("says in words what it cannot do", async () => {
    const words = async (...args: string[]) => {
      const { exitCode, stderr } = await hostKey(...args);
      expect(exitCode).toBe(1);
      return stderr;
    };
    expect(await words("10.79.0.14:2")).toMatch(/doctor: the host \(10\.79\.0\.14:2\): connection refused/);
    expect(await words("--stack", "nowhere")).toMatch(/no stacks\/Pulumi\.nowhere\.yaml\. There are: .*right/);
    expect(await words("-oProxyCommand=id")).toMatch(/Unknown option|is not HOST/);
    expect(await words()).toMatch(/One host, or --stack NAME/);
  });
});
