/** `npm run box`: a whole cluster on this machine, and the hub deployed onto it. */
import { parseArgs } from "node:util";
import { execa } from "execa";
import { down } from "./down";
import { leaderOf } from "./hosts/leader";
import { enterCommand } from "./hosts/run";
import { withLock } from "./lock";
import { unfit } from "./preflight";
import { BoxError } from "./progress";
import { hostNamed, loadSite, type Site } from "./site";
import { status } from "./status";
import { up } from "./up";

const usage = `npm run box [-- COMMAND] [--site NAME]

  (none)        build what is missing, boot the hosts, deploy the hub, print the address
  status        what runs, and how much memory it takes
  down          end everything; the next box starts with bare hosts
  shell HOST    a root shell on a host
  logs HOST     the host's journal, following it

  --site NAME   which site (default vub)
  --no-deploy   everything but pulumi up
`;

/** Runs a program on a host with this terminal as its own. */
async function interactive(site: Site, name: string | undefined, argv: string[]): Promise<number> {
  if (name === undefined) throw new BoxError(`which host? ${site.hosts.map((one) => one.name).join(", ")}`);
  const host = hostNamed(site, name);
  const leader = await leaderOf(site, host);
  if (leader === undefined) throw new BoxError(`${name} is not a running host of site ${site.name}`);
  const [command, ...args] = await enterCommand(leader, argv, { env: { TERM: process.env.TERM ?? "dumb" } });
  const result = await execa(command, args, { stdio: "inherit", reject: false });
  return result.exitCode ?? 255;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      site: { type: "string", default: "vub" },
      "no-deploy": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const obstacle = unfit(process.platform, process.getuid?.() ?? -1);
  if (obstacle !== undefined) throw new BoxError(obstacle);
  const site = await loadSite(values.site);
  const [command, name] = positionals;
  switch (command) {
    case undefined:
    case "up":
      await withLock(site.name, () => up(site, !values["no-deploy"]));
      return 0;
    case "down":
      await withLock(site.name, () => down(site));
      return 0;
    case "status":
      return (await status(site)) ? 0 : 1;
    case "shell":
      return interactive(site, name, ["bash", "--login"]);
    case "logs":
      return interactive(site, name, ["journalctl", "--follow", "--lines=200", "--no-pager"]);
    default:
      throw new BoxError(`there is no command ${command}\n\n${usage}`);
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  // A mistake of the program itself shows where it happened; everything else is meant for a person.
  const mistake =
    error instanceof Error && !("code" in error) && error.constructor !== Error && !(error instanceof BoxError);
  process.stderr.write(`\nbox: ${mistake ? error.stack : error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
