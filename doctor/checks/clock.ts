import type { Host } from "../../plugins/host/connection/host";
import { alarm, type Check, type Finding, ok, warning } from "./check";

/** Seconds that clocks may be apart: OAuth's codes and certificates bear a minute, munge five. */
const WARN_SECONDS = 5;
const ALARM_SECONDS = 60;

/** Looks at a clock; `offset` is against this machine's, with half of the way there and back taken off. */
async function offsetOf(host: Host): Promise<number> {
  const began = Date.now();
  const text = await host.must("look at its clock", {
    script: { name: "doctor_clock", body: "date +%s.%N" },
    args: [],
  });
  return Number(text) - (began + Date.now()) / 2000;
}

/** Judges the hosts' clocks against each other: what this machine's is, is nobody's business. */
export function judgeClocks(offsets: ReadonlyMap<string, number>): Finding[] {
  const hub = offsets.get("hub") ?? 0;
  return [...offsets]
    .filter(([name]) => name !== "hub")
    .map(([name, offset]): Finding => {
      const apart = Math.abs(offset - hub);
      const words = `the clocks of hub and ${name} are ${apart.toFixed(1)} s apart`;
      const next = "timedatectl on both: is NTP active, and synchronized?";
      if (apart > ALARM_SECONDS) return alarm(words, next);
      return apart > WARN_SECONDS ? warning(words, next) : ok(words);
    });
}

export const check: Check = {
  name: "clock",
  look: async ({ hub, login }) => {
    const hosts: [string, Host][] = [["hub", hub], ...login];
    const offsets = new Map<string, number>();
    const missed: Finding[] = [];
    await Promise.all(
      hosts.map(([name, host]) =>
        // The first answer includes the login.
        offsetOf(host)
          .then(() => offsetOf(host))
          .then((offset) => offsets.set(name, offset))
          .catch((error: Error) => missed.push(warning(error.message, `see that ${name} is up`))),
      ),
    );
    return [...judgeClocks(offsets), ...missed];
  },
};
