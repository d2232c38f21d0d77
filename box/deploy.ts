/** Deploys the hub onto a box whose hosts are up: image, wheels, program, `pulumi up`, and the wait for its log-in page. */
import { mkdir, rm, symlink } from "node:fs/promises";
import { execa } from "execa";
import { namespaceOf } from "./hosts/network";
import type { Result } from "./hosts/run";
import { checkout, runDir } from "./paths";
import { BoxError, say } from "./progress";
import type { Front, Site } from "./site";
import { ensurePlugins, pluginsOf, words } from "./toolchain/plugins";
import { ensureToolchain, parallel } from "./toolchain/toolchain";
import { waitUntil } from "./wait";

/** Makes what the hub consists of and the single-user wheels, and links them to where the site's stack looks for them. */
export async function ensureImage(site: Site): Promise<void> {
  const image = (await import("../runtime/image/build")) as typeof import("../runtime/image/build");
  const links: Record<string, string> = { wheels: (await image.ensureWheelhouse()).dir };
  if (site.hub === "onHost") {
    const { wheels, proxy } = await image.ensureOnHost();
    Object.assign(links, { "hub-wheels": wheels, "proxy.mjs": proxy });
  } else {
    links["image.tar"] = (await image.ensureImage((line) => say(`  ${line}`))).archive;
  }
  await mkdir(runDir(site.name), { recursive: true, mode: 0o700 });
  for (const [name, target] of Object.entries(links)) {
    await rm(runDir(site.name, name), { force: true });
    await symlink(target, runDir(site.name, name));
  }
}

/** Bundles the Pulumi program and its plugins. */
export async function bundleProgram(): Promise<void> {
  await execa("npx", ["tsx", "scripts/build.ts"], { cwd: checkout, timeout: 120_000 });
}

/** The environment Pulumi runs in: the site's own state, in a file, with a passphrase that keeps nothing secret. */
export async function pulumiEnvironment(site: Site): Promise<{ [name: string]: string }> {
  const state = runDir(site.name, "state");
  await mkdir(state, { recursive: true });
  const { path } = await ensureToolchain();
  return {
    PATH: `${path}:${process.env.PATH}`,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "box",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_PARALLEL: parallel,
    PULUMI_HOME: runDir(site.name, "pulumi-home"),
    PULUMI_STACK: stackOf(site),
    NO_COLOR: "1",
  };
}

/** The name of the site's stack. */
export function stackOf(site: Site): string {
  return `box-${site.name}`;
}

/** Runs the pulumi CLI in the admin namespace with the site's stack selected. */
function pulumi(site: Site, args: string[], env: { [name: string]: string }, timeoutSeconds: number) {
  return execa("ip", ["netns", "exec", namespaceOf(site.name, site.admin), "pulumi", ...args], {
    cwd: checkout,
    env,
    stdin: "ignore",
    all: true,
    reject: false,
    timeout: timeoutSeconds * 1000,
    maxBuffer: 64 * 1024 * 1024,
  });
}

/**
 * Runs `pulumi ARGS` in the admin namespace, on the site's stack and state. A command that fails is a result.
 * @param timeoutSeconds default 600
 */
export async function runPulumi(
  site: Site,
  args: string[],
  options: { timeoutSeconds?: number; env?: { [name: string]: string } } = {},
): Promise<Result> {
  const env = { ...(await pulumiEnvironment(site)), ...options.env };
  const timeoutSeconds = options.timeoutSeconds ?? 600;
  await selectStack(site, env);
  const result = await pulumi(site, args, env, timeoutSeconds);
  if (result.timedOut)
    throw new BoxError(`pulumi ${args.join(" ")} took more than ${timeoutSeconds} s:\n${result.all.slice(-2000)}`);
  return { stdout: result.stdout, stderr: result.stderr, exitCode: result.exitCode ?? 255 };
}

async function selectStack(site: Site, env: { [name: string]: string }): Promise<void> {
  const selected = await pulumi(site, ["stack", "select", "--create", stackOf(site)], env, 60);
  if (selected.exitCode !== 0) throw new BoxError(`pulumi stack select ${stackOf(site)} failed:\n${selected.all}`);
}

/** `pulumi up`, with its own lines passed on as they come; returns its summary. */
export async function deploy(site: Site): Promise<string> {
  const env = await pulumiEnvironment(site);
  const { path } = await ensureToolchain();
  const plugins = await ensurePlugins(await pluginsOf(), { path, home: env.PULUMI_HOME });
  for (const served of plugins) say(`  ${words(served)}`);
  await selectStack(site, env);
  const up = pulumi(site, ["up", "--yes", "--skip-preview", "--non-interactive", "--color=never"], env, 1200);
  const lines: string[] = [];
  for await (const line of up.iterable({ from: "all" })) {
    lines.push(line);
    if (/ (created|updated|replaced|deleted) /.test(line)) say(`  ${line.trim()}`);
  }
  const { exitCode } = await up;
  if (exitCode !== 0) throw new BoxError(`pulumi up failed:\n${lines.slice(-40).join("\n")}`);
  const summary = lines.slice(lines.findIndex((line) => line.startsWith("Resources:")) + 1);
  return summary
    .map((line) => line.trim())
    .filter((line) => /\d+ /.test(line))
    .join(", ");
}

/** Waits until the site's log-in page answers on this machine's loopback. */
export async function waitForFront(site: Site, front: Front): Promise<void> {
  const probe = async () => {
    const args = [
      "-sf",
      "-o",
      "/dev/null",
      "-m",
      "5",
      "--cacert",
      runDir(site.name, "ca.pem"),
      `${front.url}/hub/login`,
    ];
    return (await execa("curl", args, { reject: false })).exitCode === 0;
  };
  await waitUntil(`${front.url}/hub/login (npm run box -- logs hub)`, probe, 120);
}
