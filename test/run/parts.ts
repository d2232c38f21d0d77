/** The parts of a test run: each runs real tools, streams what they say, and counts. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { fromPytest, fromVitest, type Outcome } from "./outcome";
import { runtimePython } from "./python";

export interface Part {
  name: string;
  run(): Promise<Outcome>;
}

const reports = mkdtempSync(join(tmpdir(), "reports-"));

/** Runs a tool whose output people see; true when it succeeded. */
async function tool(command: string, args: string[], env: Record<string, string> = {}): Promise<boolean> {
  const result = await execa(command, args, {
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
    preferLocal: true,
    reject: false,
    env,
  });
  return result.exitCode === 0;
}

/** Several checks that either pass or fail. */
async function checks(list: Record<string, () => Promise<boolean>>): Promise<Outcome> {
  const outcome: Outcome = { passed: 0, failed: 0, skipped: 0, notes: [] };
  for (const [name, check] of Object.entries(list)) {
    if (await check()) outcome.passed += 1;
    else {
      outcome.failed += 1;
      outcome.notes.push(name);
    }
  }
  return outcome;
}

/** Format, lint and types of both languages, and the generated reference. */
export function lint(): Part {
  return {
    name: "Lint and types",
    run: () =>
      checks({
        biome: () => tool("biome", ["check", "--error-on-warnings", "."]),
        tsc: () => tool("tsc", []),
        "docs/configuration.md and docs/host-resources.md are up to date": () =>
          tool("tsx", ["scripts/reference.ts", "--check"]),
        ruff: async () => tool(await runtimePython(), ["-m", "ruff", "check", "runtime", "bench"]),
        "ruff format": async () => tool(await runtimePython(), ["-m", "ruff", "format", "--check", "runtime", "bench"]),
        mypy: async () =>
          tool(await runtimePython(), [
            "-m",
            "mypy",
            "--config-file",
            "runtime/pyproject.toml",
            "runtime/jupyterhub_hpc",
            "runtime/gate",
            "runtime/environments",
          ]),
      }),
  };
}

async function vitest(project: string, report: string, env: Record<string, string> = {}): Promise<Outcome> {
  const file = join(reports, report);
  await tool(
    "vitest",
    ["run", "--project", project, "--reporter=verbose", "--reporter=json", `--outputFile.json=${file}`],
    env,
  );
  return fromVitest(readFileSync(file, "utf8"));
}

/** Tests of TypeScript that need no host. */
export function unitTests(): Part {
  return { name: "Unit tests (TypeScript)", run: () => vitest("unit", "unit.json") };
}

/** Tests of the hub's Python package. */
export function runtimeTests(): Part {
  return {
    name: "Unit tests (hub runtime)",
    run: async () => {
      const file = join(reports, "pytest.xml");
      await tool(await runtimePython(), ["-m", "pytest", "-q", "runtime/tests", `--junitxml=${file}`]);
      return fromPytest(readFileSync(file, "utf8"));
    },
  };
}

/**
 * A site's tests on its real cluster, which is built and deployed first.
 * @param leave whether its hosts stay up; all sites together need more inotify instances than a kernel gives by default
 */
export function box(site: string, leave: boolean): Part {
  return {
    name: `Site ${site}, in the box`,
    run: async () => {
      const up = await tool("tsx", ["box/cli.ts", "--site", site]);
      if (!up) return { passed: 0, failed: 1, skipped: 0, notes: [`npm run box -- --site ${site} failed`] };
      const outcome = await vitest("box", `${site}.json`, { BOX_SITE: site });
      if (!leave) await tool("tsx", ["box/cli.ts", "down", "--site", site]);
      return outcome;
    },
  };
}
