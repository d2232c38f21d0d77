/** The pulumi CLI and its language host for Node.js: the installed ones, the official download, or built from Go modules. */
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { cacheDir } from "../paths";
import { BoxError, say } from "../progress";
import { buildTool } from "./build";
import { downloadRelease } from "./download";

/** The version that is downloaded or built; an installed CLI of at least this one is used as it is. */
export const cliVersion = "3.250.0";

/** The last version of the language host that is published as a Go module; it drives that CLI well. */
export const languageHostVersion = "3.68.0";

/**
 * Resources that Pulumi may work on at once (PULUMI_PARALLEL; its default is four a core). The plugin puts what is asked of a host together into
 * a few round trips, which only works for what it is asked at once; it limits by itself what a host has to do at a time.
 */
export const parallel = "1000";

/** Where the tools are. */
export interface Toolchain {
  /** Directories to put in front of PATH, joined as PATH is. */
  path: string;
  /** Where it came from, in words. */
  origin: string;
}

/** Whether a version such as "v3.250.0" is at least another one; what is no version is not. */
export function isAtLeast(version: string, wanted: string): boolean {
  const numbers = (text: string) => /^v?(\d+)\.(\d+)\.(\d+)/.exec(text.trim())?.slice(1).map(Number);
  const [have, want] = [numbers(version), numbers(wanted)];
  if (have === undefined || want === undefined) return false;
  for (const [index, part] of want.entries()) {
    if (have[index] !== part) return (have[index] ?? 0) > part;
  }
  return true;
}

/** The directory of an installed CLI that is new enough and has its language host beside it. */
async function installed(): Promise<string | undefined> {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    if (directory === "" || !(await exists(join(directory, "pulumi")))) continue;
    if (!(await exists(join(directory, "pulumi-language-nodejs")))) continue;
    const version = await execa(join(directory, "pulumi"), ["version"], { reject: false, timeout: 20_000 });
    if (version.exitCode === 0 && isAtLeast(version.stdout, cliVersion)) return directory;
  }
  return undefined;
}

/**
 * Finds or makes the tools. What was downloaded or built is kept in the cache, by version.
 * @throws BoxError when there is no installed CLI, no download and no Go to build it with
 */
export async function ensureToolchain(): Promise<Toolchain> {
  const onPath = await installed();
  if (onPath !== undefined) return { path: onPath, origin: `installed in ${onPath}` };
  const directory = join(cacheDir, "toolchain", cliVersion);
  if (await exists(join(directory, "pulumi"))) return { path: directory, origin: `cached in ${directory}` };
  const partial = `${directory}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const refused = await downloadRelease(cliVersion, partial);
  if (refused !== undefined) {
    say(`  no download of pulumi ${cliVersion} (${refused}); building it from Go modules, about five minutes`);
    await buildTool("pulumi", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", join(partial, "pulumi"), {
      "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${cliVersion}`,
    });
    const language = "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs";
    await buildTool("language", language, join(partial, "pulumi-language-nodejs"), {
      "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${languageHostVersion}`,
    });
  }
  const check = await execa(join(partial, "pulumi"), ["version"], { reject: false, timeout: 30_000 });
  if (check.exitCode !== 0) throw new BoxError(`the pulumi CLI does not run: ${check.stderr}`);
  await rm(directory, { recursive: true, force: true });
  await rename(partial, directory);
  return { path: directory, origin: refused === undefined ? "downloaded" : "built" };
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
