import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../rpc/failure";
import type { Answer, Command } from "../connection/command";
import type { Host } from "../connection/host";
import { OVERDUE_SECONDS, parseRollbacks, waiting } from "./report";
import { arm, BUSY, disarm, type Saved, undoNow } from "./scripts";
import { tied } from "./tied";

/** Makes a command one that does nothing when the rollback has come already. */
export type Tie = <C extends Pick<Command, "script" | "args">>(command: C) => C;

/** A change that might lock the administrator out. */
export interface GuardedChange<T> extends Saved {
  /** Makes the change. Each of its commands has to be tied. */
  apply(tie: Tie): Promise<T>;
}

/** A reload may still answer with the old settings for a moment, so a second entry has to succeed this much later. */
const SETTLE_MS = 1000;

/** Seconds on a clock that nobody sets. */
const now = () => performance.now() / 1000;

/** Makes new connections until one gets in, and runs a command over it. */
async function entered(host: Host, until: number, command?: Command): Promise<Answer | undefined> {
  for (;;) {
    try {
      return await host.enter(Math.max(3, host.configuration.rollbackAfter / 3), command);
    } catch (error) {
      if (now() > until) throw error;
      await sleep(500);
    }
  }
}

/**
 * Makes a change with a way back: a timer on the host undoes it unless a new connection, login and sudo included, got in. Guarded changes of a host wait
 * for each other, also those of other runs.
 * @throws Failure when the change failed or had to be undone.
 */
export function guarded<T>(host: Host, change: GuardedChange<T>): Promise<T> {
  return host.exclusively(async (number) => {
    await armed(host, number, change);
    const deadline = now() + host.configuration.rollbackAfter;
    let result: T;
    try {
      result = await inTime(
        change.apply((command) => tied(number, command)),
        host,
      );
    } catch (error) {
      const { message } = error as Error;
      const back = await takenBack(host, number, deadline);
      throw new Failure(`${message.replace(/[^.?]$/, "$&.")} What there was of it was undone. ${back}`);
    }
    try {
      const patience = now() + host.configuration.rollbackAfter / 2;
      await entered(host, patience);
      await sleep(SETTLE_MS);
      const answer = await entered(host, patience, disarm(number));
      if (answer !== undefined && answer.exitCode !== 0) throw host.failure("confirm it", answer);
    } catch (error) {
      const reason = (error as Error).message;
      const back = await takenBack(host, number, deadline);
      throw new Failure(
        `${host.where}: with the new ${change.what} no new connection got in (${reason}), so it was undone. ${back}`,
      );
    }
    return result;
  }, newNumber());
}

function newNumber(): string {
  return randomBytes(4).toString("hex");
}

/** Starts the clock, when no other guarded change of the host is under way any more. */
async function armed(host: Host, number: string, change: Saved): Promise<void> {
  let told = "";
  for (;;) {
    const answer = await host.run(arm(number, host.configuration.rollbackAfter, change));
    if (answer.exitCode === 0) return;
    const doing = `make ${change.what} a change that can be undone, so nothing was changed`;
    const [other] = parseRollbacks(answer.stdout);
    if (answer.exitCode !== BUSY || other === undefined) throw host.failure(doing, answer);
    if (other.secondsLeft < -OVERDUE_SECONDS)
      throw new Failure(`${host.where}: could not ${doing}: the rollback of ${other.what} is overdue on the host.`);
    if (told !== other.number) host.tell(waiting(change.what, other));
    told = other.number;
    await sleep(1000);
  }
}

/** A change that gives no answer until the host undoes it is as good as failed. */
async function inTime<T>(change: Promise<T>, host: Host): Promise<T> {
  const { rollbackAfter } = host.configuration;
  const gaveUp = new AbortController();
  const late = sleep(rollbackAfter * 1000, undefined, { signal: gaveUp.signal }).then(() => {
    throw new Failure(`${host.where}: there was no answer within ${rollbackAfter} s, after which the host undoes it.`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([change, late]);
  } finally {
    gaveUp.abort();
  }
}

const WELL = "The previous one is back and the host can be entered.";

/** Undoes over whatever connection works, else lets the host do it, and tells how it is then. */
async function takenBack(host: Host, number: string, deadline: number): Promise<string> {
  const patience = Math.max(3, deadline - now() + 2);
  const undo = { ...undoNow(number), timeoutSeconds: 60 };
  const first = await Promise.race([host.run(undo).catch(() => undefined), sleep(patience * 1000)]);
  try {
    const answer = await entered(host, now() + 15, undo);
    const told = [first, answer].flatMap((given) => parseRollbacks(given?.stdout ?? ""));
    const failed = told.findLast(({ state }) => state !== "undone");
    if (failed) return `The previous one could NOT be put back: ${failed.words} What it was is in ${failed.number}.`;
    const words = told.map((each) => each.words).join(" ");
    return words === "" ? WELL : `${WELL} On the way back: ${words}`;
  } catch (error) {
    return `The host undoes it by itself; but it can still not be entered: ${(error as Error).message}`;
  }
}
