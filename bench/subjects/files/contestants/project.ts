import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkout } from "../../../../box/paths";
import { hostPlugin, type Plugin, Project } from "../../../../plugins/host/trial/project";
import { measure } from "../../../measure";
import type { Contestant, Entry, Result } from "../contestant";
import type { Load } from "../load";
import type { Target } from "../target";

/** The resources of the load, as the trial program takes them. */
export function resourcesOf({ files, units }: Load): unknown[] {
  return [
    ...files.map(({ path, content }, i) => ({ type: "File", name: `file-${i}`, args: { path, content } })),
    ...units.map(({ name, content }) => ({ type: "SystemdUnit", name, args: { name, content } })),
  ];
}

/** Gets a Pulumi project ready whose program makes `resources` through a plugin. */
export async function pulumiEntry(target: Target, plugin: Plugin, resources: unknown[]): Promise<Entry> {
  const project = await Project.make(target.box, "bench", "plugins/host/trial/program.ts", [plugin]);
  const traffic = join(project.directory, "traffic");
  const specification = join(project.directory, "specification.json");
  await writeFile(specification, JSON.stringify({ provider: target.admin, resources }));
  const env = { ...project.env, TRIAL_SPECIFICATION: specification, JUPYTERHUB_HPC_TRAFFIC: traffic };
  // As its wrapper calls it: the plugin of another checkout is none of ours.
  const watch = join(checkout, plugin.path).concat("/../../dist/", plugin.bundle);
  const run = async (...args: string[]): Promise<Result> => {
    await rm(traffic, { force: true });
    const argv = project.commandLine([...args, "--non-interactive"]);
    const cost = await measure({ argv, cwd: project.directory, env, watch }, target.cpu);
    const batches = await readFile(traffic, "utf8").catch(() => "");
    return { ...cost, roundTrips: batches.split("\n").length - 1 };
  };
  const up = () => run("up", "--yes", "--skip-preview");
  const preview = () => run("preview", "--expect-no-changes");
  return { steps: { first: up, preview, again: up }, clean: () => project.remove() };
}

export const project: Contestant = {
  name: "this project",
  description: "pulumi up with File and SystemdUnit, as admin by sudo; previews and ups read every byte back",
  applies: true,
  prepare: (target, load) => pulumiEntry(target, hostPlugin, resourcesOf(load)),
};
