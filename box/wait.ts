import { BoxError } from "./progress";

/**
 * Waits for a condition, looking again every quarter of a second.
 * @param what names the condition in the error
 * @param timeoutSeconds how long to wait before that error
 */
export async function waitUntil(
  what: string,
  condition: () => Promise<boolean>,
  timeoutSeconds: number,
): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new BoxError(`waited ${timeoutSeconds} s for ${what}`);
    await new Promise((wake) => setTimeout(wake, 250));
  }
}
