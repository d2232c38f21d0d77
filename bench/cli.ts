/** `npm run bench`: this project beside others that bring files and units to a host, in one run on one host of the box. */
import { writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { unfit } from "../box/preflight";
import { BoxError, say } from "../box/progress";
import { borrowBox } from "./borrow";
import { contestants } from "./contestants";
import { aims } from "./figures";
import { parseOptions, USAGE } from "./options";
import { runAll } from "./run";
import { summary, table } from "./table";
import { findTarget } from "./target";

const PROJECT = "this project";
const FLOOR = "engine's floor";

async function main(): Promise<void> {
  const options = parseOptions(
    process.argv.slice(2),
    contestants.map(({ name }) => name),
  );
  if (options === undefined) return void process.stdout.write(USAGE);
  const obstacle = unfit(process.platform, process.getuid?.() ?? -1);
  if (obstacle !== undefined) throw new BoxError(obstacle);
  const chosen = contestants.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const giveBack = await borrowBox("hosts");
  try {
    const started = Date.now();
    const elapsed = () => (Date.now() - started) / 1000;
    const { figures, skipped, notes } = await runAll(await findTarget(), chosen, options, elapsed);
    const tables = options.files.map((files) => table(figures, files, PROJECT));
    const what = chosen.map(
      ({ name, description }) => `  ${[`${name}: ${description}`, notes[name]].filter(Boolean).join("; ")}`,
    );
    process.stdout.write(
      `\nSeconds, and in brackets how many times as long as ${PROJECT}; CPU seconds of first apply / no-change run.\n\n${tables.join("\n")}\n`,
    );
    process.stdout.write(`${summary(figures, skipped, PROJECT, FLOOR)}\nContestants:\n${what.join("\n")}\n`);
    if (options.json === undefined) return;
    const machine = { cpus: cpus().length, memoryBytes: totalmem(), node: process.version };
    const report = {
      at: new Date().toISOString(),
      machine,
      figures,
      aims: aims(figures, PROJECT, FLOOR),
      skipped,
      notes,
    };
    await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
    say(`the figures are in ${options.json}`);
  } finally {
    await giveBack();
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`\nbench: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
