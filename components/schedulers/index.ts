/** The schedulers there are. A new one is added here, and nowhere else among the components. */
import { z } from "zod";
import type { HostAccess } from "../config/host";
import { gridengine, gridengineSection } from "./gridengine";
import type { Scheduler } from "./scheduler";
import { slurm, slurmSection } from "./slurm";

/** `scheduler` of a stack's configuration: exactly one of its keys. */
export const schedulerSection = z
  .strictObject({
    slurm: slurmSection.optional().describe("Servers are Slurm jobs."),
    gridengine: gridengineSection.optional().describe("Servers are Grid Engine jobs."),
  })
  .refine((section) => Object.values(section).filter((v) => v !== undefined).length === 1, {
    error: "must have exactly one key, the scheduler's name: slurm or gridengine",
  });

/** The section with each host that Pulumi reaches for it changed; `key` is where the configuration has the host. */
export function withHosts(
  section: z.output<typeof schedulerSection>,
  change: (key: string, host: HostAccess) => HostAccess,
): z.output<typeof schedulerSection> {
  const registration = section.gridengine?.registration;
  if (!section.gridengine || !registration) return section;
  const host = change("scheduler.gridengine.registration.host", registration.host);
  return { ...section, gridengine: { ...section.gridengine, registration: { ...registration, host } } };
}

/** The site's own job script template: its key, and its path on the machine that runs Pulumi. */
export function submitTemplateOf(
  section: z.output<typeof schedulerSection>,
): { key: string; path: string } | undefined {
  for (const [name, scheduler] of Object.entries(section))
    if (scheduler?.submitTemplate !== undefined)
      return { key: `scheduler.${name}.submitTemplate`, path: scheduler.submitTemplate };
  return undefined;
}

/** The scheduler that is configured. */
export function schedulerOf(section: z.output<typeof schedulerSection>): Scheduler {
  if (section.slurm) return slurm(section.slurm);
  if (section.gridengine) return gridengine(section.gridengine);
  throw new Error("scheduler: validated configuration without a scheduler");
}
