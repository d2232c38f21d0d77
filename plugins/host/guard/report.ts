/** A rollback as the host tells of it. */
export interface Rollback {
  state: "armed" | "undoing" | "undone" | "failed";
  /** When it came to that state. */
  time: string;
  /** Seconds until the host undoes it; negative when that is past. */
  secondsLeft: number;
  number: string;
  /** What was changed, for people. */
  what: string;
  /** What went wrong on the way back. */
  words: string;
}

/** Seconds after its time at which a rollback that is still armed counts as stuck. */
export const OVERDUE_SECONDS = 15;

/** Why nothing happens for a while. */
export function waiting(what: string, other: Pick<Rollback, "what" | "secondsLeft">): string {
  return `${what} waits: another run is changing ${other.what} on this host, which is confirmed or undone within ${Math.max(0, other.secondsLeft)} s.`;
}

/** Reads what the scripts tell, one rollback a line. */
export function parseRollbacks(stdout: string): Rollback[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [state = "", time = "", left = "0", number = "", what = "", words = ""] = line.split("\t");
      return { state: state as Rollback["state"], time, secondsLeft: Number(left), number, what, words: words.trim() };
    });
}

/** What a person should know of a rollback that came without him, `undefined` while it may still be confirmed. */
export function remark({ state, time, number, what, words }: Rollback): string | undefined {
  const but = words === "" ? "" : ` It said: ${words.replace(/[.]?$/, ".")}`;
  if (state === "undone")
    return `at ${time} the host undid a change of its ${what} by itself, because no new connection had confirmed it: it locked the way in, or Pulumi was cut off or ended.${but}`;
  if (state === "failed")
    return `the host could not undo a change of its ${what} that nobody had confirmed (${time}).${but} Put it right on the host: the file there was before lies beside it, with the ending .${number}.undo. It is tried again at the next boot and before the next such change.`;
  return undefined;
}
