import { z } from "zod";
import type { Host } from "../../plugins/host/connection/host";
import { Failure } from "../../plugins/rpc/failure";
import { stateTool } from "../deployed/state-tool";

/** What `jupyterhub-state report` prints (runtime/jupyterhub_hpc/state/report.py). */
const schema = z.object({
  database: z.object({
    kind: z.string(),
    where: z.string(),
    /** Fixed word for what is wrong, such as "database-damaged". */
    code: z.string().nullable(),
    problem: z.string().nullable(),
    schema: z.string().optional(),
  }),
  routes: z.object({
    problem: z.string().nullable(),
    there: z.array(z.string()),
    expected: z.array(z.object({ route: z.string(), started: z.string() })),
  }),
  /** PEM of the certificate the proxy shows; empty when it does not answer. */
  served: z.string(),
  loginNodes: z.array(
    z.object({
      name: z.string(),
      problem: z.string().nullable(),
      exit: z.number().nullable(),
      seconds: z.number(),
      /** Servers' jobs in what the hub's question was answered; an older hub does not say. */
      jobs: z.number().optional(),
      /** Why that may be none though there are some; asked where it is none. */
      hidden: z.string().nullish(),
    }),
  ),
  /** Version of jupyterhub in the image; an older image does not say. */
  jupyterhub: z.string().optional(),
  backups: z.array(z.object({ name: z.string(), size: z.number(), modified: z.number() })),
});

export type Report = z.output<typeof schema>;

/** Asks the hub host for it. */
export async function askReport(hub: Host): Promise<Report> {
  return readReport(await stateTool(hub, "ask the hub's software how things are", ["report"]));
}

/** Reads its last line: a library may have said something before. */
export function readReport(text: string): Report {
  const line = text.trim().split("\n").at(-1) ?? "";
  try {
    return schema.parse(JSON.parse(line));
  } catch (error) {
    throw new Failure(`the report of the hub's software is not understood (${(error as Error).message.slice(0, 200)})`);
  }
}
