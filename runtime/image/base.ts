import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { cacheDirectory } from "./cache";

const suite = "trixie";

/**
 * A minimal Debian 13 root as a tar archive, made by debootstrap from the mirror this machine itself uses: the image's
 * base where no registry is reachable.
 *
 * @returns path of the tar archive
 * @throws Error with debootstrap's own words
 */
export async function ensureBaseArchive(): Promise<string> {
  const directory = join(cacheDirectory, "image");
  const archive = join(directory, `base-${suite}.tar`);
  if (existsSync(archive)) return archive;
  await mkdir(directory, { recursive: true });
  const root = `${archive}.root`;
  await rm(root, { recursive: true, force: true });
  const bootstrap = await execa("debootstrap", ["--variant=minbase", suite, root, await debianMirror()], {
    reject: false,
    all: true,
    timeout: 1_200_000,
  });
  if (bootstrap.failed) {
    throw new Error(
      `debootstrap ${suite} failed: ${bootstrap.all?.split("\n").slice(-5).join("\n")}\nNext: see ${root}/debootstrap/debootstrap.log.`,
    );
  }
  await execa("tar", [
    "--numeric-owner",
    "--exclude=./var/cache/apt/archives/*.deb",
    "--exclude=./var/lib/apt/lists/*",
    "-C",
    root,
    "-cf",
    `${archive}.new`,
    ".",
  ]);
  await rename(`${archive}.new`, archive);
  await rm(root, { recursive: true, force: true });
  return archive;
}

/** The Debian mirror of this machine's own apt sources. */
async function debianMirror(): Promise<string> {
  const lists = "/etc/apt/sources.list.d";
  const files = [
    "/etc/apt/sources.list",
    ...(existsSync(lists) ? (await readdir(lists)).map((name) => join(lists, name)) : []),
  ];
  for (const file of files.filter(existsSync)) {
    const text = await readFile(file, "utf8");
    const found = /^(?:deb (?:\[[^\]]*\] )?|URIs:\s*)(https?:\/\/\S*\/debian)\/?(?:\s|$)/m.exec(text)?.[1];
    if (found) return found;
  }
  throw new Error(
    "No Debian mirror was found in this machine's apt sources.\nNext: set JUPYTERHUB_HPC_BASE_IMAGE to an image that buildah can pull, or run this on Debian.",
  );
}
