/** The figures as text. Pure. */
import { columns, ratio } from "../../columns";
import { type Figure, type Skipped, STEPS, type StepName } from "./figures";
import { FILE_BYTES, UNITS } from "./load";

/** What each step is called. */
export const HEADS: Record<StepName, string> = { first: "first apply", preview: "preview", again: "no-change run" };

/** The table of one number of files: seconds, and in brackets how many times those of `reference`. */
export function table(figures: readonly Figure[], files: number, reference: string): string {
  const of = (contestant: string, step: StepName) =>
    figures.find((one) => one.contestant === contestant && one.files === files && one.step === step);
  const names = [...new Set(figures.filter((one) => one.files === files).map(({ contestant }) => contestant))];
  const times = (name: string, step: StepName) => {
    const figure = of(name, step);
    const other = of(reference, step);
    if (figure === undefined) return "-";
    return `${figure.seconds.toFixed(1)}${other === undefined ? "" : ` (${ratio(figure.seconds, other.seconds)})`}`;
  };
  const pair = (name: string, pick: (figure: Figure) => number) =>
    (["first", "again"] as const)
      .map((step) => of(name, step))
      .map((one) => (one === undefined ? "-" : pick(one).toFixed(1)))
      .join(" / ");
  const rows = names.map((name) => [
    name,
    ...STEPS.map((step) => times(name, step)),
    pair(name, ({ cpu }) => cpu),
    pair(name, ({ hostCpu }) => hostCpu),
  ]);
  const head = ["", ...STEPS.map((step) => HEADS[step]), "CPU here", "CPU on the host"];
  return `${files} files of ${(FILE_BYTES / 1000).toFixed(1)} kB and ${UNITS} units\n${columns([head, ...rows])}\n`;
}

/** What the table does not say: the plugin's cost, what was left out. */
export function summary(figures: readonly Figure[], skipped: readonly Skipped[], project: string): string {
  const plugin = figures
    .filter(({ contestant, plugin }) => contestant === project && plugin !== undefined)
    .map(
      ({ files, step, plugin, roundTrips }) =>
        `  ${HEADS[step]} of ${files} files: ${plugin?.cpu.toFixed(1)} s of CPU, at most ${plugin?.peakMegabytes.toFixed(0)} MB, ${roundTrips} batches of commands`,
    );
  const left = skipped.map(
    ({ contestant, files, step, reason }) =>
      `  ${contestant}, ${files} files${step ? `, ${HEADS[step]}` : ""}: ${reason}`,
  );
  const part = (title: string, lines: string[]) => (lines.length === 0 ? [] : [title, ...lines]);
  return [...part("The host plugin:", plugin), ...part("Left out:", left)].join("\n");
}
