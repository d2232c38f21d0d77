/** What a host writes: an overlay of its cached root, seeded with what makes it that host. */
import { chown, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { rootDirectories } from "../debian/roots";
import { bulkDir, checkout } from "../paths";
import { type Host, hostsFile, type Site } from "../site";

/** A file to put into a host's overlay before it boots. */
export interface SeedFile {
  path: string;
  content: string;
  /** Default 0o644. */
  mode?: number;
  /** An account of the host's root; default root. */
  owner?: string;
}

/** Where a host's overlay is. */
export function overlayOf(site: Site, host: Host): string {
  return bulkDir(site.name, host.name);
}

/** The directories below a host's overlay, highest first, as the kernel wants them. */
export function lowerOf(host: Host): string {
  return rootDirectories(host).reverse().join(":");
}

/** Makes the overlay of a host that is down, unless it is there, whole, and over the same root. */
export async function ensureOverlay(site: Site, host: Host, files: SeedFile[]): Promise<void> {
  const overlay = overlayOf(site, host);
  const lower = lowerOf(host);
  const seeded = join(overlay, "seeded");
  if ((await readFile(seeded, "utf8").catch(() => "")) === lower) return;
  await rm(overlay, { recursive: true, force: true });
  if (host.copiedRoot) await copyRoot(overlay, lower);
  await seed(overlay, site, host, files);
  await writeFile(seeded, lower);
}

/** Forgets everything a host that is down has ever written. */
export async function removeOverlay(site: Site, host: Host): Promise<void> {
  await rm(overlayOf(site, host), { recursive: true, force: true });
}

/** Fills upper/ with everything that the root consists of. */
async function copyRoot(overlay: string, lower: string): Promise<void> {
  const script = join(checkout, "box/hosts/copy.sh");
  await execa("unshare", ["--mount", "--propagation", "private", "sh", "-eu", script, overlay, lower]);
}

/** Writes the seed files of a host that has not booted yet into its overlay. */
async function seed(overlay: string, site: Site, host: Host, files: SeedFile[]): Promise<void> {
  const identity: SeedFile[] = [
    { path: "/etc/hostname", content: `${host.name}\n` },
    { path: "/etc/hosts", content: hostsFile(site, host.name) },
    { path: "/etc/resolv.conf", content: "# The box has no name server; see /etc/hosts.\n" },
  ];
  for (const file of [...identity, ...files]) {
    const target = join(overlay, "upper", file.path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, file.content, { mode: file.mode ?? 0o644 });
    if (file.owner !== undefined) await ownLike(rootDirectories(host), file.owner, target);
  }
}

/** Gives a file to an account that a root's /etc/passwd knows. */
async function ownLike(root: string[], account: string, target: string): Promise<void> {
  for (const directory of [...root].reverse()) {
    const passwd = await readFile(join(directory, "etc/passwd"), "utf8").catch(() => "");
    const fields = passwd
      .split("\n")
      .map((line) => line.split(":"))
      .find((entry) => entry[0] === account);
    if (fields !== undefined) return chown(target, Number(fields[2]), Number(fields[3]));
  }
  throw new Error(`the root of ${target} has no account ${account}`);
}
