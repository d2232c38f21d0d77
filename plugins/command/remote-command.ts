import { z } from "zod";
import type { Declaration } from "../rpc/declaration";
import { connectionArgs } from "./connection";

/** `command:remote:Command`: a command on a remote host, with what undoes it. Arguments as @pulumi/command declares them; see docs/stand-ins.md. */
export const remoteCommand = {
  token: "command:remote:Command",
  args: {
    addPreviousOutputInEnv: z.boolean().optional(),
    connection: z.strictObject(connectionArgs),
    create: z.string().optional(),
    delete: z.string().optional(),
    environment: z.record(z.string(), z.string()).optional(),
    logging: z.enum(["stdout", "stderr", "stdoutAndStderr", "none"]).optional(),
    stdin: z.string().optional(),
    triggers: z.array(z.unknown()).optional(),
    update: z.string().optional(),
  },
  outputs: ["stderr", "stdout"],
  secrets: ["connection"],
  replaceOn: ["triggers"],
} as const satisfies Declaration;

const schema = z.object(remoteCommand.args);

/** Checked arguments. */
export type RemoteCommandArgs = z.infer<typeof schema>;
/** What the last command said. */
export interface Output {
  stdout: string;
  stderr: string;
}
/** Arguments and output, as they are in the state. */
export type RemoteCommandState = RemoteCommandArgs & Output;

/** Reads arguments that were checked before. */
export function parseArgs(values: Record<string, unknown>): RemoteCommandArgs {
  return schema.parse(values);
}
