/** What the project aims at, and whether a run met it. Pure. */

/** One aim, judged. */
export interface Aim {
  /** What was measured, for people. */
  what: string;
  measured: number;
  /** At most this. */
  aim: number;
  /** Of both numbers: "times", "s", "MB", ... */
  unit: string;
  met: boolean;
}

/** Holds a measured value against what it may be at most. */
export function judge(what: string, measured: number, aim: number, unit: string): Aim {
  return { what, measured, aim, unit, met: measured <= aim };
}

/** A number as people read it: three digits that count. */
export function digits(value: number): string {
  return String(Math.abs(value) < 1000 ? Number(value.toPrecision(3)) : Math.round(value));
}

/** The lines that say of each aim whether it was met. */
export function aimLines(aims: readonly Aim[]): string[] {
  return aims.map(
    ({ what, measured, aim, unit, met }) =>
      `  ${what}: ${digits(measured)} ${unit}, aim ${digits(aim)}: ${met ? "met" : "NOT met"}`,
  );
}
