import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attach, type Box, type BoxHost } from "../../box/api";
import { Interrupting, type Victim } from "./trial/interrupting";
import { type Specification, Trial } from "./trial/trial";

const GUARDED = "10.79.0.13";
const seed = Number(process.env.INTERRUPTED_SEED ?? 7);
const points = Number(process.env.INTERRUPTED_POINTS ?? 50);
/** After so many kills in a row it has to converge. */
const ROUND = 10;

/** A small generator of random numbers from 0 to 1 that a seed determines (mulberry32). */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Some of everything; another version changes all that can change. */
function mixed(version: number): Specification["resources"] {
  const even = version % 2 === 0;
  const make = (type: string, name: string, args: Record<string, unknown>, ...after: string[]) => ({
    type,
    name,
    args,
    after,
  });
  const unit = `[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/echo ${version}\n[Install]\nWantedBy=multi-user.target\n`;
  const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5/2Oy+ZDYmrwOly6e94jmRBSmHwwn";
  return [
    make("User", "account", {
      name: "mixed",
      groups: even ? ["users"] : [],
      shell: even ? "/bin/sh" : "/usr/sbin/nologin",
    }),
    make("Directory", "directory", { path: "/etc/mixed", owner: "mixed", mode: even ? "0750" : "0755" }, "account"),
    make("File", "plain", { path: "/etc/mixed/plain", content: `${version}\n`.repeat(20_000) }, "directory"),
    make("File", "existing", { path: "/etc/mixed-existing", content: `${version}\n` }),
    {
      ...make("File", "secret", { path: "/etc/mixed/secret", content: `s${version}`, mode: "0600" }, "directory"),
      secrets: ["content"],
    },
    make("KeyPair", "pair", { path: "/etc/mixed/id", owner: even ? "mixed" : "root" }, "directory"),
    make("RandomSecret", "token", { path: "/etc/mixed/token", mode: even ? "0600" : "0640" }, "directory"),
    make("AuthorizedKey", "authorised", { user: "mixed", key, options: even ? "restrict" : "" }, "account"),
    make("SystemdUnit", "unit", { name: "mixed.service", content: unit }),
    make("Sysctl", "sysctl", { name: "net.ipv4.tcp_keepalive_time", value: String(7000 + (version % 100)) }),
    make("File", "guarded", {
      path: "/etc/ssh/sshd_config.d/91-mixed.conf",
      content: `X11Forwarding ${even ? "no" : "yes"}\n# ${version}\n`,
      guarded: true,
      validate: ["sshd", "-t", "-f", "%s"],
      reload: [["systemctl", "reload", "ssh"]],
    }),
  ];
}

let box: Box;
let guarded: BoxHost;
let trial: Trial;
let proxy: Interrupting;
let before: string;

async function onHost(script: string): Promise<string> {
  const { stdout, stderr, exitCode } = await guarded.run(["sh", "-ec", script]);
  if (exitCode !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout;
}
/** What an interrupted run might leave. */
const leftovers = () =>
  onHost(
    `find /etc /home /root /var/lib/jupyterhub-hpc \\( -name '.jupyterhub-hpc-*' -o -name '*.undo' -o -name '*.new' -o -name '.authorized_keys.*' -o -name 'jupyterhub-hpc-undo.service' -o -name armed -o -name undoing -o -name failed \\); ls -d /run/jupyterhub-hpc.* 2>/dev/null || :; systemctl list-units --all --plain --no-legend 'jupyterhub-hpc-rollback-*'`,
  );
/** Every file that the resources touch, with the programs' own copies left out. */
const everything = () =>
  onHost(
    "find /etc /home /var/lib/mixed /var/lib/jupyterhub-hpc -type f ! -name '*-' ! -name .pwd.lock -exec stat -c '%n %U %G %a' {} + -exec sha256sum {} + 2>/dev/null | sort; sysctl net.ipv4.tcp_keepalive_time; id mixed 2>&1 || :",
  );

beforeAll(async () => {
  box = await attach("hosts");
  guarded = box.host("guarded");
  trial = await Trial.start(box, GUARDED);
  proxy = await Interrupting.start(box, GUARDED);
  Object.assign(trial.provider, { address: "127.0.0.1", port: proxy.port, rollbackAfter: 10 });
  await onHost("rm -rf /run/jupyterhub-hpc.* /etc/ssh/sshd_config.d/91-mixed.conf; echo before >/etc/mixed-existing");
  before = await everything();
});
afterAll(async () => {
  await trial?.destroy();
  await trial?.remove();
  proxy?.end();
  await onHost("rm -rf /etc/mixed-existing /etc/ssh/sshd_config.d/91-mixed.conf /var/lib/jupyterhub-hpc/rollback");
});

describe("an up that is interrupted", () => {
  let version = 0;

  /** An up that is killed at a piece of what goes over its connection; whether it came to that. */
  async function killed(victim: Victim, piece: number, resources: Specification["resources"]): Promise<boolean> {
    const run = await trial.begin({ resources });
    proxy.aim(run.pid, victim, piece);
    const first = await Promise.race([proxy.killed().then(() => true), run.ended.then(() => false)]);
    await run.ended;
    await rm(join(trial.directory, "state/.pulumi/locks"), { recursive: true, force: true });
    return first;
  }

  it(`anywhere converges with the next one (INTERRUPTED_SEED=${seed} INTERRUPTED_POINTS=${points})`, {
    timeout: 900_000,
  }, async () => {
    console.info(`INTERRUPTED_SEED=${seed}`);
    proxy.aim(0, "engine", 0);
    expect((await trial.up({ resources: mixed(version) })).exitCode).toBe(0);
    const pieces = await proxy.count();
    const random = randomFrom(seed);
    const history: string[] = [];
    const began = performance.now();
    for (let kills = 0; kills < points; ) {
      const empty = random() < 0.25;
      const victim = random() < 0.5 ? "engine" : "plugin";
      const piece = 1 + Math.floor(random() * pieces);
      version += 1;
      const hit = await killed(victim, piece, empty ? [] : mixed(version));
      history.push(`${empty ? "nothing" : version} ${victim} ${piece}/${pieces}${hit ? "" : " (ended before)"}`);
      if (hit) kills += 1;
      if (!hit || (kills % ROUND !== 0 && kills < points)) continue;
      proxy.aim(0, "engine", 0);
      const { exitCode, output } = await trial.up({ resources: mixed(version) });
      expect(exitCode, `seed ${seed}: ${history.join("; ")}\n${output}`).toBe(0);
      expect(await trial.preview({ resources: mixed(version) }), `seed ${seed}: ${history.join("; ")}`).toEqual([]);
      await box
        .waitFor("the shells of killed runs to end", async () => (await leftovers()) === "", 15)
        .catch(async (error) => {
          throw new Error(`${error.message}, seed ${seed}: ${history.join("; ")}\n${await leftovers()}`);
        });
    }
    console.info(
      `${points} kills in ${Math.round((performance.now() - began) / 1000)} s, of ${pieces} pieces: ${history.join("; ")}`,
    );
  });

  it("in order, by Ctrl-C, leaves no lock, and the next one converges", async () => {
    const resources = mixed(9001);
    proxy.aim(0, "engine", 0);
    const run = await trial.begin({ resources });
    const begun = async () => (await guarded.read("/etc/mixed-existing").catch(() => "")) === "9001\n";
    await box.waitFor("the run to be under way", begun, 60);
    process.kill(run.pid, "SIGINT");
    const { exitCode, output } = await run.ended;
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/cancel/i);
    const next = await trial.up({ resources });
    expect(next.exitCode, next.output).toBe(0);
    expect(await trial.preview({ resources })).toEqual([]);
  });

  it("by another up is not: the second is refused and told what to do", async () => {
    const resources = mixed(9002);
    const first = await trial.begin({ resources });
    await box.waitFor(
      "the first to hold the stack",
      async () =>
        (await readdir(join(trial.directory, "state/.pulumi/locks"), { recursive: true }).catch(() => [])).some(
          (name) => name.endsWith(".json"),
        ),
      60,
    );
    const second = await trial.up({ resources });
    expect(second.exitCode).not.toBe(0);
    expect(second.output).toMatch(
      /the stack is currently locked by 1 lock\(s\).*wait for the other process.*pulumi cancel/s,
    );
    const { exitCode, output } = await first.ended;
    expect(exitCode, output).toBe(0);
    expect(await trial.preview({ resources })).toEqual([]);
  });

  it("loses its connection while it reads: it reads again over a new one", async () => {
    const resources = mixed(9002);
    proxy.aim(0, "engine", 0);
    expect(await trial.preview({ resources })).toEqual([]);
    const pieces = await proxy.count();
    for (const piece of [pieces - 1, pieces - 3]) {
      proxy.aim(0, "connection", piece);
      const killed = proxy.killed();
      expect(await trial.preview({ resources })).toEqual([]);
      await killed;
    }
  });

  it("leaves nothing that destroy does not remove", async () => {
    const { exitCode, output } = await trial.destroy();
    expect(exitCode, output).toBe(0);
    expect(await everything()).toBe(before);
  });
});
