/** `npm run image`: the hub's image as an archive, or with `--on-host` what a hub without containers is made of; and the single-user wheels. */
import { existsSync, statSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { ensureBaseArchive } from "./base";
import { cacheDirectory, contentKey, runtimeDirectory } from "./cache";
import { ensureProxyProgram } from "./proxy";
import { ensureWheels } from "./wheels";

/** The image, as a file and by name. */
export interface Image {
  /** docker-archive, absolute path. */
  archive: string;
  /** Name and tag it is loaded under. */
  reference: string;
}

const storage = join(cacheDirectory, "image", "storage");
const buildahRoot = ["--root", storage, "--runroot", join(storage, "run")];

async function buildah(args: string[], cwd?: string): Promise<string> {
  const result = await execa("buildah", [...buildahRoot, ...args], {
    reject: false,
    all: true,
    timeout: 1_800_000,
    ...(cwd ? { cwd } : {}),
  });
  if (result.failed) throw new Error(`buildah ${args[0]} failed: ${result.all?.split("\n").slice(-15).join("\n")}`);
  return result.stdout.trim();
}

/** Which lock of the hub an image is made of. */
export type HubLock = "hub.txt" | "previous.txt";

/**
 * The hub's image: built when anything that goes into it changed, else taken from the cache.
 *
 * @param lock the hub's own, or that of the version before, which the test of upgrade and rollback deploys
 * @throws Error with buildah's, pip's or debootstrap's own words
 */
export async function ensureImage(
  progress: (line: string) => void = () => {},
  lock: HubLock = "hub.txt",
): Promise<Image> {
  const version = (
    JSON.parse(await readFile(join(runtimeDirectory, "..", "package.json"), "utf8")) as { version: string }
  ).version;
  const base = process.env.JUPYTERHUB_HPC_BASE_IMAGE;
  const key = contentKey(
    ["Containerfile", `requirements/${lock}`, "jupyterhub_hpc", "proxy"],
    [base ?? "debootstrap", version, process.arch],
  );
  const directory = join(cacheDirectory, "image", key);
  const image = { archive: join(directory, "jupyterhub-hpc.tar"), reference: `localhost/jupyterhub-hpc:${version}` };
  if (existsSync(image.archive)) return image;

  const context = join(directory, "context");
  await rm(context, { recursive: true, force: true });
  await mkdir(join(context, "requirements"), { recursive: true });
  progress("wheels and node modules");
  await cp(await ensureWheels(lock), join(context, "wheels"), { recursive: true });
  await cp(join(runtimeDirectory, "requirements", lock), join(context, "requirements/hub.txt"));
  const source = (path: string) => !/__pycache__|node_modules|\/\.[^/]+$/.test(path.slice(runtimeDirectory.length));
  await cp(join(runtimeDirectory, "jupyterhub_hpc"), join(context, "jupyterhub_hpc"), {
    recursive: true,
    filter: source,
  });
  await cp(join(runtimeDirectory, "proxy"), join(context, "proxy"), { recursive: true, filter: source });
  await execa("npm", ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: join(context, "proxy"),
    timeout: 300_000,
  });

  progress("base");
  const baseImage = base ?? (await importBase());
  progress("image");
  await buildah(
    [
      "build",
      "--isolation",
      "chroot",
      "--layers",
      "--build-arg",
      `BASE=${baseImage}`,
      "--tag",
      image.reference,
      "--iidfile",
      join(directory, "id"),
      "-f",
      join(runtimeDirectory, "Containerfile"),
      context,
    ],
    context,
  );
  await rm(`${image.archive}.new`, { force: true });
  // By id: another image that is built meanwhile takes the name.
  const id = (await readFile(join(directory, "id"), "utf8")).trim().replace(/^sha256:/, "");
  await buildah(["push", id, `docker-archive:${image.archive}.new:${image.reference}`]);
  await rename(`${image.archive}.new`, image.archive);
  await rm(context, { recursive: true, force: true });
  await forgetOldImages();
  return image;
}

/** Removes archives that are a week old: a box links to the one it was made with, and makes a new one when it is gone. */
async function forgetOldImages(): Promise<void> {
  const parent = join(cacheDirectory, "image");
  const weekAgo = Date.now() - 7 * 86_400_000;
  for (const name of (await readdir(parent)).filter((entry) => /^[0-9a-f]{16}$/.test(entry))) {
    const directory = join(parent, name);
    if (statSync(directory).mtimeMs < weekAgo) await rm(directory, { recursive: true, force: true });
  }
}

/** The debootstrapped base as an image in buildah's storage. */
async function importBase(): Promise<string> {
  const name = "localhost/jupyterhub-hpc-base:13";
  const present = await execa("buildah", [...buildahRoot, "images", "--quiet", name], { reject: false });
  if (!present.failed && present.stdout.trim() !== "") return name;
  const archive = await ensureBaseArchive();
  const container = await buildah(["from", "scratch"]);
  await buildah(["add", container, archive, "/"]);
  await buildah(["commit", "--rm", container, name]);
  return name;
}

/** The wheels of the single-user environment, for Debian 13's Python, with the lock's hashes checked. */
export async function ensureWheelhouse(): Promise<{ dir: string }> {
  return { dir: await ensureWheels("singleuser.txt") };
}

/** What a hub that runs directly on its host is made of, for a host without package indexes: the hub's wheels, and the proxy. */
export async function ensureOnHost(): Promise<{ wheels: string; proxy: string }> {
  return { wheels: await ensureWheels("hub.txt"), proxy: await ensureProxyProgram() };
}

/** Makes links in `.image`. */
async function linkTo(targets: Record<string, string>): Promise<void> {
  const directory = join(runtimeDirectory, "..", ".image");
  await mkdir(directory, { recursive: true });
  for (const [name, target] of Object.entries(targets)) {
    await rm(join(directory, name), { force: true });
    await symlink(target, join(directory, name));
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { "on-host": { type: "boolean", default: false } } });
  const started = Date.now();
  const elapsed = () => `${((Date.now() - started) / 1000).toFixed(0)} s`;
  if (values["on-host"]) {
    const { wheels, proxy } = await ensureOnHost();
    await linkTo({ "hub-wheels": wheels, "proxy.mjs": proxy, wheels: (await ensureWheelhouse()).dir });
    console.log(
      `${elapsed()}  the hub's wheels in .image/hub-wheels, the proxy in .image/proxy.mjs, single-user wheels in .image/wheels.\n` +
        "Next: hub.onHost.wheels, hub.onHost.proxy and environments[].install.wheels in the stack.",
    );
    return;
  }
  const image = await ensureImage((line) => console.log(`${elapsed()}  ${line}`));
  await linkTo({ "jupyterhub-hpc.tar": image.archive, wheels: (await ensureWheelhouse()).dir });
  console.log(
    `${elapsed()}  ${image.reference} in .image/jupyterhub-hpc.tar, single-user wheels in .image/wheels.\n` +
      "Next: hub.image.archive and environments[].install.wheels in the stack, or push the image to your registry.",
  );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
