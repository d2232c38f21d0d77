/** From what the simulation says of itself to a table and the aims. Pure. */
import { type Aim, digits, judge } from "../../aim";
import { columns } from "../../columns";

/** What one run of simulation/main.py prints. */
export interface Simulated {
  servers: number;
  /** Seconds between two looks at the queue. */
  interval: number;
  /** Seconds from the start of the hub's process until a request through the proxy was answered. */
  first_start: number;
  restart: number;
  /** CPU seconds of the hub until then: what a busy machine does not change. */
  restart_cpu: number;
  /** The same until the hub had seen each server answer. */
  restart_until_all_found: number;
  rest: {
    seconds: number;
    commands: number;
    connections: number;
    calls: Record<string, number>;
    cores: number;
    megabytes: number;
    peak_megabytes: number;
    running: number;
  };
  proxy: { cpu: number; megabytes: number; peak_megabytes: number };
  log: string[];
}

/** Commands on the login node for each interval; while all servers are polled less often than that, fewer than one. */
export function commandsPerInterval({ rest, interval }: Simulated): number {
  return rest.commands / (rest.seconds / interval);
}

/** What is aimed at with a thousand servers and more. */
const MANY = 1000;

/** The aims: one query an interval whatever the number; and with a thousand servers what the hub may use, and how long a restart may take. */
export function aimsOf(runs: readonly Simulated[]): Aim[] {
  return runs.flatMap((run) => {
    const name = `${run.servers} servers`;
    // A look may fall on either end of the time that was watched.
    const atMost = 1 + run.interval / run.rest.seconds;
    const queries = judge(`${name}: commands an interval`, commandsPerInterval(run), atMost, "");
    if (run.servers < MANY) return [queries];
    return [
      queries,
      judge(`${name}: the hub at rest`, run.rest.cores, 0.25, "cores"),
      judge(`${name}: the hub's memory`, run.rest.peak_megabytes, 400, "MB"),
      judge(`${name}: restart of the hub until the first answer`, run.restart, 10, "s"),
    ];
  });
}

/** The table. */
export function tableOf(runs: readonly Simulated[]): string {
  const head = [
    "servers",
    "commands an interval",
    "hub, cores",
    "hub, MB (most)",
    "proxy, MB",
    "restart, s (CPU)",
    "until all are found",
  ];
  const rows = runs.map((run) => [
    String(run.servers),
    digits(commandsPerInterval(run)),
    digits(run.rest.cores),
    `${run.rest.megabytes.toFixed(0)} (${run.rest.peak_megabytes.toFixed(0)})`,
    run.proxy.megabytes.toFixed(0),
    `${run.restart.toFixed(1)} (${run.restart_cpu.toFixed(1)})`,
    run.restart_until_all_found.toFixed(1),
  ]);
  return columns([head, ...rows]);
}
