import { Failure } from "../plugins/rpc/failure";
import { checks } from "./checks";
import { alarm, type Deployed, type Finding } from "./checks/check";
import { askReport } from "./checks/report";
import { stackArguments } from "./deployed/arguments";
import { hostOf } from "./deployed/host";
import { readDeployed } from "./deployed/stack";

export const usage = `  health --stack NAME             whether the deployed hub is well: units, disk, database, backups, certificate, routes,
                                  login nodes, scheduler, environments, clocks; exits with 1 when there is an alarm. It changes nothing.
`;

/** A check's lines: its name, then each finding with what to do. */
export function lines(name: string, findings: readonly Finding[]): string[] {
  return findings.flatMap(({ level, what, next }, i) => [
    `${(i === 0 ? name : "").padEnd(13)}${level.padEnd(9)}${what}`,
    ...(next === undefined ? [] : [`${" ".repeat(22)}Next: ${next}`]),
  ]);
}

export async function run(args: string[]): Promise<number> {
  const { stack, words } = stackArguments(args, usage);
  if (words.length > 0) throw new Failure(usage);
  const config = await readDeployed(stack);
  const hub = hostOf("hub", config.hub.host);
  const login = new Map(config.login.nodes.map((node) => [node.name, hostOf(node.name, node.host)]));
  const report = askReport(hub);
  report.catch(() => undefined);
  const deployed: Deployed = { config, hub, login, report, now: new Date() };
  try {
    let alarms = 0;
    const found = checks.map((check) => ({
      name: check.name,
      findings: check
        .look(deployed)
        .catch((error: Error): Finding[] => [alarm(error.message.split("\nNext: ")[0] ?? "", nextOf(error))]),
    }));
    for (const { name, findings } of found) {
      const judged = await findings;
      alarms += judged.filter(({ level }) => level === "ALARM").length;
      for (const line of lines(name, judged)) process.stdout.write(`${line}\n`);
    }
    return alarms === 0 ? 0 : 1;
  } finally {
    hub.close();
    for (const host of login.values()) host.close();
  }
}

function nextOf(error: Error): string {
  return error.message.split("\nNext: ")[1] ?? "mend what it says, and look again";
}
