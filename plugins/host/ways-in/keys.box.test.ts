import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attach, type BoxHost } from "../../../box/api";
import { adminOf, type Way } from "../trial/trial";
import { Doors } from "./doors";
import { told, Visitor } from "./visitor";

const WHO = "id -un";
const PASSPHRASE = "it's a pässphrase";

let directory: string;
let gate: BoxHost;
let doors: Doors;
let visitor: Visitor;
let way: Way;
/** Port of a sshd that does not punish failures. */
let home: number;
/** The host's own authorized_keys of root. */
let authorized: string;

const path = (name: string) => join(directory, name);
const visit = (more: object, env?: Record<string, string>) =>
  visitor.visit("gate", { ...way, privateKeyFile: undefined, user: "root", port: home, ...more }, [WHO], { env });

/** Makes a key pair and lets it in as root. */
async function makeKey(name: string, ...options: string[]): Promise<string> {
  await execa("ssh-keygen", ["-q", "-a", "1", "-t", "ed25519", "-N", "", "-C", name, "-f", path(name), ...options]);
  await gate.write(
    "/root/.ssh/authorized_keys",
    `${await gate.read("/root/.ssh/authorized_keys")}${await readFile(path(`${name}.pub`), "utf8")}`,
  );
  return readFile(path(name), "utf8");
}

/** A file with this content and mode. */
async function file(name: string, content: string, mode = 0o600): Promise<string> {
  await writeFile(path(name), content);
  await chmod(path(name), mode);
  return path(name);
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ways-in-"));
  const box = await attach("hosts");
  gate = box.host("gate");
  authorized = await gate.read("/root/.ssh/authorized_keys");
  doors = new Doors(gate);
  visitor = Visitor.start(box, ["10.79.0.14 gate.ways.example"]);
  way = await adminOf(box, "10.79.0.14");
  home = await doors.open();
});
afterAll(async () => {
  await visitor?.stop();
  await doors?.close();
  if (authorized !== undefined) await gate.write("/root/.ssh/authorized_keys", authorized);
  await gate?.run(["sh", "-c", "rm -f /run/ways-in-*_key*"]);
  await rm(directory, { recursive: true, force: true });
});

describe("the key to log in with", () => {
  it.each([
    ["ed25519", []],
    ["ecdsa", ["-t", "ecdsa", "-b", "384"]],
    ["rsa", ["-t", "rsa", "-b", "3072"]],
    ["an RSA key in PEM form", ["-t", "rsa", "-b", "2048", "-m", "PEM"]],
  ])("%s, from a file and as a secret, whatever happened to its lines", async (name, options) => {
    const key = await makeKey(name.replaceAll(" ", "-"), ...options);
    const spoilt = `\r\n${key.replaceAll("\n", "\r\n").trim()}`;
    expect(told(await visit({ privateKeyFile: path(name.replaceAll(" ", "-")) }))).toBe("root\n");
    expect(told(await visit({ privateKeyFile: await file("spoilt", spoilt, 0o400) }))).toBe("root\n");
    expect(told(await visit({ privateKey: spoilt }))).toBe("root\n");
  });

  it.each([
    ["in OpenSSH's form", []],
    ["in PEM form", ["-t", "rsa", "-b", "2048", "-m", "PEM"]],
  ])("encrypted %s, with its passphrase", async (name, options) => {
    const key = await makeKey(`encrypted-${name.length}`, ...options, "-N", PASSPHRASE);
    const privateKeyFile = path(`encrypted-${name.length}`);
    expect(told(await visit({ privateKeyFile, passphrase: PASSPHRASE }))).toBe("root\n");
    expect(told(await visit({ privateKey: key, passphrase: PASSPHRASE }))).toBe("root\n");
    expect(told(await visit({ privateKeyFile }))).toMatch(
      /^gate \(10\.79\.0\.14:\d+\): the key in \S+ is encrypted\. Set its passphrase as a secret \(passphrase\)/,
    );
    const wrong = told(await visit({ privateKey: key, passphrase: "wrong" }));
    expect(wrong).toMatch(/the passphrase does not open the configured privateKey/);
    expect(wrong).not.toMatch(/wrong|BEGIN/);
  });

  it("that cannot be used is named, with what to do", async () => {
    const key = await makeKey("plain");
    const open = await file("open", key, 0o640);
    expect(told(await visit({ privateKeyFile: open }))).toMatch(
      /open can be read by others \(mode 0640\)\. Run chmod 600/,
    );
    expect(told(await visit({ privateKeyFile: path("gone") }))).toMatch(
      /gone cannot be read \(ENOENT.*Correct privateKeyFile/,
    );
    expect(told(await visit({ privateKeyFile: directory }))).toMatch(/cannot be read|can be read by others/);
    const half = told(await visit({ privateKeyFile: await file("half", await readFile(path("plain.pub"), "utf8")) }));
    expect(half).toMatch(/is not a private key that can be used here.*private half/);
    const foreign = told(
      await visit({ privateKeyFile: await file("foreign", "PuTTY-User-Key-File-3: ssh-ed25519\n") }),
    );
    expect(foreign).toMatch(/is not a private key.*ssh-keygen -p/);
  });

  it("that the host does not know is refused, with what was tried", async () => {
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path("stranger")]);
    expect(told(await visit({ privateKeyFile: path("stranger") }))).toMatch(
      /^gate \(10\.79\.0\.14:\d+\): login as root was refused \(tried the key in \S+stranger\)\. Is the public key/,
    );
  });

  it("of an agent, with a certificate beside it; an agent with nothing, with too much, and one that is gone", async () => {
    const socket = path("agent");
    const agent = execa("ssh-agent", ["-D", "-a", socket], { reject: false, stdio: "ignore" });
    const add = (...args: string[]) => execa("ssh-add", ["-q", ...args], { env: { SSH_AUTH_SOCK: socket } });
    const env = { SSH_AUTH_SOCK: socket };
    try {
      await expect
        .poll(() => execa("ssh-add", ["-l"], { env, reject: false }).then(({ exitCode }) => exitCode))
        .toBe(1);
      expect(told(await visit({ agent: true }, env))).toMatch(
        /login as root was refused \(tried the keys of the agent at/,
      );
      await makeKey("of-agent");
      await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path("ca")]);
      await execa("ssh-keygen", ["-q", "-s", path("ca"), "-I", "me", "-n", "root", path("of-agent.pub")]);
      await add(path("of-agent"));
      expect(told(await visit({ agent: true }, env))).toBe("root\n");
      await add("-D");
      for (let i = 0; i < 7; i += 1) {
        await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path(`many-${i}`)]);
        await add(path(`many-${i}`));
      }
      expect(told(await visit({ agent: true }, env))).toMatch(/too many to try \(MaxAuthTries\).*privateKeyFile/);
    } finally {
      agent.kill();
      await agent;
    }
    expect(told(await visit({ agent: true }, env))).toMatch(/the agent at \S+ did not answer.*privateKeyFile/);
    expect(told(await visit({ agent: true }, { SSH_AUTH_SOCK: "" }))).toMatch(/no SSH agent is running.*ssh-add/);
  });

  it("is accepted by a host that wants more than a key, or takes none: that is said", async () => {
    const { privateKeyFile } = way;
    const port = await doors.open(
      "AuthenticationMethods publickey,keyboard-interactive",
      "KbdInteractiveAuthentication yes",
    );
    expect(told(await visit({ port, privateKeyFile }))).toMatch(
      /the key was accepted, and the host asks for more \(keyboard-interactive\).*Match User root.*AuthenticationMethods publickey/,
    );
    const none = await doors.open("PubkeyAuthentication no", "PasswordAuthentication yes");
    expect(told(await visit({ port: none, privateKeyFile }))).toMatch(/the host takes no keys, only .*password/);
  });
});

describe("the host's own keys", () => {
  const keys: Record<string, string> = {};
  const ports = { all: 0, ecdsa: 0, rsa: 0 };

  beforeAll(async () => {
    for (const type of ["ed25519", "ecdsa", "rsa"]) {
      await gate.run(["ssh-keygen", "-q", "-t", type, "-N", "", "-C", "root@gate", "-f", `/run/ways-in-${type}_key`]);
      keys[type] = (await gate.read(`/run/ways-in-${type}_key.pub`)).trim();
    }
    const line = (type: string) => `HostKey /run/ways-in-${type}_key`;
    ports.all = await doors.open(...Object.keys(keys).map(line));
    ports.ecdsa = await doors.open(line("ecdsa"));
    ports.rsa = await doors.open(line("rsa"));
  });
  const pinned = (port: number, ...hostKeys: string[]) => visit({ port, hostKeys, privateKeyFile: way.privateKeyFile });

  it.each(["ed25519", "ecdsa", "rsa"])("%s alone is pinned, on a host that has all", async (type) => {
    expect(told(await pinned(ports.all, keys[type] ?? ""))).toBe("root\n");
  });

  it("may be all pinned, also on a host that has one of them", async () => {
    const { ed25519 = "", ecdsa = "", rsa = "" } = keys;
    expect(told(await pinned(ports.all, ed25519, ecdsa, rsa))).toBe("root\n");
    expect(told(await pinned(ports.ecdsa, ed25519, ecdsa, rsa))).toBe("root\n");
    expect(told(await pinned(ports.rsa, rsa, ecdsa, ed25519))).toBe("root\n");
  });

  it("may be given as known_hosts and .pub files have them", async () => {
    expect(told(await pinned(ports.all, `gate,10.79.0.14 ${keys.ecdsa}`))).toBe("root\n");
    expect(told(await pinned(ports.all, `[10.79.0.14]:2222 ${keys.rsa}\n`))).toBe("root\n");
  });

  it("are not taken for others: another key, another type, one wrong among right ones", async () => {
    const [other = ""] = way.hostKeys;
    const { ed25519 = "", ecdsa = "", rsa = "" } = keys;
    expect(told(await pinned(ports.all, other))).toMatch(
      /^gate \(10\.79\.0\.14:\d+\): its host key does not match: expected ssh-ed25519 SHA256:\S+, but it showed ssh-ed25519 SHA256:.*npm run doctor -- host-key 10\.79\.0\.14:\d+/,
    );
    expect(told(await pinned(ports.all, other, rsa))).toMatch(/does not match/);
    expect(told(await pinned(ports.rsa, ed25519, ecdsa))).toMatch(
      /has no host key of a pinned type.*doctor -- host-key/,
    );
  });
});

describe("the address", () => {
  it.each(["gate.ways.example", "fd79::14"])("may be %s", async (address) => {
    expect(told(await visit({ address, privateKeyFile: way.privateKeyFile }))).toBe("root\n");
  });
});
