/** One `npm run box` of a site at a time. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startTimeOf } from "./daemon";
import { runDir } from "./paths";
import { BoxError } from "./progress";

/**
 * Runs work while no other process of this checkout works on the same site's box.
 * @throws BoxError naming the process that does
 */
export async function withLock(site: string, work: () => Promise<void>): Promise<void> {
  const path = runDir(site, "run", "lock");
  await mkdir(join(path, ".."), { recursive: true });
  const mine = `${process.pid} ${await startTimeOf(process.pid)}`;
  for (;;) {
    const taken = await writeFile(path, mine, { flag: "wx" }).then(
      () => true,
      () => false,
    );
    if (taken) break;
    const [pid, startTime] = (await readFile(path, "utf8").catch(() => "")).split(" ");
    if (pid && (await startTimeOf(Number(pid))) === startTime) {
      throw new BoxError(`another npm run box works on site ${site} (process ${pid}). Next: wait for it`);
    }
    // Its owner has ended without tidying up.
    await rm(path, { force: true });
  }
  try {
    await work();
  } finally {
    await rm(path, { force: true });
  }
}
