import { join } from "node:path";
import { build } from "esbuild";
import { execa } from "execa";
import type { Box } from "../../../box/api";
import { checkout } from "../../../box/paths";
import { pluginBundling } from "../../../scripts/bundling";
import type { Specification } from "./trial";

/** What came of making resources without an engine. */
export interface Made {
  /** The error of each resource that could not be made, by name. */
  errors: Record<string, string>;
  warnings: string[];
  /** Seconds it took. */
  seconds: number;
}

/** Makes resources in the box's admin namespace with the plugin's own code, but without an engine and its five seconds. */
export class Directly {
  private constructor(
    private readonly box: Box,
    private readonly provider: Specification["provider"],
  ) {}

  static async start(box: Box, provider: Specification["provider"]): Promise<Directly> {
    const entryPoints = [join(checkout, "plugins/host/trial/direct.ts")];
    await build({ ...pluginBundling, entryPoints, outfile: join(checkout, "dist/host-trial-direct.js") });
    return new Directly(box, provider);
  }

  /** Begins to make resources, one after the other. `kill` ends the process without a chance to clean up. */
  begin(
    resources: Specification["resources"],
    provider: Partial<Specification["provider"]> = {},
  ): { made: Promise<Made>; kill(): Promise<unknown> } {
    const [enter, ...rest] = [...this.box.netns(this.box.site.admin).prefix, "node", "dist/host-trial-direct.js"];
    const input = JSON.stringify({ provider: { ...this.provider, ...provider }, resources });
    const started = performance.now();
    const run = execa(enter ?? "", rest, { cwd: checkout, input, reject: false, timeout: 200_000 });
    const made = run.then(({ stdout, stderr }) => {
      const lines = stdout.split("\n").filter((line) => line !== "");
      const told = lines.map((line) => JSON.parse(line) as { name?: string; error?: string; warning?: string });
      if (stderr !== "") throw new Error(stderr);
      return {
        errors: Object.fromEntries(told.flatMap(({ name, error }) => (name && error ? [[name, error]] : []))),
        warnings: told.flatMap(({ warning }) => warning ?? []),
        seconds: (performance.now() - started) / 1000,
      };
    });
    return {
      made,
      kill: async () => {
        run.kill("SIGKILL");
        await run;
      },
    };
  }

  make(resources: Specification["resources"], provider: Partial<Specification["provider"]> = {}): Promise<Made> {
    return this.begin(resources, provider).made;
  }
}
