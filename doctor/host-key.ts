import { parseArgs } from "node:util";
import { Failure } from "../plugins/rpc/failure";
import { compare, describe } from "./host-keys/comparison";
import { throughSsh } from "./host-keys/jump";
import { print } from "./host-keys/print";
import { shownKeys } from "./host-keys/shown";
import { readStack } from "./host-keys/stack";
import { parseTarget } from "./host-keys/target";

export const usage = `  host-key HOST[:PORT]            the keys a host shows now, and how to compare them with its console
    --jump USER@HOST[:PORT]       go through a jump host, by this machine's ssh and what it knows
  host-key --stack NAME           what stacks/Pulumi.NAME.yaml has pinned, against what the hosts show now
`;

const TIMEOUT_SECONDS = 10;
/** Hosts asked at a time: several may share a jump host, which lets so many log in at once. */
const AT_ONCE = 5;

async function one(host: string, jump: string | undefined): Promise<number> {
  const { address, port } = parseTarget(host, 22);
  const via = jump === undefined ? undefined : throughSsh(parseTarget(jump, 22));
  const keys = await shownKeys("the host", address, port, { timeoutSeconds: TIMEOUT_SECONDS, via });
  process.stdout.write(await print(address, port, keys));
  return 0;
}

async function all(stack: string): Promise<number> {
  const hosts = readStack(stack);
  let matches = 0;
  for (let i = 0; i < hosts.length; i += AT_ONCE) {
    const some = hosts.slice(i, i + AT_ONCE);
    const findings = await Promise.all(
      some.map(async (host) => ({ host, finding: await compare(host, TIMEOUT_SECONDS) })),
    );
    matches += findings.filter(({ finding }) => finding.verdict === "match").length;
    for (const { host, finding } of findings) process.stdout.write(`${describe(host, finding)}\n`);
  }
  return matches === hosts.length ? 0 : 1;
}

export async function run(args: string[]): Promise<number> {
  const options = { jump: { type: "string" }, stack: { type: "string" } } as const;
  const { values, positionals } = parse(() => parseArgs({ args, options, allowPositionals: true }));
  const [host, ...more] = positionals;
  if (values.stack !== undefined && host === undefined && values.jump === undefined) return all(values.stack);
  if (host === undefined || more.length > 0 || values.stack !== undefined)
    throw new Failure(`One host, or --stack NAME.\n\n${usage}`);
  return one(host, values.jump);
}

function parse<T>(attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    throw new Failure(`${(error as Error).message}\n\n${usage}`);
  }
}
