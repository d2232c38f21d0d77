import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attach, type BoxHost } from "../../../box/api";
import { adminOf, Trial, type Wanted, type Way } from "../trial/trial";

const ACCOUNT = "ways";
const PASSWORD = "correct horse's battery";
const PASSPHRASE = "staple of a key";

const files = Array.from(
  { length: 52 },
  (_, i): Wanted => ({ type: "File", name: `file-${i}`, args: { path: `/etc/ways-in-${i}`, content: `file ${i}\n` } }),
);
const units = Array.from(
  { length: 8 },
  (_, i): Wanted => ({
    type: "SystemdUnit",
    name: `unit-${i}`,
    args: {
      name: `ways-in-${i}.service`,
      content: "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n",
    },
  }),
);
const resources = [...files, ...units];

let directory: string;
let hidden: BoxHost;
let trial: Trial;
let provider: Way;
/** All that must not be read anywhere. */
let secrets: string[];
let everythingSaid = "";

const sh = async (script: string) => (await hidden.run(["sh", "-c", script])).stdout;
/** What hidden's log has counted while something ran. */
async function logged(run: () => Promise<void>): Promise<{ logins: number; sudos: number }> {
  const cursor = (await sh("journalctl -n 1 --show-cursor -o cat | sed -n 's/^-- cursor: //p'")).trim();
  await run();
  const count = async (pattern: string) =>
    Number(await sh(`journalctl --after-cursor='${cursor}' -o cat | grep -c '${pattern}'`));
  return { logins: await count("^Accepted publickey for ways"), sudos: await count(" ways :.* COMMAND=") };
}

beforeAll(async () => {
  const box = await attach("hosts");
  hidden = box.host("hidden");
  directory = await mkdtemp(join(tmpdir(), "ways-in-"));
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-a", "1", "-N", PASSPHRASE, "-f", join(directory, "key")]);
  const key = await readFile(join(directory, "key"), "utf8");
  await sh(`useradd --create-home --shell /bin/sh ${ACCOUNT}; install -d -m 0700 -o ${ACCOUNT} /home/${ACCOUNT}/.ssh`);
  await hidden.write(`/home/${ACCOUNT}/.ssh/authorized_keys`, await readFile(join(directory, "key.pub"), "utf8"));
  await hidden.run(["chpasswd"], { input: `${ACCOUNT}:${PASSWORD}` });
  await hidden.write("/etc/sudoers.d/ways", `${ACCOUNT} ALL=(ALL) ALL\nDefaults:${ACCOUNT} timestamp_timeout=0\n`);
  trial = await Trial.start(box, "10.80.0.15");
  const gate = await adminOf(box, "10.79.0.14");
  const gateKey = await readFile(gate.privateKeyFile, "utf8");
  const { address, user, hostKeys } = gate;
  provider = {
    ...trial.provider,
    user: ACCOUNT,
    privateKeyFile: undefined,
    privateKey: key,
    passphrase: PASSPHRASE,
    sudoPassword: PASSWORD,
    jump: { address, user, hostKeys, privateKey: gateKey },
  };
  secrets = [PASSWORD, PASSPHRASE, key.split("\n")[3] ?? "", gateKey.split("\n")[3] ?? ""];
});
afterAll(async () => {
  await trial?.destroy();
  await trial?.remove();
  await sh(`userdel --force --remove ${ACCOUNT} 2>/dev/null; rm -f /etc/sudoers.d/ways /etc/ways-in-*`);
  await rm(directory, { recursive: true, force: true });
});

/** Nobody can find a secret in this text, as it is or as JSON has it. */
function expectNoSecretIn(text: string): void {
  expect(text.length).toBeGreaterThan(100);
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(10);
    expect(text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1))).toBe(false);
  }
}

describe("a host behind a jump host, by sudo with a password and keys that are secrets", () => {
  it("is set up by the real CLI over one connection, with one sudo for each shell", async () => {
    const counts = await logged(async () => {
      const { exitCode, output } = await trial.up({ provider, resources });
      expect(exitCode, output).toBe(0);
      everythingSaid += output;
    });
    expect(counts.logins).toBe(1);
    expect(counts.sudos).toBeLessThanOrEqual(7);
    expect((await sh("systemctl is-active 'ways-in-*' | sort | uniq -c")).trim()).toBe("8 active");
  });

  it("is previewed over one connection, with one sudo", async () => {
    const counts = await logged(async () => expect(await trial.preview({ provider, resources })).toEqual([]));
    expect(counts).toEqual({ logins: 1, sudos: 1 });
  });

  it("shows no secret in the state, in what is printed, in a changed provider's diff, in the traffic or in an error", async () => {
    const changed = {
      ...provider,
      sudoPassword: `${PASSWORD}!`,
      privateKey: `${provider.privateKey}\n`,
      connectTimeout: 9,
    };
    const { output, exitCode } = await trial.previewText({ provider: changed, resources });
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/sudoPassword is not the one of ways/);
    everythingSaid += output;
    expectNoSecretIn(everythingSaid);
    expectNoSecretIn(await trial.state());
    expectNoSecretIn(await trial.traffic());
    expectNoSecretIn(await sh("journalctl --since=-5min -o cat"));
  });
});
