/** What must be true of this machine before anything is done to it; each problem in words, with the next step. */
import { lookup } from "node:dns/promises";
import { access, mkdir, readFile, statfs } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { debianMirror } from "./mirror";
import { cacheDir } from "./paths";
import { BoxError, say } from "./progress";

/** What is looked at. */
export interface Machine {
  /** Bytes free where the cache is. */
  freeBytes: number;
  /** Whether everything expensive is in the cache already. */
  cached: boolean;
  /** Whether the package mirror's name resolves. */
  online: boolean;
  hasApt: boolean;
  filesystems: string;
}

const gigabyte = 1e9;

/** What is wrong, in words; empty when the box can be built. */
export function problems(machine: Machine): string[] {
  const found: string[] = [];
  const needed = machine.cached ? 3 : 8;
  if (machine.freeBytes < needed * gigabyte) {
    const free = (machine.freeBytes / gigabyte).toFixed(1);
    found.push(
      `${free} GB are free in ${cacheDir}; ${needed} GB are needed. Next: free some, or point JUPYTERHUB_HPC_CACHE at a larger disk`,
    );
  }
  if (!machine.online && !machine.cached) {
    found.push(
      "this machine is offline: the package mirror cannot be found, and the cache does not hold all that is needed. Next: connect it for the first run",
    );
  }
  if (!machine.hasApt) found.push("there is no apt-get here. Next: use a Debian or Ubuntu machine");
  if (!/\boverlay\b/.test(machine.filesystems))
    found.push("the kernel has no overlay file system. Next: modprobe overlay");
  return found;
}

/** What every command of the box needs, whatever is in the cache; undefined when it is there. */
export function unfit(platform: string, uid: number): string | undefined {
  if (platform !== "linux") {
    return `the box needs Linux (namespaces, systemd-nspawn); this is ${platform}. Next: run it in a Linux virtual machine`;
  }
  return uid === 0 ? undefined : "the box boots real hosts and needs root. Next: sudo npm run box";
}

/** Programs of this machine that the box runs, and the package that has each. */
const programs: { [program: string]: string } = {
  debootstrap: "debootstrap",
  "systemd-nspawn": "systemd-container",
  "dpkg-scanpackages": "dpkg-dev",
  ip: "iproute2",
  socat: "socat",
  nsenter: "util-linux",
  openssl: "openssl",
  "ssh-keygen": "openssh-client",
  curl: "curl",
  buildah: "buildah",
  newuidmap: "uidmap",
  chromium: "chromium",
  python3: "python3",
  pip3: "python3-pip",
};

/** Files it reads, and the package that has each. */
const files: { [path: string]: string } = {
  "/usr/share/keyrings/debian-archive-keyring.gpg": "debian-archive-keyring",
};

async function onPath(program: string): Promise<boolean> {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    const found = await access(join(directory, program)).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}

async function look(cached: boolean): Promise<Machine> {
  await mkdir(cacheDir, { recursive: true });
  const disk = await statfs(cacheDir);
  const mirror = await debianMirror();
  const resolves = (host: string) =>
    lookup(host).then(
      () => true,
      () => false,
    );
  return {
    freeBytes: disk.bavail * disk.bsize,
    cached,
    online: cached || proxied() || mirror === undefined || (await resolves(new URL(mirror).hostname)),
    hasApt: await onPath("apt-get"),
    filesystems: await readFile("/proc/filesystems", "utf8").catch(() => ""),
  };
}

/** Behind a proxy names need not resolve here. */
function proxied(): boolean {
  return ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"].some((name) => Boolean(process.env[name]));
}

/**
 * Refuses at once, in words, on a machine where the box cannot be.
 * @param cached whether everything expensive is in the cache already
 */
export async function preflight(cached: boolean): Promise<void> {
  const found = problems(await look(cached));
  if (found.length > 0) throw new BoxError(found.join("\n"));
}

/** Installs the programs that the box runs and this machine lacks, saying which. */
export async function ensurePrograms(): Promise<string> {
  const missing = new Set<string>();
  for (const [program, name] of Object.entries(programs)) if (!(await onPath(program))) missing.add(name);
  for (const [path, name] of Object.entries(files)) {
    await access(path).catch(() => missing.add(name));
  }
  if (missing.size === 0) return "all there";
  const names = [...missing].join(" ");
  say(`  installing on this machine: ${names}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await execa("apt-get", ["update", "-q"], { env, reject: false, timeout: 300_000 });
  const installed = await execa("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...missing], {
    env,
    all: true,
    reject: false,
    timeout: 900_000,
  });
  if (installed.exitCode !== 0) throw new BoxError(`apt-get install ${names} failed:\n${installed.all?.slice(-1500)}`);
  return `installed ${names}`;
}
