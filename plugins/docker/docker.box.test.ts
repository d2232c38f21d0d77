import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type BoxHost } from "../../box/api";
import { runDir } from "../../box/paths";
import { StandInTrial, type Wanted } from "../stand-in/trial";

const ADDRESS = "10.79.0.17";
const TINY = "localhost:5000/tiny:1";

/** A podman with its socket, a registry on the loopback, and in it one image, made here from nothing. */
const PREPARE = `set -eu
dpkg -s podman docker-registry netavark aardvark-dns > /dev/null 2>&1 || { apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends podman docker-registry netavark aardvark-dns; } > /dev/null 2>&1
systemctl disable -q --now docker-registry 2> /dev/null || true
systemctl start podman.socket
ln -sf /usr/bin/podman /usr/local/bin/docker
mkdir -p /run/trial-registry /etc/containers/registries.conf.d
printf '[[registry]]\\nlocation = "localhost:5000"\\ninsecure = true\\n' > /etc/containers/registries.conf.d/trial.conf
printf 'version: 0.1\\nstorage: {filesystem: {rootdirectory: /run/trial-registry/data}}\\nhttp: {addr: "127.0.0.1:5000"}\\n' > /run/trial-registry/config.yml
systemctl reset-failed trial-registry 2> /dev/null || true
systemctl is-active -q trial-registry || systemd-run -q --unit trial-registry docker-registry serve /run/trial-registry/config.yml
cd /run/trial-registry
echo tiny > hello
printf 'FROM scratch\\nCOPY hello /\\n' > Containerfile
podman build -q -t ${TINY} . > /dev/null
for try in 1 2 3 4 5 6 7 8 9 10; do podman push -q ${TINY} && break; sleep 0.3; done
podman rmi -f ${TINY} > /dev/null`;

const CLEAN = `systemctl stop trial-registry podman.socket podman.service
podman network rm -f -a 2> /dev/null; podman network prune -f > /dev/null; podman rmi -f ${TINY}
rm -rf /run/trial-registry /etc/containers/registries.conf.d/trial.conf /usr/local/bin/docker`;

let engine: BoxHost;
let trial: StandInTrial;
let address: { host: string; sshOpts: string[] };

beforeAll(async () => {
  const box = await attach("hosts");
  engine = box.host("engine");
  const prepared = await engine.run(["sh", "-c", PREPARE], { timeoutSeconds: 240 });
  expect(prepared.exitCode, prepared.stderr).toBe(0);
  const options = [`UserKnownHostsFile=${runDir("hosts", "known_hosts")}`, "StrictHostKeyChecking=yes"];
  const key = ["-i", runDir("hosts", "admin_ed25519"), "-o", "IdentitiesOnly=yes"];
  address = { host: `ssh://root@${ADDRESS}`, sshOpts: [...key, ...options.flatMap((option) => ["-o", option])] };
  trial = await StandInTrial.make(box, "docker");
  console.log(`docker is served by: ${trial.served.by}`);
});
afterAll(async () => {
  await trial?.remove();
  await engine?.run(["sh", "-c", CLEAN]);
});

const image = (name: string, args: Record<string, unknown> = {}): Wanted => ({
  kind: "image",
  name,
  args: { name: TINY, ...args },
});
/** podman tells its own way of giving out addresses as an option that was asked for; naming it keeps the network. */
const PODMAN = { ipamOptions: { driver: "host-local" } };
const servers = (third: number): Wanted => ({
  kind: "network",
  name: "servers",
  args: {
    name: "servers",
    ipamConfigs: [{ subnet: `10.99.${third}.0/24`, gateway: `10.99.${third}.1` }],
    labels: [
      { label: "z", value: "1" },
      { label: "a", value: "2" },
    ],
    internal: true,
    ...PODMAN,
  },
});
const unnamed: Wanted = { kind: "network", name: "unnamed", args: PODMAN };
const plain: Wanted = { kind: "network", name: "plain", args: { name: "plain" } };

async function networks(): Promise<string[]> {
  const { stdout } = await engine.run(["podman", "network", "ls", "--format", "{{.Name}}"]);
  return stdout.trim().split("\n").sort();
}

test("an image is pulled from its registry and networks are made, on an engine that is reached by SSH", async () => {
  const { exitCode, output } = await trial.up({
    engine: address,
    resources: [image("tiny"), servers(1), unnamed, plain],
  });
  expect(exitCode, output).toBe(0);
  const kept = await trial.kept();
  const { stdout } = await engine.run([
    "podman",
    "image",
    "inspect",
    TINY,
    "--format",
    "{{.Id}} {{index .RepoDigests 0}}",
  ]);
  const [id, digest] = stdout.trim().split(" ");
  expect(kept.tiny?.outputs).toMatchObject({ imageId: `sha256:${id}`, repoDigest: digest });
  expect(kept.unnamed?.outputs.name).toMatch(/^unnamed-[0-9a-f]{7}$/);
  expect(await networks()).toEqual(["plain", "podman", "servers", String(kept.unnamed?.outputs.name)].sort());
  const [made] = JSON.parse((await engine.run(["podman", "network", "inspect", "servers"])).stdout);
  expect(made).toMatchObject({
    internal: true,
    labels: { a: "2", z: "1" },
    subnets: [{ subnet: "10.99.1.0/24", gateway: "10.99.1.1" }],
  });
  expect(kept.servers?.outputs).toMatchObject({ driver: "bridge", scope: "local", internal: true });
});

test("what is there stays, but for the network of which podman says more than it was told", async () => {
  expect(await trial.preview()).toEqual({ plain: expect.stringMatching(/replace|delete/) });
});

test("a changed network takes the place of the old one; an image that cannot be pulled says why; the rest stays", async () => {
  const missing = { ...image("missing", { name: "localhost:5000/absent:1" }), after: ["tiny", "servers"] };
  const resources = [image("tiny", { keepLocally: true }), servers(2), unnamed, missing];
  const before = await trial.kept();
  const { exitCode, output } = await trial.up({ engine: address, resources });
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(/unable to pull image localhost:5000\/absent:1: .*(manifest unknown|not found|unknown)/);
  const [made] = JSON.parse((await engine.run(["podman", "network", "inspect", "servers"])).stdout);
  expect(made.subnets).toEqual([{ subnet: "10.99.2.0/24", gateway: "10.99.2.1" }]);
  const kept = await trial.kept();
  expect(kept.tiny?.outputs).toMatchObject({ keepLocally: true });
  expect(kept.unnamed).toEqual(before.unnamed);
});

test("a network that was removed by hand is missed by a refresh", async () => {
  await engine.run(["podman", "network", "rm", "servers"]);
  expect(await trial.preview("--refresh")).toMatchObject({ servers: "create" });
});

test("destroying takes the networks away, and keeps the image that is to be kept", async () => {
  const { exitCode, output } = await trial.destroy();
  expect(exitCode, output).toBe(0);
  expect(await networks()).toEqual(["podman"]);
  expect((await engine.run(["podman", "image", "exists", TINY])).exitCode).toBe(0);
});
