/** Debian roots for the hosts: one debootstrap'd base a release and small layers over it, all cached and keyed by what is in them. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { debianMirror } from "../mirror";
import { cacheDir, checkout } from "../paths";
import { BoxError, say } from "../progress";

/** What a layer adds to the layers below it. */
export interface RootLayer {
  name: string;
  /** "install" puts the packages in place; "offer" only lays them out as an apt repository at /srv/apt, the host's only source. */
  mode: "install" | "offer";
  packages: string[];
}

/** A release of Debian: 12 or 13. */
export type Release = "bookworm" | "trixie";

/** A root that is wanted: a release and the layers over it, lowest first. */
export interface Root {
  release?: Release;
  layers?: RootLayer[];
}

const newest: Release = "trixie";

/** What every host has, and a bare host has nothing but. */
const basePackages = [
  "systemd",
  "systemd-sysv",
  "dbus",
  "dbus-user-session",
  "libpam-systemd",
  "openssh-server",
  "sudo",
  "iproute2",
  "iputils-ping",
  "curl",
  "ca-certificates",
  "procps",
  "less",
  "netbase",
  "openssl",
  "python3-minimal",
];

/** What Pulumi may install on a hub host, which reaches no mirror. */
export const hubPackages: RootLayer = {
  name: "hub",
  mode: "offer",
  packages: [
    "podman",
    "nftables",
    "catatonit",
    "passt",
    "netavark",
    "aardvark-dns",
    "uidmap",
    "slirp4netns",
    "fuse-overlayfs",
    "crun",
    "acl",
    "openssl",
    "nginx",
    "libnginx-mod-stream",
  ],
};

/** What Pulumi may install on a hub host without containers. */
export const hubOnHostPackages: RootLayer = {
  name: "hub-on-host",
  mode: "offer",
  packages: ["nodejs", "nftables", "openssl", "python3-venv", "sudo", "nginx", "libnginx-mod-stream"],
};

/** What Ansible's modules need of a host beyond python3-minimal. */
export const pythonPackages: RootLayer = { name: "python", mode: "install", packages: ["python3"] };

/** A container engine and an image registry, for what talks to one. */
export const enginePackages: RootLayer = {
  name: "engine",
  mode: "offer",
  packages: [...hubPackages.packages, "docker-registry"],
};

const baseScript = join(checkout, "box/debian/base.sh");
const layerScript = join(checkout, "box/debian/layer.sh");

/** The key of a root: it changes whenever anything that goes into it does. */
export function rootKey({ release = newest, layers = [] }: Root, scripts = scriptTexts()): string {
  const hash = createHash("sha256").update(JSON.stringify([release, basePackages, scripts[0]]));
  for (const layer of layers) hash.update(JSON.stringify([layer.mode, layer.packages, scripts[1]]));
  return hash.digest("hex").slice(0, 12);
}

function scriptTexts(): [string, string] {
  return [readFileSync(baseScript, "utf8"), readFileSync(layerScript, "utf8")];
}

/** The directories that make up the root of a host, lowest first: the base, then one a layer. */
export function rootDirectories({ release, layers = [] }: Root): string[] {
  const directories = [join(cacheDir, "root", `base-${rootKey({ release })}`)];
  for (const [index, layer] of layers.entries()) {
    const key = rootKey({ release, layers: layers.slice(0, index + 1) });
    directories.push(join(cacheDir, "root", `${layer.name}-${key}`));
  }
  return directories;
}

/**
 * Makes sure that each root is in the cache.
 * @returns how many directories had to be built
 */
export async function ensureRoots(roots: Root[]): Promise<number> {
  await mkdir(join(cacheDir, "root"), { recursive: true });
  const mirror = await debianMirror();
  let built = 0;
  for (const root of roots) {
    const directories = rootDirectories(root);
    for (const [index, directory] of directories.entries()) {
      if (await exists(directory)) continue;
      const layer = root.layers?.[index - 1];
      const release = root.release ?? newest;
      say(
        layer === undefined
          ? `  Debian base root (${release})`
          : `  root layer ${layer.name}: ${layer.packages.join(" ")}`,
      );
      if (layer === undefined) await buildBase(directory, release, mirror);
      else await buildLayer(directory, directories.slice(0, index), layer);
      built += 1;
    }
  }
  return built;
}

async function buildBase(directory: string, release: Release, mirror: string | undefined): Promise<void> {
  const partial = `${directory}.partial`;
  await rm(partial, { recursive: true, force: true });
  await build(directory, baseScript, [partial, release, basePackages.join(","), mirror ?? ""]);
  await rename(partial, directory);
}

async function buildLayer(directory: string, below: string[], layer: RootLayer): Promise<void> {
  const partial = `${directory}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const lower = [...below].reverse().join(":");
  await build(directory, layerScript, [partial, lower, layer.mode, ...layer.packages]);
  await rename(join(partial, "upper"), directory);
  await rm(partial, { recursive: true, force: true });
}

/** Runs a build script in a mount namespace of its own, so that nothing stays mounted however it ends. */
async function build(directory: string, script: string, args: string[]): Promise<void> {
  const result = await execa("unshare", ["--mount", "--propagation", "private", "sh", "-eu", script, ...args], {
    all: true,
    reject: false,
    timeout: 15 * 60_000,
    env: { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" },
  });
  if (result.exitCode !== 0) {
    const words = result.all?.split("\n").slice(-15).join("\n");
    throw new BoxError(
      `building ${directory} failed:\n${words}\nThe machine's apt sources must reach a Debian mirror.`,
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
