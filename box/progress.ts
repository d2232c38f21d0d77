/** What `npm run box` prints: one line a stage as it starts, one as it ends, each with the time since the start. */

const started = Date.now();

/** Seconds since the program started, as `  12.3s`. */
export function elapsed(now = Date.now()): string {
  return `${((now - started) / 1000).toFixed(1).padStart(6)}s`;
}

/** Prints one line of progress. */
export function say(message: string): void {
  process.stdout.write(`${elapsed()}  ${message}\n`);
}

/** What a stage did: the words to print after its name, e.g. "built" or "nothing to do". */
export type Outcome = string | undefined;

/**
 * Runs one stage of the box, printing when it starts and what came of it.
 * @param name what is being done, in words
 * @param work does it; a returned string is printed as the outcome
 */
export async function stage(name: string, work: () => Promise<Outcome>): Promise<void> {
  const begin = Date.now();
  say(`${name} ...`);
  const outcome = await work();
  say(`${name}: ${outcome ?? "done"} (${((Date.now() - begin) / 1000).toFixed(1)} s)`);
}

/** An error meant for a person: printed as it is, without a stack trace. */
export class BoxError extends Error {
  override name = "BoxError";
}
