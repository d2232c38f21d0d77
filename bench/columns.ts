/** Figures as text. Pure. */

/** Lines up columns: the first to the left, the others to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("   ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}

/** How many times something is something else: "0.31", "2.4", "13". */
export function ratio(value: number, of: number): string {
  const times = value / of;
  return times.toFixed(times < 1 ? 2 : times < 10 ? 1 : 0);
}

/** The middle one of an odd number of values, the lower of the middle two of an even one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
