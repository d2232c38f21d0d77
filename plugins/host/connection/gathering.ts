import type { Command } from "./command";

/** Milliseconds that an idle shell waits for company of a request. */
const COMPANY_MS = 2;
/** The same for one that costs next to nothing when it is made together with others: the engine reads everything it knows at once. */
const SHARED_MS = 40;
/** The same while others are announced. A busy engine takes its time; one that is not created after all costs each request no more than this. */
const ANNOUNCED_MS = 250;
/** The longest that a request is kept waiting for others, in milliseconds. */
const LONGEST_MS = 1000;
/** A batch of this many requests leaves without waiting for more: the host has enough to do meanwhile. */
const ENOUGH = 48;

/**
 * Decides how long requests wait for others to travel with. The engine announces what it will create by checking its arguments first, and then
 * creates one resource after the other, as fast as it can write its state: without waiting for the announced ones, each would travel alone.
 */
export class Gathering {
  private announced = 0;

  /** A resource will be created soon. */
  announce(): void {
    this.announced += 1;
  }

  /** One that was announced has come. */
  arrived(): void {
    this.announced = Math.max(0, this.announced - 1);
  }

  /**
   * Milliseconds to wait for one more request. One that is in a hurry takes all along.
   * @param queued the requests there are
   * @param since milliseconds since the oldest of them came
   */
  wait(queued: readonly Command[], since: number): number {
    const most = Math.max(0, LONGEST_MS - since);
    if (this.announced > 0 && queued.every(({ patient }) => patient))
      return queued.length >= ENOUGH ? 0 : Math.min(ANNOUNCED_MS, most);
    return queued.every(({ many }) => many !== undefined) ? Math.min(SHARED_MS, most) : COMPANY_MS;
  }
}
