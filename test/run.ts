/**
 * `npm test`: every check of the project, and a closing line with the counts.
 *   npm test                    everything
 *   npm test -- --site vub      that site's tests on a real cluster, alone
 *   npm test -- --unit          what needs no cluster, alone
 */
import { parseArgs } from "node:util";
import { add, closingLine, NOTHING, type Outcome } from "./run/outcome";
import { box, lint, type Part, runtimeTests, unitTests } from "./run/parts";

/** Sites whose tests run without being asked for. */
const SITES = ["hosts", "vub", "sheffield", "sharcssh"];

const { values } = parseArgs({ options: { site: { type: "string" }, unit: { type: "boolean", default: false } } });
const alone: Part[] = values.site ? [box(values.site, true)] : [];
const fast: Part[] = [lint(), unitTests(), runtimeTests()];
const parts = values.site ? alone : values.unit ? fast : [...fast, ...SITES.map((site) => box(site, false))];

let total: Outcome = NOTHING;
const summary: string[] = [];
for (const part of parts) {
  console.log(`\n== ${part.name}`);
  const started = Date.now();
  const outcome = await part.run();
  const seconds = Math.round((Date.now() - started) / 1000);
  summary.push(`${part.name.padEnd(32)} ${closingLine(outcome)} (${seconds} s)`);
  total = add(total, outcome);
}

console.log("\n== Summary");
for (const line of summary) console.log(line);
for (const note of total.notes) console.log(`  - ${note}`);
console.log(closingLine(total));
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
