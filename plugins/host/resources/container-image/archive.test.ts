import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tar } from "../../cases/local-files";
import { imageIdOf } from "./archive";

const HEX = "0123456789abcdef".repeat(4);
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "archive-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function archive(name: string, members: Record<string, Buffer | string>): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, tar(members));
  return path;
}

describe("the id of the image in an archive", () => {
  it("is found in a docker-archive, behind a large layer", async () => {
    const members = {
      "layer.tar": Buffer.alloc(100_000, 1),
      [`${HEX}.json`]: "{}",
      "manifest.json": JSON.stringify([{ Config: `${HEX}.json` }]),
    };
    expect(imageIdOf(await archive("docker.tar", members))).toBe(`sha256:${HEX}`);
  });

  it("is found in an oci-archive, through its index", async () => {
    const members = {
      "index.json": JSON.stringify({ manifests: [{ digest: `sha256:${"f".repeat(64)}` }] }),
      [`blobs/sha256/${"f".repeat(64)}`]: JSON.stringify({ config: { digest: `sha256:${HEX}` } }),
    };
    expect(imageIdOf(await archive("oci.tar", members))).toBe(`sha256:${HEX}`);
  });

  it("is refused for anything else, naming the file", async () => {
    const other = await archive("other.tar", { "readme.txt": "hello" });
    expect(() => imageIdOf(other)).toThrow(/other\.tar is neither/);
    expect(() => imageIdOf(join(directory, "missing.tar"))).toThrow(/missing\.tar cannot be read \(ENOENT\)/);
  });
});
