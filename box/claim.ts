/** Whose the hosts of a site are: they hold the keys of one checkout, and another's would not get in. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { down } from "./down";
import { bulkDir, checkout, runDir } from "./paths";
import { BoxError } from "./progress";
import type { Site } from "./site";

/** What a claim says: this checkout, with these keys. */
async function claimOf(site: Site): Promise<string> {
  return `${checkout}\n${await readFile(runDir(site.name, "admin_ed25519.pub"), "utf8")}`;
}

/** Process ids of hosts that run from a site's overlays, whoever started them. */
async function runningHosts(site: Site): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const words = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
      const ours = words.some((word) => word.startsWith(`--directory=${bulkDir(site.name)}/`));
      return words[0]?.endsWith("systemd-nspawn") && ours ? [pid] : [];
    }),
  );
  return found.flat();
}

/**
 * Takes the hosts of a site for this checkout. What a checkout that is gone, or one whose keys are, has left is removed.
 * @returns whether something was removed
 * @throws BoxError when another checkout's hosts run
 */
export async function claim(site: Site): Promise<boolean> {
  const mine = await claimOf(site);
  const file = bulkDir(site.name, "claim");
  const left = (await readdir(bulkDir(site.name)).catch(() => [])).length > 0;
  const theirs = await readFile(file, "utf8").catch(() => "");
  const foreign = left && theirs !== mine;
  if (foreign) {
    if ((await runningHosts(site)).length > 0) {
      const where = theirs.split("\n")[0] || "another checkout";
      throw new BoxError(
        `the box of ${site.name} runs from ${where}. Next: there, npm run box -- down --site ${site.name}`,
      );
    }
    await down(site);
  }
  await mkdir(bulkDir(site.name), { recursive: true });
  await writeFile(file, mine);
  return foreign;
}
