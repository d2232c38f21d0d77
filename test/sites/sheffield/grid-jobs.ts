/** What Grid Engine tells of jobs, for the site's tests. */
import type { Box } from "../../../box/api";
import type { JobFact } from "../../abuse/site";

/** A job that waits or runs, as `qstat` shows it. */
export interface GridJob {
  id: string;
  owner: string;
  /** Letters of qstat(1). */
  state: string;
  /** Queue and execution host; empty while it waits. */
  queue: string;
  host: string;
  slots: number;
}

/** What commands of Grid Engine print, asked at once: starting a command on a host takes longer than its answer. */
async function ask(box: Box, ...commands: string[]): Promise<string[]> {
  const script = commands.join(" || exit 1; echo; echo ==NEXT==; ");
  const { stdout, exitCode, stderr } = await box.host("qmaster").run(["sh", "-c", script], { user: "sgeadmin" });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.split("==NEXT==\n");
}

/** All jobs that wait or run. */
export async function gridJobs(box: Box): Promise<GridJob[]> {
  const [printed = ""] = await ask(box, "qstat -u '*' -xml");
  return jobsIn(printed);
}

/**
 * All jobs, the ended ones as well as long as the master remembers them; newest last. Of those it does not know any more what was asked for:
 * `known` keeps that.
 */
export async function jobFacts(box: Box, known: Map<string, JobFact>): Promise<JobFact[]> {
  const [live = "", told = "", ended = ""] = await ask(
    box,
    "qstat -u '*' -xml",
    "{ qstat -j '*' 2>/dev/null || :; }", // there are none
    "qstat -s z -u '*' -xml", // last: a job that ends meanwhile would be in neither list
  );
  const details = detailsIn(told);
  for (const job of jobsIn(live)) if (details.has(job.id)) known.set(job.id, factOf(job, details.get(job.id)));
  const all = new Map([...jobsIn(ended), ...jobsIn(live)].map((job) => [job.id, job]));
  return [...all.values()]
    .sort((a, b) => Number(a.id) - Number(b.id))
    .map((job) => known.get(job.id) ?? factOf(job, details.get(job.id)));
}

function jobsIn(printed: string): GridJob[] {
  return [...printed.matchAll(/<job_list state="\w+">(.*?)<\/job_list>/gs)].map(([, block = ""]) => {
    const field = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(block)?.[1] ?? "";
    const [queue = "", host = ""] = field("queue_name").split("@");
    return {
      ...{ id: field("JB_job_number"), owner: field("JB_owner"), state: field("state") },
      ...{ queue, host, slots: Number(field("slots")) },
    };
  });
}

/** All that `qstat -j` tells of jobs: its labels and what stands behind them, by the jobs' ids. */
function detailsIn(printed: string): Map<string, Map<string, string>> {
  const jobs = printed.split(/^=+$/m).map(
    (block) =>
      new Map(
        block.split("\n").flatMap((line): [string, string][] => {
          const [, label, value] = /^([^:]+):\s+(.*)$/.exec(line) ?? [];
          return label && value !== undefined ? [[label.trim(), value.trim()]] : [];
        }),
      ),
  );
  return new Map(jobs.flatMap((job) => (job.has("job_number") ? [[job.get("job_number") ?? "", job]] : [])));
}

/** A job as the abuse suite compares it. */
function factOf({ id, owner, slots }: GridJob, details: Map<string, string> = new Map()): JobFact {
  const asked = new Map(
    (details.get("hard resource_list") ?? "").split(",").map((one) => one.split("=") as [string, string]),
  );
  return {
    ...{ id, user: owner, partition: details.get("hard_queue_list") ?? "", cores: slots },
    ...{ minutes: Number(asked.get("h_rt") ?? 0) / 60, memoryMb: Number.parseInt(asked.get("rmem") ?? "0", 10) },
    further: {
      project: details.get("project") ?? "",
      account: details.get("account") ?? "",
      environment: details.get("env_list") ?? "",
      resources: [...asked.keys()].filter((name) => !["", "h_rt", "rmem"].includes(name)).join(),
    },
  };
}

/** Ends a user's jobs, or everybody's, and waits until there are none. */
export async function endJobs(box: Box, user = "*"): Promise<void> {
  const gone = async () => {
    const jobs = (await gridJobs(box)).filter(({ owner }) => user === "*" || owner === user);
    // One that was told to end already is only told so again.
    const ids = jobs.filter(({ state }) => !state.includes("d")).map(({ id }) => id);
    // The master's host is none that qdel is taken from.
    if (ids.length > 0) await box.host("hub").run(["qdel", ...ids], { user: "sgeadmin" });
    return jobs.length === 0;
  };
  await box.waitFor(`the jobs of ${user} to end`, gone, 120);
}
