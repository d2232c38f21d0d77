/** Bundles the Pulumi program and its provider plugins into dist/, so that neither pays for a TypeScript loader at start. */
import { build } from "esbuild";

await build({
  entryPoints: {
    index: "index.ts",
    "plugin-host": "plugins/host/main.ts",
    "plugin-command": "plugins/command/main.ts",
  },
  outdir: "dist",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  sourcemap: true,
  logLevel: "warning",
});
