/** The hub's state: backed up by timer and by command, restored with servers running; a full disk and a damaged database are named, on the page too. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { startBrowser } from "../../browser/browser";
import { answerTo } from "../../browser/person";
import { makeCertificate } from "../../fixtures/certificates";
import { renewedCertificate } from "../certificate-authority";
import { writeVariant } from "../stack-file";
import { keepKernel, kernelGoesOn, SLOW, STATE, stateSite, URL } from "./state-site";

/** A revision of JupyterHub's schema before the locked one's. */
const OLDER = "be8ecf03ddac";
const directory = mkdtempSync(join(tmpdir(), "state-"));
let box: Box;
let site: ReturnType<typeof stateSite>;
let browser: Awaited<ReturnType<typeof startBrowser>>;
let page: Page;

beforeAll(async () => {
  box = await attach("vub");
  site = stateSite(box);
  await site.endJobs();
  browser = await startBrowser(box.netns("outside").prefix);
  page = await keepKernel(browser, "alice");
});

afterAll(async () => {
  await browser?.close();
  await site.endJobs();
  rmSync(directory, { recursive: true });
});

test("the timer's unit and the command each make a backup that only the hub's account can read", async () => {
  await site.hub("systemctl is-active jupyterhub-backup.timer && systemctl start jupyterhub-backup.service");
  const copy = join(directory, "copy.tar.gz");
  const { text, exitCode } = await site.doctor("backup", "--stack", "box-vub", "--to", copy);
  expect(exitCode, text).toBe(0);
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  const listed = await site.hub("stat -c '%a %U %n' /var/lib/jupyterhub/backups/*.tar.gz");
  for (const kind of ["scheduled", "requested"])
    expect(listed).toMatch(new RegExp(`^600 jupyterhub \\S+-${kind}\\.tar\\.gz$`, "m"));
  const held = await site.hub(
    "podman ps >/dev/null; tar -tzf $(ls /var/lib/jupyterhub/backups/*-requested.tar.gz | tail -1)",
  );
  expect(held.split("\n").sort()).toEqual(["authority.pem", "cookie_secret", "database", "manifest.json"]);
});

test("the hub itself cannot reach the backups", async () => {
  const inside = "podman exec jupyterhub-hub ls /var/lib/jupyterhub-backups /var/lib/jupyterhub/backups";
  const { exitCode } = await box
    .host("hub")
    .run(["runuser", "-u", "jupyterhub", "--", "sh", "-c", `cd /; XDG_RUNTIME_DIR=/run/user/$(id -u) ${inside}`]);
  expect(exitCode).not.toBe(0);
});

test(
  "a full disk is named in the log, on the page and by doctor; with room again the hub starts by itself",
  async () => {
    await site.hub("systemctl stop jupyterhub-hub");
    // A small disk of its own, with the state on it.
    const fill = `dd if=/dev/zero of=${STATE}/filler bs=4k 2>/dev/null || true`;
    await site.hub(
      `mount -t tmpfs -o size=2m,mode=0700,uid=$(id -u jupyterhub),gid=$(id -g jupyterhub) tmpfs /mnt && cp -a ${STATE}/jupyterhub* ${STATE}/authority /mnt/ && mount --bind /mnt ${STATE} && { ${fill}; } && systemctl start jupyterhub-hub`,
    );
    try {
      await box.waitFor(
        "the page to say so",
        async () => (await site.frontPage()).includes("The disk that holds its state is full"),
        60,
      );
      expect(await site.hub("journalctl -u jupyterhub-hub -o cat -n 2000 --no-pager")).toContain(
        `The disk that holds the hub's state (${STATE}) is full`,
      );
      const { text, exitCode } = await site.doctor("health", "--stack", "box-vub");
      expect(exitCode).toBe(1);
      expect(text).toMatch(/disk +ALARM.*state.*full/is);
      await kernelGoesOn(page);
      await site.hub(`rm ${STATE}/filler`);
      await site.hubIsUp();
      // The same while it runs: whoever meets it reads what it is, and nothing has to be restarted. For somebody whom the
      // hub knows already an error in its database looks like not being logged in.
      expect((await answerTo(browser.browser, URL, "bob")).status).toBeLessThan(400);
      // What the hub was just writing leaves room again when it is done: the disk is filled until nothing is left.
      await box.waitFor(
        "the hub to say so to bob",
        async () => {
          await site.hub(`dd if=/dev/zero bs=1k >>${STATE}/filler 2>/dev/null || true`);
          const { text } = await answerTo(browser.browser, URL, "bob");
          return text.includes("The disk that holds the hub's state is full.");
        },
        90,
      );
      expect(await site.hub("journalctl -u jupyterhub-hub -o cat -n 2000 --no-pager")).toContain(
        "no restart is needed",
      );
      await site.hub(`rm ${STATE}/filler`);
      expect((await answerTo(browser.browser, URL, "bob")).status).toBeLessThan(400);
    } finally {
      await site.hub(`systemctl stop jupyterhub-hub; umount -l ${STATE} /mnt; systemctl start jupyterhub-hub`);
    }
    await site.hubIsUp();
  },
  SLOW,
);

test(
  "a damaged database is named, and restoring the backup brings the hub back with alice's server",
  async () => {
    await site.hub(
      `systemctl stop jupyterhub-hub && dd if=/dev/urandom of=${STATE}/jupyterhub.sqlite bs=4096 seek=1 count=8 conv=notrunc 2>/dev/null && systemctl start jupyterhub-hub`,
    );
    await box.waitFor("the page to say so", async () => (await site.frontPage()).includes("database is damaged"), 60);
    const [health, backup] = await Promise.all([
      site.doctor("health", "--stack", "box-vub"),
      site.doctor("backup", "--stack", "box-vub"),
    ]);
    expect(health.exitCode).toBe(1);
    expect(health.text).toMatch(/database +ALARM.*jupyterhub\.sqlite is damaged.*restore --stack box-vub latest/is);
    expect(backup.exitCode).toBe(1);
    expect(backup.text).toContain("is damaged");
    await kernelGoesOn(page);
    const restored = await site.doctor("restore", "--stack", "box-vub", "--from", join(directory, "copy.tar.gz"));
    expect(restored.text).toContain("is restored. What it replaced is kept in");
    expect(restored.exitCode).toBe(0);
    await site.hubIsUp();
    expect(await site.hub(`ls ${STATE}/replaced/*/jupyterhub.sqlite`)).toContain(STATE);
    await kernelGoesOn(page);
    // The cookie from before the backup is still good, and the hub knows her server.
    await site.knowsServerOf(page);
  },
  SLOW,
);

test(
  "a database that is another version's is named, newer or older",
  async () => {
    const python = (code: string) =>
      `cd /; runuser -u jupyterhub -- env HOME=/var/lib/jupyterhub XDG_RUNTIME_DIR=/run/user/$(id -u jupyterhub) podman run --rm --read-only --network=none --userns=keep-id:uid=1000,gid=1000 --volume ${STATE}:/state localhost/jupyterhub-hpc:current python -c "import sqlite3; c = sqlite3.connect('/state/jupyterhub.sqlite'); ${code}"`;
    const revision = await site.hub(
      python("print(c.execute('SELECT version_num FROM alembic_version').fetchone()[0])"),
    );
    const stamp = (wanted: string) =>
      `systemctl stop jupyterhub-hub; ${python(`c.execute('UPDATE alembic_version SET version_num=?', ['${wanted}']); c.commit()`)}; systemctl start jupyterhub-hub`;
    await site.hub(stamp("ffffffffffff"));
    try {
      await box.waitFor(
        "the page to say so",
        async () => (await site.frontPage()).includes("older version than its"),
        60,
      );
      const { text, exitCode } = await site.doctor("health", "--stack", "box-vub");
      expect(exitCode).toBe(1);
      expect(text).toMatch(/database +ALARM.*schema of a newer JupyterHub.*before-upgrade/is);
      // An older one is upgraded, but not without a backup.
      await site.hub(`chmod 0500 /var/lib/jupyterhub/backups; ${stamp(OLDER)}`);
      await box.waitFor(
        "the page to say so",
        async () => (await site.frontPage()).includes("waiting to be upgraded"),
        90,
      );
      const older = await site.doctor("health", "--stack", "box-vub");
      expect(older.exitCode).toBe(1);
      expect(older.text).toMatch(/database +ALARM.*older schema \(be8ecf03ddac/is);
      expect(await site.hub("journalctl -u jupyterhub-hub -o cat -n 2000 --no-pager")).toMatch(
        /No backup could be written to \/var\/lib\/jupyterhub\/backups: Permission denied/,
      );
    } finally {
      await site.hub(`chmod 0700 /var/lib/jupyterhub/backups; ${stamp(revision)}`);
    }
    await site.hubIsUp();
  },
  SLOW,
);

test("an expired certificate is named; a renewed one is taken up while alice's websockets stay open", async () => {
  const served = () => site.served("10.88.0.10");
  const sockets: string[] = [];
  page.on("websocket", (socket) => sockets.push(socket.url()));
  const before = await served();
  // One that has expired where it lies: it is served, and told; `up` puts the stack's back.
  const expired = await makeCertificate("hub.localhost", { days: -1 });
  await box.host("hub").write("/etc/jupyterhub/tls/cert.pem", expired.chain);
  await box.host("hub").write("/etc/jupyterhub/tls/key.pem", expired.key);
  await site.hub("systemctl reload jupyterhub-proxy");
  await box.waitFor("the expired one to be served", async () => (await served()) !== before, 30);
  expect(await site.hub("journalctl -u jupyterhub-proxy -o cat -n 20 --no-pager")).toMatch(/hub.localhost expired on/);
  const named = await site.doctor("health", "--stack", "box-vub");
  expect(named.text).toMatch(/certificate +ALARM +the certificate expired on 2020-02-01/);
  expect(named.exitCode).toBe(1);
  const started = await site.hub("systemctl show -p ExecMainStartTimestamp jupyterhub-proxy");
  const renewed = await renewedCertificate(box, directory, 10);
  const stack = writeVariant("box-vub", join(directory, "Pulumi.box-vub.yaml"), [
    [["tls", "certificateFile"], renewed.certificate],
    [["tls", "keyFile"], renewed.key],
  ]);
  await site.up(stack);
  expect(await served()).not.toBe(before);
  expect((await site.doctor("health", "--stack", "box-vub")).text).toMatch(
    /certificate +warning +the certificate expires in/,
  );
  await site.up();
  expect(await served()).toBe(before);
  expect(await site.hub("systemctl show -p ExecMainStartTimestamp jupyterhub-proxy")).toBe(started);
  await kernelGoesOn(page);
  expect(sockets).toEqual([]);
});

test("afterwards doctor finds the hub well", async () => {
  const { text, exitCode } = await site.doctor("health", "--stack", "box-vub");
  expect(text).not.toContain("ALARM");
  expect(exitCode, text).toBe(0);
});
