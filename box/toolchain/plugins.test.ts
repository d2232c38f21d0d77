import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { checkout } from "../paths";
import { ensurePlugins, pluginsOf, words } from "./plugins";

let scratch: string;
let version: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "plugins-"));
  version = JSON.parse(await readFile(join(checkout, "package.json"), "utf8")).dependencies["@pulumi/command"];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(scratch, { recursive: true, force: true });
});

const home = () => join(scratch, "home");
const directory = () => join(home(), "plugins", `resource-command-v${version}`);

/** A pulumi CLI of which `plugin install` does this; each call is noted. */
async function pulumi(script: string): Promise<{ path: string; home: string }> {
  const path = join(scratch, "bin");
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "pulumi"), `#!/bin/sh\necho "$*" >> ${scratch}/calls\n${script}\n`);
  await chmod(join(path, "pulumi"), 0o755);
  return { path, home: home() };
}
const calls = async () => (await readFile(join(scratch, "calls"), "utf8").catch(() => "")).split("\n").filter(Boolean);

const NO_NETWORK = 'echo "warning: Error downloading plugin: no such host" >&2; exec sleep 60';
const DOWNLOADS = `d=$PULUMI_HOME/plugins/resource-$4-v$5; rm -rf $d; mkdir -p $d; touch $d/pulumi-resource-$4`;

test("without a network the stand-in takes the plugin's place, at once, and says so; later runs ask no more", async () => {
  const options = await pulumi(NO_NETWORK);
  const [served] = await ensurePlugins(["command"], options);
  expect(served).toEqual({ name: "command", version, by: "stand-in", because: "no such host" });
  expect(words(served as never)).toMatch(/a stand-in, as the genuine one is neither installed .* \(no such host\)/);
  expect(await calls()).toEqual([`plugin install resource command ${version} --reinstall`]);
  expect((await readdir(directory())).sort()).toEqual(["STAND-IN", "pulumi-resource-command"]);
  expect((await ensurePlugins(["command"], options))[0]?.by).toBe("stand-in");
  expect(await calls()).toHaveLength(1);
  expect((await readdir(home())).sort()).toEqual(["plugins"]);
});

test("a stand-in that is not built says what to do", async () => {
  await ensurePlugins(["command"], await pulumi("exit 1"));
  const program = join(directory(), "pulumi-resource-command");
  const elsewhere = (await readFile(program, "utf8")).replaceAll(`${checkout}/dist/`, `${scratch}/dist/`);
  await writeFile(program, elsewhere);
  expect(() => execFileSync(program, { stdio: "pipe" })).toThrow(/not built. Next: npm run build/);
});

test("what can be downloaded is used, and takes the place of a stand-in when it is tried again", async () => {
  await ensurePlugins(["command"], await pulumi("echo error: out of order >&2; exit 1"));
  const options = await pulumi(DOWNLOADS);
  expect(await ensurePlugins(["command"], { ...options, retry: true })).toMatchObject([{ by: "genuine" }]);
  expect(await readdir(directory())).toEqual(["pulumi-resource-command"]);
  expect(await ensurePlugins(["command"], { ...options, retry: true })).toMatchObject([
    { by: "genuine", because: expect.stringContaining("installed in") },
  ]);
  expect(await calls()).toHaveLength(2);
});

test("a download that hangs is given up", async () => {
  const options = { ...(await pulumi("exec sleep 60")), timeoutSeconds: 0.3 };
  expect(await ensurePlugins(["command"], options)).toMatchObject([
    { by: "stand-in", because: "no download within 0.3 s" },
  ]);
});

test("a genuine plugin on PATH is used, and nothing is asked or written", async () => {
  const options = await pulumi(NO_NETWORK);
  await writeFile(join(options.path, "pulumi-resource-command"), "");
  vi.stubEnv("PATH", `${options.path}:${process.env.PATH}`);
  expect(await ensurePlugins(["command"], options)).toMatchObject([{ by: "genuine" }]);
  expect(await calls()).toEqual([]);
  await expect(readdir(home())).rejects.toThrow();
});

test("only plugins that the program imports are asked for", async () => {
  const bundle = join(scratch, "index.js");
  await writeFile(bundle, 'import * as a from "@pulumi/pulumi";\nimport { remote } from "@pulumi/command";\n');
  expect(await pluginsOf(bundle)).toEqual(["command"]);
  await writeFile(bundle, 'import * as d from "@pulumi/docker";\nimport "@pulumi/commander";\n');
  expect(await pluginsOf(bundle)).toEqual(["docker"]);
});
