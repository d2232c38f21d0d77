import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../rpc/failure";
import type { Host } from "../connection/host";
import { arm, disarm, rollback, type Saved, undoNow } from "./scripts";

/** A change that might lock the administrator out. */
export interface GuardedChange<T> extends Saved {
  /** Makes the change. It must leave the host as it was when it fails. */
  apply(): Promise<T>;
}

/** A reload may still answer with the old settings for a moment, so a second entry has to succeed this much later. */
const SETTLE_MS = 1000;

async function entered(host: Host, deadline: number): Promise<void> {
  for (;;) {
    try {
      await host.proveEntry();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(500);
    }
  }
}

/**
 * Makes a change with a way back: a timer on the host undoes it unless a new connection, login and sudo included, got in. Guarded changes of a host wait
 * for each other.
 * @throws Failure when the change failed or had to be undone.
 */
export function guarded<T>(host: Host, change: GuardedChange<T>): Promise<T> {
  return host.exclusively(async () => {
    const seconds = host.configuration.rollbackAfter;
    const plan = rollback(randomBytes(4).toString("hex"));
    await host.must(`arm the rollback for ${change.what}`, arm(plan, seconds, change));
    const deadline = Date.now() + seconds * 1000;
    let result: T;
    try {
      result = await change.apply();
    } catch (error) {
      await host.run(undoNow(plan)).catch(() => undefined);
      throw error;
    }
    try {
      const patience = Date.now() + (seconds * 1000) / 3;
      await entered(host, patience);
      await sleep(SETTLE_MS);
      await entered(host, patience);
    } catch (error) {
      throw await undone(host, change.what, plan, deadline, error as Error);
    }
    await host.must(`confirm the change of ${change.what}`, disarm(plan));
    return result;
  });
}

async function undone(
  host: Host,
  what: string,
  plan: ReturnType<typeof rollback>,
  deadline: number,
  reason: Error,
): Promise<Failure> {
  const answer = await host.run({ ...undoNow(plan), timeoutSeconds: 30 }).catch(() => undefined);
  if (answer === undefined) await sleep(Math.max(0, deadline - Date.now()) + 1000);
  const back = await entered(host, Date.now() + 15_000).then(
    () => "The previous one is back and the host can be entered.",
    (error: Error) => `And the host can still not be entered: ${error.message}`,
  );
  return new Failure(
    `${host.where}: with the new ${what} no new connection got in (${reason.message}), so it was undone. ${back}`,
  );
}
