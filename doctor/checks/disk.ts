import { backupPlace } from "../../components/hub/state";
import { alarm, type Check, type Finding, ok, warning } from "./check";

/** From which share of use, or below which free space, there is a warning; an alarm where hardly anything can be written. */
const WARN_USED = 0.9;
const WARN_FREE_KB = 200 * 1024;
const ALARM_FREE_KB = 4 * 1024;

const DF = {
  name: "doctor_df",
  body: 'for place; do printf "%s\\t" "$place"; df -Pk -- "$place" | tail -n1 | tr -s " " "\\t" | cut -f2-4 | tr "\\n" "\\t"; df -Pi -- "$place" | tail -n1 | tr -s " " "\\t" | cut -f2-4; done',
};

/** Judges lines of: place, KiB in all, used, free, inodes in all, used, free. */
export function judgeDisks(lines: string): Finding[] {
  return lines
    .trim()
    .split("\n")
    .map((line): Finding => {
      const [place = "", ...numbers] = line.split("\t");
      const [total = 0, used = 0, free = 0, inodes = 0, , freeInodes = 0] = numbers.map(Number);
      const state = `${place}: ${size(free)} of ${size(total)} free`;
      const next = `on the hub host: df -h ${place}; du -xh -d2 ${place} | sort -h | tail`;
      if (free < ALARM_FREE_KB)
        return alarm(`the disk of ${place}, which holds the hub's state, is full: ${size(free)} free`, next);
      if (inodes > 0 && freeInodes < 100) return alarm(`${place}: ${freeInodes} files can still be made`, next);
      if (free < WARN_FREE_KB || used / (used + free) > WARN_USED) return warning(state, next);
      return ok(state);
    });
}

function size(kib: number): string {
  if (kib < 1024) return `${kib} KiB`;
  return kib < 1024 * 1024 ? `${Math.round(kib / 1024)} MiB` : `${(kib / 1024 / 1024).toFixed(1)} GiB`;
}

export const check: Check = {
  name: "disk",
  look: async ({ hub, config }) => {
    const places = [`${config.hub.stateDirectory}/state`, backupPlace(config.hub).directory, "/var/log"];
    return judgeDisks(await hub.must("ask for free space", { script: DF, args: places }));
  },
};
