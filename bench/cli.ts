/** `npm run bench`: this project beside what it is to be compared to, subject after subject, in one run. */
import { writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { unfit } from "../box/preflight";
import { BoxError, say } from "../box/progress";
import { aimLines } from "./aim";
import { BorrowedBox } from "./borrow";
import { type Options, parseOptions, USAGE } from "./options";
import type { Report, Subject } from "./subject";
import { subjects } from "./subjects";

const LIST = `\nSubjects, in the order in which they run:\n${subjects.map(({ name, description }) => `  ${name.padEnd(10)} ${description}\n`).join("")}`;

/** What came of a subject: what it found, or why it did not run. */
type Outcome = { subject: string } & (Report | { skipped: string } | { failed: string });

/** Measures one subject. */
async function run(subject: Subject, options: Options, elapsed: () => number, box: BorrowedBox): Promise<Outcome> {
  const ends = elapsed() + subject.seconds;
  if (options.subjects.length === 0 && ends > options.budget) {
    const skipped = `would take until about ${ends.toFixed(0)} s, and the budget is ${options.budget} s; --subject ${subject.name} runs it`;
    return { subject: subject.name, skipped };
  }
  say(`${subject.name}: ${subject.description} ...`);
  try {
    await box.want(subject.site);
    return { subject: subject.name, ...(await subject.measure(options, elapsed)) };
  } catch (error) {
    return { subject: subject.name, failed: error instanceof Error ? error.message : String(error) };
  }
}

/** An outcome as text. */
function section(outcome: Outcome): string {
  const head = `\n== ${outcome.subject}\n`;
  if ("skipped" in outcome) return `${head}Left out: ${outcome.skipped}\n`;
  if ("failed" in outcome) return `${head}FAILED: ${outcome.failed}\n`;
  const aims = outcome.aims.length === 0 ? "" : `Aims:\n${aimLines(outcome.aims).join("\n")}\n`;
  return `${head}${outcome.text}\n${aims}`;
}

async function main(): Promise<void> {
  const names = subjects.map(({ name }) => name);
  const options = parseOptions(process.argv.slice(2), names);
  if (options === undefined) return void process.stdout.write(USAGE + LIST);
  const obstacle = unfit(process.platform, process.getuid?.() ?? -1);
  if (obstacle !== undefined) throw new BoxError(obstacle);
  const chosen = subjects.filter(({ name }) => options.subjects.length === 0 || options.subjects.includes(name));
  const started = Date.now();
  const elapsed = () => (Date.now() - started) / 1000;
  const outcomes: Outcome[] = [];
  const box = new BorrowedBox();
  try {
    for (const subject of chosen) {
      const outcome = await run(subject, options, elapsed, box);
      outcomes.push(outcome);
      if ("failed" in outcome) process.exitCode = 1;
      process.stdout.write(section(outcome));
    }
  } finally {
    await box.giveBack();
  }
  if (options.json === undefined) return;
  const machine = { cpus: cpus().length, memoryBytes: totalmem(), node: process.version };
  await writeFile(options.json, `${JSON.stringify({ at: new Date().toISOString(), machine, outcomes }, null, 2)}\n`);
  say(`the figures are in ${options.json}`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`\nbench: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
