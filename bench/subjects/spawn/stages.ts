/** Where the time of starts went, from two readings of the hub's metrics. Pure. */

/** The stages as the hub measures them, in their order; what is left is JupyterHub's own look at the server, and the proxy's route. */
export const STAGES = ["check", "submit", "job", "server"] as const;

/** Seconds in each stage so far. */
export function stageSums(metrics: string): Record<string, number> {
  const sums = STAGES.map((stage): [string, number] => {
    const series = `jupyterhub_hpc_spawn_stage_seconds_sum{stage="${stage}"} `;
    const line = metrics.split("\n").find((one) => one.startsWith(series));
    if (line === undefined) throw new Error(`the hub's metrics have no ${series.trim()}`);
    return [stage, Number(line.slice(series.length))];
  });
  return Object.fromEntries(sums);
}

/** Seconds in each stage of one start that took `total`, and what is left of it. */
export function breakdown(before: string, after: string, total: number): Record<string, number> {
  const [earlier, later] = [stageSums(before), stageSums(after)];
  const stages = STAGES.map((stage): [string, number] => [stage, (later[stage] ?? 0) - (earlier[stage] ?? 0)]);
  const known = stages.reduce((sum, [, seconds]) => sum + seconds, 0);
  return { ...Object.fromEntries(stages), rest: total - known };
}
