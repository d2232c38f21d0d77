import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProviderArgs } from "@pulumi/docker";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { Box } from "../../box/api";
import { bundleProgram } from "../../box/deploy";
import { ensurePlugins, type Served, type StandIn } from "../../box/toolchain/plugins";
import { ensureToolchain } from "../../box/toolchain/toolchain";
import { type Outcome, Project } from "../host/trial/project";

/** A resource of one of the npm packages. */
export interface Wanted {
  kind: "command" | "image" | "network";
  name: string;
  args: Record<string, unknown>;
  /** Arguments that the program gives as secrets. */
  secrets?: string[];
  /** Those that come first: one that fails keeps others from being begun. */
  after?: string[];
  options?: Pick<CustomResourceOptions, "additionalSecretOutputs" | "deleteBeforeReplace">;
}

/** What a trial's program makes. */
export interface Specification {
  /** The container engine, if there are resources of one. */
  engine?: { [name in keyof ProviderArgs]: ProviderArgs[name] };
  resources: Wanted[];
}

/** What the state says of a resource. */
export interface Kept {
  id: string;
  outputs: Record<string, unknown>;
}

/** A program of the npm packages, run by the real CLI with whichever plugin the bootstrap found for it. */
export class StandInTrial {
  private constructor(
    private readonly project: Project,
    /** Which plugin serves. */
    readonly served: Served,
  ) {}

  static async make(box: Box, plugin: StandIn): Promise<StandInTrial> {
    await bundleProgram();
    const project = await Project.make(box, "stand-in", "plugins/stand-in/program.ts", []);
    const home = join(project.directory, "home");
    const { path } = await ensureToolchain();
    const [served] = await ensurePlugins([plugin], { path, home });
    if (served === undefined) throw new Error(`no plugin ${plugin}`);
    project.env.PULUMI_HOME = home;
    project.env.TRIAL_SPECIFICATION = join(project.directory, "specification.json");
    return new StandInTrial(project, served);
  }

  async up(specification: Specification): Promise<Outcome> {
    await writeFile(this.project.env.TRIAL_SPECIFICATION ?? "", JSON.stringify(specification));
    return this.project.run(["up", "--yes", "--skip-preview"]);
  }

  /** What the next `up` would change, by resource. */
  async preview(...options: string[]): Promise<Record<string, string>> {
    const { exitCode, output } = await this.project.run(["preview", "--json", ...options]);
    if (exitCode !== 0) throw new Error(`the preview failed: ${output.slice(-3000)}`);
    const { steps } = JSON.parse(output) as { steps: { op: string; urn: string }[] };
    const named = steps.filter(({ urn }) => !/pulumi:(providers|pulumi)/.test(urn));
    return Object.fromEntries(named.map(({ op, urn }) => [urn.split("::").at(-1), op]));
  }

  destroy(): Promise<Outcome> {
    return this.project.run(["destroy", "--yes", "--skip-preview"]);
  }

  /** The state as it lies on the disk. */
  state(): Promise<string> {
    return readFile(join(this.project.directory, "state/.pulumi/stacks/stand-in/stand-in.json"), "utf8");
  }

  /** The resources in the state, by name. */
  async kept(): Promise<Record<string, Kept>> {
    const { checkpoint } = JSON.parse(await this.state());
    const resources = (checkpoint.latest.resources ?? []) as (Kept & { urn: string })[];
    return Object.fromEntries(resources.map(({ urn, id, outputs }) => [urn.split("::").at(-1), { id, outputs }]));
  }

  /** Destroys what is there and forgets the stack. */
  async remove(): Promise<void> {
    await this.destroy();
    await this.project.remove();
  }
}
