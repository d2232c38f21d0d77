/** Every scheduler has one shape; a site names one, and its file is found by that name. */

import type { SeedFile } from "../hosts/overlay";
import { type Host, type SchedulerSpec, type Site, schedulerOf } from "../site";

/** How to boot a real scheduler in a box. */
export interface Scheduler {
  /** Makes what all its hosts share, before any of them boots. */
  prepare(site: Site): Promise<void>;
  /** Files of a host to be in place before it boots. */
  seed(site: Site, host: Host): Promise<SeedFile[]>;
  /** After all hosts have booted: starts what is not started and waits until jobs can run. */
  start(site: Site): Promise<string>;
}

async function load(name: SchedulerSpec["name"]): Promise<Scheduler> {
  return ((await import(`./${name}.ts`)) as { scheduler: Scheduler }).scheduler;
}

/** Files of a host that belong to the site's scheduler. */
export async function seedScheduler(site: Site, host: Host): Promise<SeedFile[]> {
  return site.scheduler === undefined ? [] : (await load(site.scheduler.name)).seed(site, host);
}

/** Starts the site's scheduler; returns its state in words. */
export async function startScheduler(site: Site): Promise<string> {
  return (await load(schedulerOf(site).name)).start(site);
}

/** Makes what the scheduler's hosts share, before any of them boots. */
export async function prepareScheduler(site: Site): Promise<void> {
  if (site.scheduler !== undefined) await (await load(site.scheduler.name)).prepare(site);
}
