/** Upgrade and rollback of the hub between two locked versions of JupyterHub with different schemas, with a server running all the time. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { ensureImage } from "../../../runtime/image/build";
import { startBrowser } from "../../browser/browser";
import { writeVariant } from "../stack-file";
import { keepKernel, kernelGoesOn, SLOW, STATE, stateSite, URL } from "./state-site";

const directory = mkdtempSync(join(tmpdir(), "upgrade-"));
let box: Box;
let site: ReturnType<typeof stateSite>;
let browser: Awaited<ReturnType<typeof startBrowser>>;
let page: Page;
let previous: string;

/** Its image is made when it is not in the cache. */
const MINUTES = 900_000;

beforeAll(async () => {
  box = await attach("vub");
  site = stateSite(box);
  await site.endJobs();
  browser = await startBrowser(box.netns("outside").prefix);
  const { archive } = await ensureImage(undefined, "previous.txt");
  previous = writeVariant("box-vub", join(directory, "Pulumi.box-vub.yaml"), [[["hub", "image"], { archive }]]);
}, MINUTES);

afterAll(async () => {
  await browser?.close();
  await site.hub(
    `systemctl stop jupyterhub-hub; rm -f ${STATE}/jupyterhub.sqlite; [ ! -e ${STATE}/kept ] || mv ${STATE}/kept ${STATE}/jupyterhub.sqlite; systemctl start jupyterhub-hub`,
  );
  await box.host("slurm").run(["scancel", "--name=jupyterhub"]);
  await site.hubIsUp();
  rmSync(directory, { recursive: true });
});

/** JupyterHub's version, as the hub that runs tells it. */
async function version(): Promise<string> {
  const answer = await box.netns("admin").run(["curl", "-sk", "-m", "5", "https://10.77.0.10:8081/hub/api/"]);
  return (JSON.parse(answer.stdout) as { version: string }).version;
}

/** The latest backup made before an upgrade; empty: there is none. */
const beforeUpgrade = () =>
  site.hub("cd /var/lib/jupyterhub/backups; ls *-before-upgrade.tar.gz 2>/dev/null | tail -n 1");

test(
  "alice has a server on the hub of before",
  async () => {
    await site.hub(`systemctl stop jupyterhub-hub; mv ${STATE}/jupyterhub.sqlite ${STATE}/kept`);
    await site.up(previous);
    await site.hubIsUp();
    expect(await version()).toMatch(/^5\./);
    page = await keepKernel(browser, "alice");
  },
  SLOW,
);

test(
  "the upgrade backs up, then upgrades the database; her kernel goes on",
  async () => {
    const before = await beforeUpgrade();
    await site.up();
    await site.hubIsUp();
    expect(await version()).toMatch(/^6\./);
    expect(await beforeUpgrade()).not.toBe(before);
    expect(await site.hub("journalctl -u jupyterhub-hub -o cat -n 2000 --no-pager")).toMatch(
      /Upgrading the database from \S+ to \S+\. Backup: \/var\/lib\/jupyterhub\/backups\/\S+before-upgrade/,
    );
    await kernelGoesOn(page);
    await site.knowsServerOf(page);
  },
  SLOW,
);

test(
  "the rollback is the former image and the backup of before the upgrade; her kernel goes on",
  async () => {
    await site.up(previous);
    await box.waitFor(
      "the page to say so",
      async () => (await site.frontPage()).includes("older version than its"),
      90,
    );
    const health = await site.doctor("health", "--stack", "box-vub");
    expect(health.text).toMatch(/database +ALARM.*schema of a newer JupyterHub.*before-upgrade/is);
    const { text, exitCode } = await site.doctor("restore", "--stack", "box-vub", await beforeUpgrade());
    expect(exitCode, text).toBe(0);
    await site.hubIsUp();
    expect(await version()).toMatch(/^5\./);
    await kernelGoesOn(page);
    await site.knowsServerOf(page);
  },
  SLOW,
);

test(
  "and once more forward",
  async () => {
    await site.up();
    await site.hubIsUp();
    expect(await version()).toMatch(/^6\./);
    await kernelGoesOn(page);
    await page.goto(`${URL}/hub/home`);
  },
  SLOW,
);
