import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { Failure } from "../plugins/rpc/failure";
import { stackArguments } from "./deployed/arguments";
import { hostOf } from "./deployed/host";
import { readDeployed } from "./deployed/stack";
import { BACKUP_NAME, putBackup, stateTool } from "./deployed/state-tool";

export const usage = `  restore --stack NAME            the backups on the hub host
  restore --stack NAME BACKUP     put one of them ("latest" is the newest) in the place of the hub's state
    --from FILE                   the one in FILE on this machine: for moving to another host
    The backup is checked before the hub is stopped, what it replaces is kept, and servers go on.
`;

export async function run(args: string[]): Promise<number> {
  const { stack, words, options } = stackArguments(args, usage, ["from"]);
  const [named] = words;
  if (words.length > 1 || (named !== undefined && options.from !== undefined)) throw new Failure(usage);
  if (named !== undefined && named !== "latest" && !BACKUP_NAME.test(named))
    throw new Failure(`${JSON.stringify(named)} is no name of a backup. They are listed by: restore --stack ${stack}`);
  const config = await readDeployed(stack);
  const hub = hostOf("hub", config.hub.host);
  try {
    let name = named;
    if (options.from !== undefined) {
      const content = await readFile(options.from).catch((error: Error) => {
        throw new Failure(`${options.from} cannot be read: ${error.message}`);
      });
      name = BACKUP_NAME.test(basename(options.from))
        ? basename(options.from)
        : `${stamp(new Date())}-requested.tar.gz`;
      await putBackup(hub, name, content);
    }
    if (name === undefined) {
      process.stdout.write(`${(await stateTool(hub, "list the backups", ["list"])) || "There is no backup yet."}\n`);
      return 0;
    }
    process.stdout.write(`${name}: ${await stateTool(hub, "check the backup", ["check", name])}\n`);
    // The second check is the tool's own, right before it stops the hub.
    process.stdout.write(`${await stateTool(hub, "restore the backup", ["restore", name])}\n`);
    return 0;
  } finally {
    hub.close();
  }
}

/** A moment as the names of backups have it. */
function stamp(now: Date): string {
  return `${now.toISOString().replace(/[-:]/g, "").slice(0, 15)}Z`;
}
