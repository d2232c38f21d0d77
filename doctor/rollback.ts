import { Failure } from "../plugins/rpc/failure";
import { stackArguments } from "./deployed/arguments";
import { hostsWithEnvironments, keeper } from "./deployed/environments";
import { hostOf } from "./deployed/host";
import { readDeployed } from "./deployed/stack";

export const usage = `  rollback --stack NAME           the environments, and the versions there are of each
    --environment NAME            turn this one to the version that was current before ("hub": the hub's own, where it runs on its host)
    --to VERSION                  or to this one. Servers that run keep the version they started with.
`;

export async function run(args: string[]): Promise<number> {
  const { stack, words, options } = stackArguments(args, usage, ["environment", "to"]);
  const { environment, to } = options;
  if (words.length > 0 || (to !== undefined && environment === undefined)) throw new Failure(usage);
  if (to !== undefined && !/^[0-9a-f]{8,64}$/.test(to))
    throw new Failure(`${JSON.stringify(to)} is no name of a version. They are listed by: rollback --stack ${stack}`);
  const config = await readDeployed(stack);
  const all = hostsWithEnvironments(config);
  const chosen = all.filter(
    ({ environments }) => environment === undefined || environments.some(({ name }) => name === environment),
  );
  if (chosen.length === 0) {
    const names = all.flatMap(({ environments }) => environments.map(({ name }) => name));
    throw new Failure(
      `There is no environment ${JSON.stringify(environment)} that ${stack} installs. There are: ${names.join(", ") || "none"}.`,
    );
  }
  for (const { name, program } of chosen) {
    const node = config.login.nodes.find((each) => each.name === name);
    const host = hostOf(name, node?.host ?? config.hub.host);
    try {
      const command =
        environment === undefined ? ["list"] : ["rollback", environment, ...(to === undefined ? [] : ["--to", to])];
      const doing = environment === undefined ? "list its environments" : `go back in ${environment}`;
      process.stdout.write(`${await keeper(host, doing, [program, ...command])}\n`);
    } finally {
      host.close();
    }
  }
  return 0;
}
