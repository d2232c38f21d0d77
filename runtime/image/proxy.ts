/** The proxy as one file, for a host that runs it without a container and has no package registry. */
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { execa } from "execa";
import { cacheDirectory, contentKey, runtimeDirectory } from "./cache";

/** What the image starts too: what is loaded before the proxy, and then the proxy. */
const ENTRY = ["./servers.js", "./renew.js", "configurable-http-proxy/bin/configurable-http-proxy"]
  .map((module) => `import "${module}";\n`)
  .join("");

const REQUIRE = "createRequire(import.meta.url)";

/** The proxy makes its own `require`, whose files esbuild would not see; the one of the bundle's first line does the same. */
const seeRequires: Plugin = {
  name: "see-requires",
  setup(bundle) {
    bundle.onLoad(
      { filter: /configurable-http-proxy\/(lib\/configproxy\.js|bin\/configurable-http-proxy)$/ },
      (file) => ({
        loader: "js",
        contents: readFileSync(file.path, "utf8").replace(`const require = ${REQUIRE};`, ""),
      }),
    );
  },
};

/**
 * The locked configurable-http-proxy with what is loaded into it, bundled when either changed, else taken from the cache.
 *
 * @returns path of the file
 * @throws Error with npm's or esbuild's own words
 */
export async function ensureProxyProgram(): Promise<string> {
  const directory = join(cacheDirectory, "proxy", contentKey(["proxy", "image/proxy.ts"]));
  const program = join(directory, "proxy.mjs");
  if (existsSync(program)) return program;
  const source = join(directory, "source");
  await rm(source, { recursive: true, force: true });
  await mkdir(source, { recursive: true });
  await cp(join(runtimeDirectory, "proxy"), source, { recursive: true, filter: (path) => !/node_modules/.test(path) });
  await execa("npm", ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: source,
    timeout: 300_000,
  });
  await build({
    stdin: { contents: ENTRY, resolveDir: source },
    outfile: `${program}.new`,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
    legalComments: "eof",
    loader: { "": "js" },
    banner: { js: `import { createRequire } from "node:module"; const require = ${REQUIRE};` },
    plugins: [seeRequires],
  });
  await rename(`${program}.new`, program);
  await rm(source, { recursive: true, force: true });
  return program;
}
