/** The program that keeps the environments of a host (runtime/environments), over SSH. */
import { z } from "zod";
import type { ResolvedConfig } from "../../components/config/files";
import { accountOn, type KeptEnvironment, keeperProgram, keptEnvironments } from "../../components/environments/kept";
import type { Host } from "../../plugins/host/connection/host";
import { Failure } from "../../plugins/rpc/failure";

/** What its command `status` prints. */
const schema = z.object({
  hubVersion: z.string(),
  environments: z.array(
    z.object({
      name: z.string(),
      path: z.string(),
      /** The current version; empty: there is none. */
      version: z.string(),
      /** Version of jupyterhub that is installed in it. */
      jupyterhub: z.string(),
      /** How many there are. */
      versions: z.number(),
      /** The lock file that is followed; empty: none. */
      lock: z.string(),
      /** Whether somebody went back, and no other lock came since. */
      goneBack: z.boolean(),
      failure: z.object({ words: z.string(), at: z.number() }).nullable(),
    }),
  ),
});

export type EnvironmentStatus = z.output<typeof schema>["environments"][number];

/** A host on which there are environments. */
export interface KeptOn {
  /** The login node's name, or the hub's. */
  name: string;
  environments: readonly KeptEnvironment[];
  /** The program. */
  program: string;
}

/** The hosts that have environments of ours. */
export const hostsWithEnvironments = (config: ResolvedConfig): KeptOn[] =>
  [...keptEnvironments(config)].map(([name, environments]) => ({
    name,
    environments,
    program: keeperProgram(accountOn(name, config)),
  }));

const RUN = {
  name: "environment_keeper",
  body: `
[ -x "$1" ] || die "$1 is not there. Next: pulumi up"
"$@"`,
};

/** Runs one command of it and gives what it printed. `doing`: what it is for, in the error. */
export const keeper = async (host: Host, doing: string, argv: readonly string[]): Promise<string> =>
  (await host.must(doing, { script: RUN, args: argv, timeoutSeconds: 120, slow: true })).trim();

/** How the environments of a host are. */
export async function environmentStatus(host: Host, program: string): Promise<EnvironmentStatus[]> {
  const text = await keeper(host, "ask how its environments are", [program, "status"]);
  try {
    return schema.parse(JSON.parse(text)).environments;
  } catch (error) {
    throw new Failure(`the status of the environments is not understood (${(error as Error).message.slice(0, 200)})`);
  }
}
