/** Where a box keeps its files: three roots, each with one reason to exist. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The checkout this program was started from. */
export const checkout = resolve(import.meta.dirname, "..");

/**
 * What is expensive to make and the same for every checkout: toolchain, Debian roots, images, wheels.
 * Overridden by JUPYTERHUB_HPC_CACHE; default ~/.cache/jupyterhub-hpc.
 */
export const cacheDir = process.env.JUPYTERHUB_HPC_CACHE ?? join(homedir(), ".cache", "jupyterhub-hpc");

/**
 * Begins the names that all boxes of this machine share: namespaces, control groups, the directory below. Another word in
 * JUPYTERHUB_HPC_BOX keeps the box of one checkout apart from another's; the forwarders' ports stay one site's at a time.
 */
export const boxPrefix = process.env.JUPYTERHUB_HPC_BOX ?? "box";

/** Small files of one site's box, inside the checkout and ignored by git: keys, certificates, Pulumi's state. */
export function runDir(site: string, ...path: string[]): string {
  return join(checkout, ".box", site, ...path);
}

/** Bulky files of one site's box: the hosts' overlays and the directories they share. Gone after `down`. */
export function bulkDir(site: string, ...path: string[]): string {
  return join("/var/lib/jupyterhub-hpc", `${boxPrefix}-${site}`, ...path);
}
