/** What every scheduler's section of a stack's configuration has: keys of a server's job that do not depend on who runs it. */
import { z } from "zod";
import { absolutePath, hostAddress, label, localPath } from "../config/values";

/** Where a job's log lies below the user's home. */
export const LOG_DIRECTORY = ".jupyterhub/logs";
/** How many job logs each user keeps. */
export const KEPT_LOGS = 20;

const RUNTIME = /^(\d+-)?\d{1,2}:\d{2}:\d{2}$/;

/** A run time. */
export const runtime = () => z.string().regex(RUNTIME, { error: "must be a run time such as 4:00:00 or 2-00:00:00" });

/** Seconds of a run time, [days-]hours:minutes:seconds. */
export function runtimeSeconds(time: string): number {
  const [days, clock] = time.includes("-") ? time.split("-") : ["0", time];
  const [hours = 0, minutes = 0, seconds = 0] = (clock ?? "").split(":").map(Number);
  return ((Number(days) * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/** Seconds of the longest of several run times. */
export const longestRun = (offers: readonly { maxRuntime: string }[]): number =>
  Math.max(0, ...offers.map((offer) => runtimeSeconds(offer.maxRuntime)));

/** How a hub's jobs are called, and their nodes. */
export const jobNaming = {
  jobName: label()
    .default("jupyterhub")
    .describe(
      "Name of every server's job. The hub finds its jobs by it, so it must differ between hubs on one cluster.",
    ),
  nodeDomain: hostAddress()
    .optional()
    .describe("Domain put after node names to reach them from the hub. Default: the bare names resolve there."),
};

/** What the job finds on its node, and how long things take. */
export const serverJob = {
  searchPath: z
    .string()
    .regex(/^\/[A-Za-z0-9._/-]*(:\/[A-Za-z0-9._/-]*)*$/, { error: "must be absolute directories joined by :" })
    .default("/usr/local/bin:/usr/bin:/bin")
    .describe("PATH of a job before modules and environment are put in front."),
  moduleInit: z
    .array(absolutePath())
    .default(["/usr/share/lmod/lmod/init/bash", "/usr/share/modules/init/bash", "/etc/profile.d/modules.sh"])
    .describe("Files that define the `module` command; the first readable one is sourced."),
  submitTemplate: localPath()
    .optional()
    .describe(
      "A job script template of the site's own on the machine that runs Pulumi, checked by each preview: docs/submit-template.md. Default: the project's, `templates/submit`.",
    ),
  modulePath: z.array(absolutePath()).default([]).describe("Directories put in front of MODULEPATH in the job."),
  queryInterval: z
    .int()
    .min(2)
    .max(600)
    .default(15)
    .describe("Seconds between two looks at the queue; one look serves all servers."),
  startTimeout: z
    .int()
    .min(30)
    .max(86400)
    .default(600)
    .describe("Seconds a server may take to start, waiting in the queue included, before its job is cancelled."),
};
