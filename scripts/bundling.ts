/** How the Pulumi program and the provider plugins are bundled, so that neither pays for a TypeScript loader at start. */
import type { BuildOptions } from "esbuild";

const common = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  logLevel: "warning",
} as const satisfies BuildOptions;

/** A program shares the SDK with the language host, so that packages stay where they are. */
export const programBundling = { ...common, packages: "external" } as const satisfies BuildOptions;

/** A plugin has its packages inside, which halves the time it takes to start. Only ssh2 stays outside, with its native ciphers beside it. */
export const pluginBundling = {
  ...common,
  external: ["ssh2"],
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
} as const satisfies BuildOptions;
