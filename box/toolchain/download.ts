/** The official release of the pulumi CLI, checked against the checksums published with it. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

/** The line of a checksum file (`HEX  NAME`) that is for one file. */
export function checksumFor(checksums: string, file: string): string | undefined {
  for (const line of checksums.split("\n")) {
    const [hex, name] = line.trim().split(/\s+\*?/);
    if (name === file && hex !== undefined && /^[0-9a-f]{64}$/.test(hex)) return hex;
  }
  return undefined;
}

async function curl(url: string, output: string): Promise<string | undefined> {
  const options = ["--fail", "--silent", "--show-error", "--location", "--connect-timeout", "8", "--max-time", "600"];
  const result = await execa("curl", [...options, "--output", output, url], { reject: false });
  return result.exitCode === 0 ? undefined : result.stderr.trim() || `curl ended with ${result.exitCode}`;
}

/**
 * Downloads and unpacks a release.
 * @returns undefined when the tools are in the directory, else why not, in words
 */
export async function downloadRelease(version: string, directory: string): Promise<string | undefined> {
  const architecture = { x64: "x64", arm64: "arm64" }[process.arch as string];
  if (architecture === undefined) return `there is none for ${process.arch}`;
  const scratch = await mkdtemp(join(tmpdir(), "pulumi-"));
  try {
    const file = `pulumi-v${version}-linux-${architecture}.tar.gz`;
    const release = `https://github.com/pulumi/pulumi/releases/download/v${version}`;
    const checksums = join(scratch, "checksums");
    const archive = join(scratch, file);
    const refused =
      (await curl(`${release}/pulumi-${version}-checksums.txt`, checksums)) ??
      (await curl(`https://get.pulumi.com/releases/sdk/${file}`, archive));
    if (refused !== undefined) return refused;
    const sum = createHash("sha256")
      .update(await readFile(archive))
      .digest("hex");
    if (sum !== checksumFor(await readFile(checksums, "utf8"), file))
      return `${file} does not have its published checksum`;
    const unpacked = await execa("tar", ["-xzf", archive, "-C", directory, "--strip-components=1"], { reject: false });
    return unpacked.exitCode === 0 ? undefined : unpacked.stderr;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
