/** Runs the contestants one after the other, each from the same clean host. */
import { say } from "../../../box/progress";
import type { Options } from "../../options";
import type { Contestant, Entry } from "./contestant";
import { expected, type Figure, middle, type Skipped, STEPS, type StepName } from "./figures";
import { makeLoad } from "./load";
import type { Target } from "./target";

/** Steps that take less are begun even when the time is up. */
const SHORT_SECONDS = 10;

/** Everything that was measured, and what was not. */
export interface Outcome {
  figures: Figure[];
  skipped: Skipped[];
  /** What a contestant found on this machine, by its name. */
  notes: Record<string, string>;
}

async function steps(
  target: Target,
  contestant: Contestant,
  files: number,
  fits: (step: StepName) => string | undefined,
): Promise<Pick<Outcome, "figures" | "skipped"> & { note?: string }> {
  const load = makeLoad(files);
  const figures: Figure[] = [];
  const skipped: Skipped[] = [];
  await target.reset();
  const entry: Entry = await contestant.prepare(target, load);
  try {
    for (const step of STEPS) {
      const run = entry.steps[step];
      if (run === undefined) continue;
      const reason = fits(step);
      if (reason !== undefined) {
        skipped.push({ contestant: contestant.name, files, step, reason });
        // Without a first apply there is nothing that has not changed.
        if (step === "first") break;
        continue;
      }
      const { seconds, cpu, hostCpu, roundTrips, process } = await run();
      if (contestant.applies) await target.verify(load);
      figures.push({ contestant: contestant.name, files, step, seconds, cpu, hostCpu, roundTrips, plugin: process });
      say(`  ${contestant.name}, ${files} files, ${step}: ${seconds.toFixed(1)} s`);
    }
  } finally {
    await entry.clean();
    await target.reset();
  }
  return { figures, skipped, note: entry.note };
}

/**
 * Measures.
 * @param elapsed seconds since the start of the program
 */
export async function runAll(
  target: Target,
  contestants: readonly Contestant[],
  { files: sizes, runs, budget }: Options,
  elapsed: () => number,
): Promise<Outcome> {
  const outcome: Outcome = { figures: [], skipped: [], notes: {} };
  for (const contestant of contestants) {
    for (const files of sizes) {
      say(`${contestant.name}, ${files} files ...`);
      const measured: Figure[] = [];
      for (let run = 0; run < runs; run++) {
        const fits = (step: StepName) => {
          const seconds = expected([...outcome.figures, ...measured], contestant.name, files, step);
          if (seconds === undefined || seconds <= SHORT_SECONDS || elapsed() + seconds <= budget) return undefined;
          return `would take about ${seconds.toFixed(0)} s, and ${elapsed().toFixed(0)} of ${budget} s are over; --budget 0 runs it`;
        };
        const { figures, skipped, note } = await steps(target, contestant, files, fits);
        measured.push(...figures);
        if (note !== undefined) outcome.notes[contestant.name] = note;
        if (run === 0) outcome.skipped.push(...skipped);
      }
      for (const step of STEPS) {
        const same = measured.filter((figure) => figure.step === step);
        if (same.length > 0) outcome.figures.push(middle(same));
      }
    }
  }
  return outcome;
}
