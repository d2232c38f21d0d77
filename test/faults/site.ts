/** What the fault suite asks of a site, beside what the abuse suite does: its adapter stands beside the site's tests, the faults here know no site. */
import type { Page } from "playwright-core";
import type { AbuseSite, Person } from "../abuse/site";

/** A job of the hub that waits or runs. */
export interface LiveJob {
  id: string;
  user: string;
  runs: boolean;
  /** Where it runs; empty while it waits. */
  node: string;
}

/** A site in which things fail. `alice` has a server throughout; `mallory` starts and stops his, and means no harm here. */
export interface FaultSite extends AbuseSite {
  /** The hub's systemd units on its host. `network`: what both containers need; none at a site whose hub is in no container. */
  units: { hub: string; proxy: string; network?: string };
  /** The hub's configuration file on its host: Python, read at each start. */
  hubConfig: string;
  /** Whether the hub itself answers, whatever the proxy does. */
  hubAnswers(): Promise<boolean>;
  /** What waits and runs. */
  live(): Promise<LiveJob[]>;
  /** Logs a person in with a browser, and fills the site's form with the least that can be asked for; it is not sent. */
  fillForm(page: Page, person: Person): Promise<void>;
  scheduler: {
    /** Stops what submits and answers questions about jobs; jobs run on. */
    stop(): Promise<void>;
    start(): Promise<void>;
    /** What a page says while it is stopped. */
    away: RegExp;
    /** New jobs wait, and go on when it is released. */
    hold(): Promise<void>;
    release(): Promise<void>;
    /** From now on the scheduler gives up a node that is cut off within seconds; undone by what is returned. */
    giveUpSoon(): Promise<() => Promise<void>>;
    /** What it says of a job whose node was lost, as the hub's page shows it. */
    nodeLost: RegExp;
    /** Whether a node takes jobs. */
    nodeIsReady(node: string): Promise<boolean>;
  };
  /** Makes a login node's program for the hub unusable there; undone by what is returned. */
  breakProgram(login: string): Promise<() => Promise<void>>;
}
