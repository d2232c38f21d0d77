import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { Failure } from "../plugins/rpc/failure";
import { stackArguments } from "./deployed/arguments";
import { hostOf } from "./deployed/host";
import { readDeployed } from "./deployed/stack";
import { fetchBackup, stateTool } from "./deployed/state-tool";

export const usage = `  backup --stack NAME             back up the hub's state now, on the hub host; the hub goes on meanwhile
    --to FILE                     and copy the backup to FILE on this machine: it holds what logs people in
`;

export async function run(args: string[]): Promise<number> {
  const { stack, words, options } = stackArguments(args, usage, ["to"]);
  if (words.length > 0) throw new Failure(usage);
  const config = await readDeployed(stack);
  const hub = hostOf("hub", config.hub.host);
  try {
    const path = await stateTool(hub, "back up the hub's state", ["backup", "requested"]);
    process.stdout.write(`${path} on the hub host\n`);
    if (options.to !== undefined) {
      await writeFile(options.to, await fetchBackup(hub, basename(path)), { mode: 0o600, flag: "wx" }).catch(
        (error: Error) => {
          throw new Failure(`The backup is made, but not copied: ${error.message}`);
        },
      );
      process.stdout.write(`${options.to} on this machine\n`);
    }
    return 0;
  } finally {
    hub.close();
  }
}
