import { UNITS } from "../../components/hub/unit-names";
import { BACKUP_NAME } from "../deployed/state-tool";
import { alarm, type Check, type Finding, ok, warning } from "./check";
import type { Report } from "./report";

/** Seconds that the backup the timer asked for may take (backup.service.ejs), with its random delay. */
const TIME_SECONDS = 3900;

const TIMER = {
  name: "doctor_timer",
  body: `systemctl show --timestamp=unix --property=LastTriggerUSec --value ${UNITS.backup}.timer`,
};

/**
 * Judges the list of backups against the timer, whatever its schedule: each time it went off has left a backup.
 * @param lastTrigger what systemd shows: `@SECONDS`, or nothing when it never went off
 */
export function judgeBackups({ backups }: Pick<Report, "backups">, lastTrigger: string, now: Date): Finding[] {
  const newest = backups.at(-1);
  const due = Number(lastTrigger.trim().replace("@", "")) || 0;
  const missed = due > 0 && now.getTime() / 1000 - due > TIME_SECONDS;
  const next = `on the hub host: journalctl -u ${UNITS.backup}.service; npm run doctor -- backup --stack NAME`;
  const at = new Date(due * 1000).toISOString().slice(0, 16).replace("T", " ");
  if (newest === undefined)
    return missed
      ? [alarm(`the timer went off at ${at} UTC, and there is no backup`, next)]
      : [warning("there is no backup yet", "npm run doctor -- backup --stack NAME, or wait for the timer")];
  const scheduled = backups.filter(({ name }) => BACKUP_NAME.exec(name)?.[1] === "scheduled").at(-1);
  if (missed && (scheduled?.modified ?? 0) < due)
    return [alarm(`the timer went off at ${at} UTC, and left no backup; the newest is ${newest.name}`, next)];
  return [ok(`${backups.length}, the newest ${newest.name} (${Math.ceil(newest.size / 1024)} KiB)`)];
}

export const check: Check = {
  name: "backups",
  look: async ({ hub, report, now }) =>
    judgeBackups(await report, await hub.must("ask systemd for the timer", { script: TIMER, args: [] }), now),
};
