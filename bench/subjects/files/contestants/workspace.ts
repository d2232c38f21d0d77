import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Load } from "../load";
import type { Target } from "../target";

/** A directory of this machine from which a contestant works. */
export interface Workspace {
  directory: string;
  /** Holds the files as they are to be on the host. */
  tree: string;
  remove(): Promise<void>;
}

/** Lays out the load, and the contestant's own files by their names. */
export async function makeWorkspace(load: Load, own: Record<string, string> = {}): Promise<Workspace> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const tree = join(directory, "tree");
  for (const { path, content } of [...load.files, ...load.units]) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), content, { mode: 0o644 });
  }
  for (const [name, content] of Object.entries(own)) await writeFile(join(directory, name), content);
  return { directory, tree, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** Options of OpenSSH that check the pinned key and use the administrator's. */
export function sshOptions({ knownHosts, admin }: Target): string[] {
  const options = [`UserKnownHostsFile=${knownHosts}`, "StrictHostKeyChecking=yes", "BatchMode=yes"];
  return ["-i", admin.privateKeyFile, ...options.flatMap((option) => ["-o", option])];
}
