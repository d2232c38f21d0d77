import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { execa } from "execa";
import type { Box } from "../../../box/api";
import { pulumiEnvironment } from "../../../box/deploy";
import { checkout } from "../../../box/paths";
import { pluginBundling, programBundling } from "../../../scripts/bundling";

/** A provider plugin of this checkout. */
export interface Plugin {
  /** Name of the provider: "host". */
  name: string;
  /** Folder with its `pulumi-resource-NAME`. */
  path: string;
  /** What is bundled for it. */
  main: string;
  /** The bundle's name, below dist/. */
  bundle: string;
}

/** The plugin that this project is about. */
export const hostPlugin: Plugin = {
  name: "host",
  path: "plugins/host",
  main: "plugins/host/main.ts",
  bundle: "plugin-host.js",
};

export interface Outcome {
  exitCode: number;
  output: string;
}

/** A Pulumi project with a state of its own, run by the real CLI in a box's admin namespace. */
export class Project {
  private constructor(
    private readonly prefix: readonly string[],
    /** Where it lies; its state is below `state`. */
    readonly directory: string,
    readonly env: Record<string, string>,
  ) {}

  /**
   * Bundles a program and its plugins, and makes the stack.
   * @param name of project and stack
   * @param program path in the checkout
   */
  static async make(box: Box, name: string, program: string, plugins: readonly Plugin[]): Promise<Project> {
    const directory = await mkdtemp(join(tmpdir(), `host-${name}-`));
    await mkdir(join(directory, "state"));
    await build({
      ...programBundling,
      entryPoints: [join(checkout, program)],
      outfile: join(directory, "dist/index.js"),
    });
    for (const { main, bundle } of plugins)
      await build({ ...pluginBundling, entryPoints: [join(checkout, main)], outfile: join(checkout, "dist", bundle) });
    await symlink(join(checkout, "node_modules"), join(directory, "node_modules"));
    await writeFile(join(directory, "package.json"), '{"type":"module"}');
    const settings = {
      name,
      runtime: { name: "nodejs", options: { typescript: false } },
      main: "dist/index.js",
      plugins: { providers: plugins.map((plugin) => ({ name: plugin.name, path: join(checkout, plugin.path) })) },
    };
    await writeFile(join(directory, "Pulumi.yaml"), JSON.stringify(settings));
    const env = {
      ...(await pulumiEnvironment(box.site)),
      PULUMI_BACKEND_URL: `file://${directory}/state`,
      PULUMI_STACK: name,
    };
    const project = new Project(box.netns(box.site.admin).prefix, directory, env);
    const made = await project.run(["stack", "init", name]);
    if (made.exitCode !== 0) throw new Error(`pulumi stack init ${name} failed: ${made.output}`);
    return project;
  }

  /** Runs `pulumi ARGS`. A command that fails is an outcome; with --json its output is stdout alone. */
  async run(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
    const [enter, ...rest] = this.commandLine(args);
    const result = await execa(enter, rest, {
      cwd: this.directory,
      env: { ...this.env, ...env },
      stdin: "ignore",
      reject: false,
      timeout: 240_000,
      maxBuffer: 64 * 1024 * 1024,
    });
    const stderr = args.includes("--json") ? "" : `\n${result.stderr}`;
    return { exitCode: result.exitCode ?? 255, output: `${result.stdout}${stderr}` };
  }

  /** The command that runs `pulumi ARGS`, for who starts it himself in `directory` with `env`. */
  commandLine(args: readonly string[]): [string, ...string[]] {
    return [...this.prefix, "pulumi", ...args] as [string, ...string[]];
  }

  /** Forgets the stack; destroy it first. */
  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }
}
