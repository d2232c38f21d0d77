import type { AbuseSite, JobFact } from "./site";

/** Jobs that there are now and were not before. Those that have gone meanwhile do not count: schedulers forget what ended minutes ago. */
export async function newJobs(site: AbuseSite, before: readonly Pick<JobFact, "id">[]): Promise<JobFact[]> {
  const known = before.map(({ id }) => id);
  return (await site.jobs()).filter(({ id }) => !known.includes(id));
}
