import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { Failure } from "../../../rpc/failure";

const BLOCK = 512;
const remembered = new Map<string, string>();

/** Finds a member's bytes by going from header to header: an archive of a gigabyte must not be read for a preview. */
function member(file: number, size: number, wanted: (name: string) => boolean): Buffer | undefined {
  const header = Buffer.alloc(BLOCK);
  for (let at = 0; at + BLOCK <= size; ) {
    readSync(file, header, 0, BLOCK, at);
    const text = (from: number, length: number) =>
      header.toString("latin1", from, from + length).replace(/\0[\s\S]*$/, "");
    const name = text(0, 100);
    if (name === "") return undefined;
    const length = Number.parseInt(text(124, 12).trim() || "0", 8);
    if (wanted(name.replace(/^\.\//, ""))) {
      const content = Buffer.alloc(length);
      readSync(file, content, 0, length, at + BLOCK);
      return content;
    }
    at += BLOCK + Math.ceil(length / BLOCK) * BLOCK;
  }
  return undefined;
}

interface DockerManifest {
  Config: string;
}
interface OciIndex {
  manifests: { digest: string }[];
}
interface OciManifest {
  config: { digest: string };
}

function configDigest(file: number, size: number): string | undefined {
  const json = (name: string) => {
    const content = member(file, size, (candidate) => candidate === name);
    return content === undefined ? undefined : (JSON.parse(content.toString("utf8")) as unknown);
  };
  const docker = json("manifest.json") as DockerManifest[] | undefined;
  const hex = docker?.[0]?.Config.match(/([0-9a-f]{64})(\.json)?$/)?.[1];
  if (hex !== undefined) return `sha256:${hex}`;
  const digest = (json("index.json") as OciIndex | undefined)?.manifests[0]?.digest;
  if (digest === undefined) return undefined;
  return (json(`blobs/${digest.replace(":", "/")}`) as OciManifest | undefined)?.config.digest;
}

/**
 * The digest of the configuration of the (first) image in a docker-archive or oci-archive, which is the image's id in a podman store.
 * @throws Failure when the file cannot be read or is neither.
 */
export function imageIdOf(archive: string): string {
  let file: number;
  try {
    file = openSync(archive, "r");
  } catch (error) {
    throw new Failure(
      `the image archive ${archive} cannot be read (${(error as NodeJS.ErrnoException).code}). Build it first`,
    );
  }
  try {
    const { size, mtimeMs } = fstatSync(file);
    const key = `${archive} ${size} ${mtimeMs}`;
    const id = remembered.get(key) ?? configDigest(file, size);
    if (id === undefined) throw new Failure(`${archive} is neither a docker-archive nor an oci-archive`);
    remembered.set(key, id);
    return id;
  } finally {
    closeSync(file);
  }
}
