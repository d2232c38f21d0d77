import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { Box } from "../../../box/api";
import { runDir } from "../../../box/paths";
import { hostPlugin, type Outcome, Project } from "./project";

/** A way to a host, as the provider's arguments have it. */
export interface Way {
  address: string;
  user: string;
  hostKeys: string[];
  privateKeyFile: string | undefined;
  rollbackAfter?: number;
  connectTimeout?: number;
  port?: number;
  sudoPassword?: string;
  /** Instead of `privateKeyFile`, which is then undefined. */
  privateKey?: string;
  passphrase?: string;
  jump?: Pick<Way, "address" | "port" | "user" | "hostKeys" | "privateKey" | "passphrase"> & {
    privateKeyFile?: string;
  };
}

/** One resource. */
export interface Wanted {
  type: string;
  name: string;
  /** A `content` of `{ asset: PATH }` is a FileAsset. */
  args: Record<string, unknown>;
  secrets?: string[];
  after?: string[];
  /** Another provider than "trial". */
  on?: string;
  options?: {
    protect?: boolean;
    retainOnDelete?: boolean;
    ignoreChanges?: string[];
    import?: string;
    aliases?: { name: string }[];
    /** Name of the resource with which it goes. */
    deletedWith?: string;
  };
}

/** What a trial's program makes. */
export interface Specification {
  provider: Way;
  /** Providers beside "trial", by name. */
  others?: Record<string, Way>;
  resources: Wanted[];
  /** Also ask for the host's facts. */
  facts?: boolean;
}

/** An `up` that is under way. */
export interface Running {
  /** Process id of the engine. */
  pid: number;
  ended: Promise<Outcome>;
  /** Kills it, engine and all, without a chance to clean up, and frees the stack. */
  kill(): Promise<void>;
}

/** One step of a preview that changes something. */
export interface Step {
  op: string;
  name: string;
  /** Paths of the properties that differ. */
  properties: string[];
}

/** A resource in the state. */
export interface Kept {
  urn: string;
  id: string;
  inputs: Record<string, unknown>;
}

interface PreviewJson {
  steps: { op: string; urn: string; detailedDiff?: Record<string, unknown> | null }[];
}

/** How the box's administrator gets into one of its hosts. */
export async function adminOf(box: Box, address: string): Promise<Way & { privateKeyFile: string }> {
  const known = await readFile(runDir(box.site.name, "known_hosts"), "utf8");
  const line = known.split("\n").find((candidate) => candidate.split(" ")[0]?.split(",").includes(address)) ?? "";
  return {
    address,
    user: "admin",
    hostKeys: [line.split(" ").slice(1).join(" ")],
    privateKeyFile: runDir(box.site.name, "admin_ed25519"),
    rollbackAfter: 20,
    connectTimeout: 10,
  };
}

/** A stack of its own, run by the real CLI in the box's admin namespace against one of its hosts. */
export class Trial {
  private constructor(
    private readonly project: Project,
    readonly provider: Way & { privateKeyFile: string },
  ) {}

  /** @param address of a host on which the account `admin` may use sudo. */
  static async start(box: Box, address: string): Promise<Trial> {
    const project = await Project.make(box, "trial", "plugins/host/trial/program.ts", [hostPlugin]);
    project.env.TRIAL_SPECIFICATION = join(project.directory, "specification.json");
    project.env.JUPYTERHUB_HPC_TRAFFIC = join(project.directory, "traffic");
    return new Trial(project, await adminOf(box, address));
  }

  async up(specification: Partial<Specification>, options: readonly string[] = []): Promise<Outcome> {
    await this.write(specification);
    return this.project.run(["up", "--yes", "--skip-preview", ...options]);
  }

  /** Starts an `up`, for who wants to disturb it. */
  async begin(specification: Partial<Specification>): Promise<Running> {
    await this.write(specification);
    const [enter, ...rest] = this.project.commandLine(["up", "--yes", "--skip-preview"]);
    const { directory: cwd, env } = this.project;
    const run = execa(enter, rest, { cwd, env, reject: false, detached: true, stdin: "ignore", all: true });
    const ended = run.then(({ exitCode, all }) => ({ exitCode: exitCode ?? 255, output: all }));
    const pid = run.pid ?? 0;
    const kill = async () => {
      process.kill(-pid, "SIGKILL");
      await ended;
      await this.project.run(["cancel", "--yes"]);
    };
    return { pid, ended, kill };
  }

  /** Where the project and its state lie. */
  get directory(): string {
    return this.project.directory;
  }

  /** Starts an `up` and gives back how to interrupt it, as Ctrl-C does, and what came of it. */
  async interruptible(specification: Partial<Specification>): Promise<() => Promise<Outcome>> {
    await this.write(specification);
    const [enter, ...rest] = this.project.commandLine(["up", "--yes", "--skip-preview"]);
    const { directory: cwd, env } = this.project;
    const run = execa(enter, rest, { cwd, env, reject: false, detached: true, stdin: "ignore", all: true });
    return async () => {
      if (run.pid !== undefined) process.kill(-run.pid, "SIGINT");
      const { exitCode, all } = await run;
      return { exitCode: exitCode ?? 255, output: all };
    };
  }

  /** The steps that change something, by name. Fails if the preview does. */
  async preview(specification: Partial<Specification>, options: readonly string[] = []): Promise<Step[]> {
    await this.write(specification);
    const { exitCode, output } = await this.project.run(["preview", "--json", ...options]);
    if (exitCode !== 0) throw new Error(`the preview failed: ${output.slice(-3000)}`);
    const { steps } = JSON.parse(output) as PreviewJson;
    return steps
      .filter(({ op }) => op !== "same" && op !== "refresh")
      .map(({ op, urn, detailedDiff }) => ({
        op,
        name: urn.split("::").at(-1) ?? "",
        properties: Object.keys(detailedDiff ?? {}).sort(),
      }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  /** A preview as a person sees it, with its exit code. */
  async previewText(specification: Partial<Specification>): Promise<Outcome> {
    await this.write(specification);
    return this.project.run(["preview", "--diff"]);
  }

  /** Runs `pulumi ARGS` with the program of a specification. */
  async run(
    args: readonly string[],
    specification: Partial<Specification>,
    env: Record<string, string> = {},
  ): Promise<Outcome> {
    await this.write(specification);
    return this.project.run(args, env);
  }

  destroy(): Promise<Outcome> {
    return this.project.run(["destroy", "--yes", "--skip-preview"]);
  }

  /** What the state says, as it lies on the disk. */
  state(): Promise<string> {
    return readFile(join(this.project.directory, "state/.pulumi/stacks/trial/trial.json"), "utf8");
  }

  /** What is in the state, by name. */
  async resources(): Promise<Map<string, Kept>> {
    const { checkpoint } = JSON.parse(await this.state()) as { checkpoint: { latest: { resources: Kept[] } } };
    return new Map(checkpoint.latest.resources.map((kept) => [kept.urn.split("::").at(-1) ?? "", kept]));
  }

  /** Runs something and tells how many batches of commands went to the host meanwhile. */
  async roundTrips(run: () => Promise<unknown>): Promise<number> {
    return (await this.batches(run)).length;
  }

  /** Runs something and tells the size of each batch of commands that went to the host meanwhile. */
  async batches(run: () => Promise<unknown>): Promise<number[]> {
    await rm(join(this.project.directory, "traffic"), { force: true });
    await run();
    const lines = (await this.traffic()).trim().split("\n");
    return lines.map((line) => Number(line.split(" ")[2]));
  }

  /** What JUPYTERHUB_HPC_TRAFFIC has recorded. */
  traffic(): Promise<string> {
    return readFile(join(this.project.directory, "traffic"), "utf8");
  }

  /** Forgets the stack; destroy it first. */
  remove(): Promise<void> {
    return this.project.remove();
  }

  private async write(specification: Partial<Specification>): Promise<void> {
    const whole: Specification = { provider: this.provider, resources: [], ...specification };
    await writeFile(join(this.project.directory, "specification.json"), JSON.stringify(whole));
  }
}
