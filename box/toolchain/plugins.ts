/** The plugins of @pulumi/command and @pulumi/docker: the genuine ones where they can be had, else the stand-ins of this checkout. */
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { checkout } from "../paths";

/** The plugins that have a stand-in. */
export const standIns = ["command", "docker"] as const;
export type StandIn = (typeof standIns)[number];

/** Which plugin will serve. */
export interface Served {
  name: StandIn;
  /** That of the npm package. */
  version: string;
  by: "genuine" | "stand-in";
  /** In words: where the genuine one is, or why there is none. */
  because: string;
}

export interface EnsureOptions {
  /** Directories to put in front of PATH, with the pulumi CLI. */
  path: string;
  /** Pulumi's own directory. Default PULUMI_HOME, else ~/.pulumi. */
  home?: string;
  /** Try to download in spite of a stand-in that is in place. Default false. */
  retry?: boolean;
  /** Seconds after which a download is given up. Default 30. */
  timeoutSeconds?: number;
}

/** In the directory of a plugin, tells that it is a stand-in. */
const MARK = "STAND-IN";

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function versionOf(name: StandIn): Promise<string> {
  const manifest = JSON.parse(await readFile(join(checkout, "package.json"), "utf8"));
  return manifest.dependencies[`@pulumi/${name}`];
}

async function onPath(name: StandIn): Promise<string | undefined> {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    const program = join(directory, `pulumi-resource-${name}`);
    if (directory !== "" && (await exists(program))) return program;
  }
  return undefined;
}

/** Lets pulumi download a plugin. @returns undefined when it is there, else why not. */
async function download(name: StandIn, version: string, home: string, options: EnsureOptions) {
  const timeoutSeconds = options.timeoutSeconds ?? 30;
  const install = execa("pulumi", ["plugin", "install", "resource", name, version, "--reinstall"], {
    env: { PATH: `${options.path}:${process.env.PATH}`, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
    stdin: "ignore",
    all: true,
    reject: false,
    timeout: timeoutSeconds * 1000,
  });
  let refused: string | undefined;
  install.all.on("data", (data: Buffer) => {
    refused ??= /Error downloading plugin: (.*)/.exec(data.toString())?.[1];
    // pulumi would try five times, which takes ten seconds where there is no network.
    if (refused !== undefined) install.kill();
  });
  const result = await install;
  if (result.exitCode === 0) return undefined;
  if (result.timedOut) return `no download within ${timeoutSeconds} s`;
  return refused ?? (result.all.trim().split("\n").at(-1) || `pulumi plugin install ended with ${result.exitCode}`);
}

/** Puts a stand-in where pulumi looks for the plugin. */
async function place(name: StandIn, version: string, home: string, directory: string): Promise<void> {
  const bundle = join(checkout, `dist/plugin-${name}.js`);
  const made = join(home, `stand-in-${name}-${process.pid}`);
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { recursive: true });
  await writeFile(
    join(made, MARK),
    `Not the genuine plugin "${name}" ${version}, which could neither be found nor downloaded, but a part of it:\n${bundle}\nSee docs/stand-ins.md in ${checkout}. \`npm run tools\` there replaces it as soon as the genuine one can be downloaded.\n`,
  );
  const program = join(made, `pulumi-resource-${name}`);
  const missing = `the stand-in for the plugin ${name} is not built. Next: npm run build in ${checkout}`;
  const script = `#!/bin/sh\nbundle='${bundle}'\n[ -f "$bundle" ] || { echo '${missing}' >&2; exit 1; }\nexec node "$bundle" "$@"\n`;
  await writeFile(program, script);
  await chmod(program, 0o755);
  await mkdir(join(home, "plugins"), { recursive: true });
  await rm(directory, { recursive: true, force: true });
  await rename(made, directory);
}

async function ensure(name: StandIn, options: EnsureOptions): Promise<Served> {
  const version = await versionOf(name);
  const home = options.home ?? process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const directory = join(home, "plugins", `resource-${name}-v${version}`);
  const served = { name, version };
  const ambient = await onPath(name);
  if (ambient !== undefined) return { ...served, by: "genuine", because: `found on PATH: ${ambient}` };
  const placed = await exists(join(directory, MARK));
  if (!placed && (await exists(directory))) return { ...served, by: "genuine", because: `installed in ${directory}` };
  const wanted = !placed || options.retry === true;
  const refused = wanted ? await download(name, version, home, options) : "none when it was last tried";
  if (refused === undefined) return { ...served, by: "genuine", because: `downloaded into ${directory}` };
  await place(name, version, home, directory);
  return { ...served, by: "stand-in", because: refused };
}

/** One plain line for people. */
export function words({ name, version, by, because }: Served): string {
  return by === "genuine"
    ? `Plugin ${name} ${version}: the genuine one, ${because}.`
    : `Plugin ${name} ${version}: a stand-in, as the genuine one is neither installed nor to be downloaded (${because}). See docs/stand-ins.md.`;
}

/** Makes sure that pulumi finds each of the plugins. The bundles in dist/ must be built. `words` says what came of it. */
export function ensurePlugins(names: readonly StandIn[], options: EnsureOptions): Promise<Served[]> {
  return Promise.all(names.map((name) => ensure(name, options)));
}

/** Which of the plugins the bundled program imports. @param bundle default dist/index.js */
export async function pluginsOf(bundle: string = join(checkout, "dist/index.js")): Promise<StandIn[]> {
  const text = await readFile(bundle, "utf8");
  return standIns.filter((name) => new RegExp(`from "@pulumi/${name}[/"]`).test(text));
}
