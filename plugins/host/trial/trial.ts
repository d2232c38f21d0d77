import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { execa } from "execa";
import type { Box } from "../../../box/api";
import { pulumiEnvironment } from "../../../box/deploy";
import { checkout } from "../../../box/paths";

/** What a trial's program makes. */
export interface Specification {
  provider: {
    address: string;
    user: string;
    hostKeys: string[];
    privateKeyFile: string;
    rollbackAfter?: number;
    connectTimeout?: number;
    port?: number;
  };
  resources: { type: string; name: string; args: Record<string, unknown>; secrets?: string[]; after?: string[] }[];
  /** Also ask for the host's facts. */
  facts?: boolean;
}

/** One step of a preview that changes something. */
export interface Step {
  op: string;
  name: string;
  /** Paths of the properties that differ. */
  properties: string[];
}

interface PreviewJson {
  steps: { op: string; urn: string; detailedDiff?: Record<string, unknown> | null }[];
}

export interface Outcome {
  exitCode: number;
  output: string;
}

/** A stack of its own, run by the real CLI in the box's admin namespace against one of its hosts. */
export class Trial {
  private constructor(
    private readonly box: Box,
    private readonly directory: string,
    readonly provider: Specification["provider"],
    private readonly env: Record<string, string>,
  ) {}

  /** @param address of a host on which the account `admin` may use sudo. */
  static async start(box: Box, address: string): Promise<Trial> {
    const directory = await mkdtemp(join(tmpdir(), "host-trial-"));
    const known = await readFile(join(checkout, `.box/${box.site.name}/known_hosts`), "utf8");
    const line = known.split("\n").find((candidate) => candidate.split(" ")[0]?.split(",").includes(address)) ?? "";
    await mkdir(join(directory, "state"));
    const options = {
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      packages: "external",
      logLevel: "warning",
    } as const;
    await build({
      ...options,
      entryPoints: [join(checkout, "plugins/host/trial/program.ts")],
      outfile: join(directory, "dist/index.js"),
    });
    await build({
      ...options,
      entryPoints: [join(checkout, "plugins/host/main.ts")],
      outfile: join(checkout, "dist/plugin-host.js"),
    });
    await execa("ln", ["-s", join(checkout, "node_modules"), join(directory, "node_modules")]);
    await writeFile(join(directory, "package.json"), '{"type":"module"}');
    const project = {
      name: "trial",
      runtime: { name: "nodejs", options: { typescript: false } },
      main: "dist/index.js",
    };
    const plugins = { providers: [{ name: "host", path: join(checkout, "plugins/host") }] };
    await writeFile(join(directory, "Pulumi.yaml"), JSON.stringify({ ...project, plugins }));
    const env = {
      ...(await pulumiEnvironment(box.site)),
      PULUMI_BACKEND_URL: `file://${directory}/state`,
      PULUMI_STACK: "trial",
      TRIAL_SPECIFICATION: join(directory, "specification.json"),
      JUPYTERHUB_HPC_TRAFFIC: join(directory, "traffic"),
    };
    const provider = {
      address,
      user: "admin",
      hostKeys: [line.split(" ").slice(1).join(" ")],
      privateKeyFile: join(checkout, `.box/${box.site.name}/admin_ed25519`),
      rollbackAfter: 20,
      connectTimeout: 10,
    };
    const trial = new Trial(box, directory, provider, env);
    await trial.pulumi(["stack", "init", "trial"]);
    return trial;
  }

  async up(specification: Partial<Specification>): Promise<Outcome> {
    await this.write(specification);
    return this.pulumi(["up", "--yes", "--skip-preview", "--parallel=64"]);
  }

  /** Starts an `up` and gives back how to kill it, engine and all, without a chance to clean up. */
  async begin(specification: Partial<Specification>): Promise<() => Promise<void>> {
    await this.write(specification);
    const [enter, ...rest] = this.commandLine(["up", "--yes", "--skip-preview"]);
    const run = execa(enter ?? "", rest, {
      cwd: this.directory,
      env: this.env,
      reject: false,
      detached: true,
      stdio: "ignore",
    });
    return async () => {
      if (run.pid !== undefined) process.kill(-run.pid, "SIGKILL");
      await run;
      await this.pulumi(["cancel", "--yes"]);
    };
  }

  /** The steps that change something, by name. Fails if the preview does. */
  async preview(specification: Partial<Specification>): Promise<Step[]> {
    await this.write(specification);
    const { exitCode, output } = await this.pulumi(["preview", "--json", "--parallel=64"]);
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
    return this.pulumi(["preview", "--diff"]);
  }

  destroy(): Promise<Outcome> {
    return this.pulumi(["destroy", "--yes", "--skip-preview", "--parallel=64"]);
  }

  /** What the state says, as it lies on the disk. */
  state(): Promise<string> {
    return readFile(join(this.directory, "state/.pulumi/stacks/trial/trial.json"), "utf8");
  }

  /** Runs something and tells how many batches of commands went to the host meanwhile. */
  async roundTrips(run: () => Promise<unknown>): Promise<number> {
    const file = join(this.directory, "traffic");
    await rm(file, { force: true });
    await run();
    return (await readFile(file, "utf8")).trim().split("\n").length;
  }

  /** Forgets the stack; destroy it first. */
  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }

  private async write(specification: Partial<Specification>): Promise<void> {
    const whole: Specification = { provider: this.provider, resources: [], ...specification };
    await writeFile(join(this.directory, "specification.json"), JSON.stringify(whole));
  }

  private commandLine(args: string[]): string[] {
    return [...this.box.netns("admin").prefix, "pulumi", ...args];
  }

  private async pulumi(args: string[]): Promise<Outcome> {
    const [enter, ...rest] = this.commandLine(args);
    const result = await execa(enter ?? "", rest, {
      cwd: this.directory,
      env: this.env,
      reject: false,
      timeout: 240_000,
      maxBuffer: 64 * 1024 * 1024,
    });
    return {
      exitCode: result.exitCode ?? 255,
      output: `${result.stdout}${args.includes("--json") ? "" : `\n${result.stderr}`}`,
    };
  }
}
