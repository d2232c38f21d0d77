import { attach } from "../box/api";
import { down } from "../box/down";
import { withLock } from "../box/lock";
import { say } from "../box/progress";
import { loadSite } from "../box/site";
import { up } from "../box/up";

/**
 * Makes sure that a site's hosts are up.
 * @returns takes them down again if it was this that brought them up
 */
export async function borrowBox(name: string): Promise<() => Promise<void>> {
  const isUp = await attach(name).then(
    () => true,
    () => false,
  );
  if (isUp) return async () => undefined;
  const site = await loadSite(name);
  say(`the hosts of ${name} are not up: bringing them up for the time of the bench`);
  await withLock(name, () => up(site, false));
  return () => withLock(name, () => down(site));
}
