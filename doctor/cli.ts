/** `npm run doctor -- CHECK`: each check is a file beside this one, found by its name. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../plugins/rpc/failure";

/** What a check's file gives. */
interface Check {
  /** The lines of the help: how it is called and what it does. */
  usage: string;
  /** Does it, prints what it found, and gives the exit code. Throws a Failure for what a person has to mend first. */
  run(args: string[]): Promise<number>;
}

const names = readdirSync(import.meta.dirname)
  .flatMap((file) => /^(?!cli\.)([a-z-]+)\.ts$/.exec(file)?.[1] ?? [])
  .sort();
const load = (name: string) => import(join(import.meta.dirname, `${name}.ts`)) as Promise<Check>;

async function help(): Promise<string> {
  const checks = await Promise.all(names.map(load));
  return ["npm run doctor -- CHECK", "", ...checks.map(({ usage }) => usage)].join("\n");
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h") {
    process.stdout.write(await help());
    return name === undefined ? 1 : 0;
  }
  if (!names.includes(name)) throw new Failure(`There is no check ${name}.\n\n${await help()}`);
  const check = await load(name);
  if (args.includes("--help")) {
    process.stdout.write(check.usage);
    return 0;
  }
  return check.run(args);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`doctor: ${error instanceof Failure ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
