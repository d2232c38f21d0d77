import { attach, type Box } from "../../../box/api";
import { digits } from "../../aim";
import { columns } from "../../columns";
import type { Report, Subject } from "../../subject";

const UNITS = ["jupyterhub-hub", "jupyterhub-proxy", "jupyterhub-network"] as const;
const SECONDS = 30;

/** What a unit uses. */
interface Use {
  unit: string;
  /** CPU seconds so far. */
  cpu: number;
  /** Memory of its own and its part of what is shared, MB (10^6 bytes). */
  megabytes: number;
  processes: number;
}

// Proportional set sizes: hub and culler share what they loaded from the same files.
const LOOK = `
for unit in ${UNITS.join(" ")}; do
  group=/sys/fs/cgroup/system.slice/$unit.service
  pids=$(find $group -name cgroup.procs -exec cat {} +)
  kb=0
  for pid in $pids; do kb=$((kb + $(awk '/^Pss:/ { print $2 }' /proc/$pid/smaps_rollup 2>/dev/null || echo 0))); done
  echo $unit $(awk '/^usage_usec/ { print $2 }' $group/cpu.stat) $kb $(echo $pids | wc -w)
done`;

/** Reads what LOOK prints. */
export function parseUses(text: string): Use[] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [unit = "", cpu, memory, processes] = line.split(" ");
      const use = {
        unit,
        cpu: Number(cpu) / 1e6,
        megabytes: (Number(memory) * 1024) / 1e6,
        processes: Number(processes),
      };
      if (!Number.isFinite(use.cpu) || !Number.isFinite(use.megabytes) || !use.processes)
        throw new Error(`this is no use of a unit: ${line}`);
      return use;
    });
}

async function look(box: Box): Promise<Use[]> {
  const { stdout, stderr, exitCode } = await box.host("hub").run(["sh", "-c", LOOK]);
  if (exitCode !== 0) throw new Error(`the units of the hub host cannot be looked at: ${stderr}`);
  return parseUses(stdout);
}

async function measure(): Promise<Report> {
  const box = await attach("vub");
  const began = Date.now();
  const before = await look(box);
  await new Promise((wake) => setTimeout(wake, SECONDS * 1000));
  const after = await look(box);
  const passed = (Date.now() - began) / 1000;
  const uses = after.map((use, i) => ({ ...use, cores: (use.cpu - (before[i]?.cpu ?? 0)) / passed }));
  const rows = uses.map((use) => [use.unit, digits(use.cores), use.megabytes.toFixed(0), String(use.processes)]);
  const text = `${SECONDS} s in which nobody asked for anything\n${columns([["", "cores", "MB", "processes"], ...rows])}`;
  return { text, aims: [], figures: uses };
}

/** What the containers use while nobody asks for anything. */
export const rest: Subject = {
  name: "rest",
  description: "CPU and memory of hub and proxy at rest",
  seconds: SECONDS + 5,
  site: "vub",
  measure,
};
