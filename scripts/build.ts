/** Bundles the Pulumi program and its provider plugins into dist/. */
import { build } from "esbuild";
import { pluginBundling, programBundling } from "./bundling";

const plugins = {
  "plugin-host": "plugins/host/main.ts",
  "plugin-command": "plugins/command/main.ts",
  "plugin-docker": "plugins/docker/main.ts",
};

await Promise.all([
  build({ ...programBundling, sourcemap: true, entryPoints: { index: "index.ts" }, outdir: "dist" }),
  build({ ...pluginBundling, entryPoints: plugins, outdir: "dist" }),
]);
