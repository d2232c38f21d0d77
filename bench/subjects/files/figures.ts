/** From measured runs to what can be said of them. Pure. */
import { type Aim, judge } from "../../aim";
import { median } from "../../columns";
import type { Usage } from "../../process";

/** What is measured of a contestant, in this order. */
export const STEPS = ["first", "preview", "again"] as const;
export type StepName = (typeof STEPS)[number];

/** What a contestant's step cost, as the median of its runs. */
export interface Figure {
  contestant: string;
  files: number;
  step: StepName;
  /** Wall time. */
  seconds: number;
  /** CPU seconds on this machine. */
  cpu: number;
  /** CPU seconds on the host. */
  hostCpu: number;
  roundTrips?: number;
  /** Of the provider plugin. */
  plugin?: Usage;
}

/** What was left out, and why. */
export interface Skipped {
  contestant: string;
  files: number;
  step?: StepName;
  reason: string;
}

/** The figure of several runs of the same step: each number is the median of its kind. */
export function middle(runs: readonly Figure[]): Figure {
  const [first] = runs;
  if (first === undefined) throw new Error("there are no runs to take the middle of");
  const of = (pick: (run: Figure) => number | undefined) => {
    const numbers = runs.map(pick).filter((number) => number !== undefined);
    return numbers.length === 0 ? undefined : median(numbers);
  };
  const cpu = of(({ plugin }) => plugin?.cpu);
  const peakMegabytes = of(({ plugin }) => plugin?.peakMegabytes);
  return {
    ...first,
    seconds: median(runs.map(({ seconds }) => seconds)),
    cpu: median(runs.map(({ cpu }) => cpu)),
    hostCpu: median(runs.map(({ hostCpu }) => hostCpu)),
    roundTrips: of(({ roundTrips }) => roundTrips),
    plugin: cpu === undefined || peakMegabytes === undefined ? undefined : { cpu, peakMegabytes },
  };
}

/** Seconds that a step may take longer than the engine's floor, by the number of files. */
const AIMS: Readonly<Record<number, number>> = { 60: 1, 300: 3 };

/** The aims of first apply and preview for the numbers of files that have one. */
export function aims(figures: readonly Figure[], project: string, floor: string): Aim[] {
  const seconds = (contestant: string, files: number, step: StepName) =>
    figures.find((one) => one.contestant === contestant && one.files === files && one.step === step)?.seconds;
  return Object.entries(AIMS).flatMap(([text, aim]) =>
    (["first", "preview"] as const).flatMap((step) => {
      const files = Number(text);
      const [ours, least] = [seconds(project, files, step), seconds(floor, files, step)];
      if (ours === undefined || least === undefined) return [];
      const name = { first: "first apply", preview: "preview" }[step];
      return [judge(`${name} of ${files} files, over the engine's floor`, ours - least, aim, "s")];
    }),
  );
}

/**
 * Seconds that a step will likely take: as long for each file as it did for the most files so far, which leaves out what does not grow with them. A step
 * that was never measured is thought to take as long as a first apply.
 * @returns undefined when nothing like it was measured
 */
export function expected(
  figures: readonly Figure[],
  contestant: string,
  files: number,
  step: StepName,
): number | undefined {
  const known = figures.filter((one) => one.contestant === contestant && one.files <= files);
  const largest = (name: StepName) => known.filter((one) => one.step === name).sort((a, b) => b.files - a.files)[0];
  const like = largest(step) ?? largest("first");
  return like && (like.seconds * files) / like.files;
}
