/** What the fault suite asks of a site, beside what the abuse suite does: its adapter stands beside the site's tests, the faults here know no site. */
import type { Page } from "playwright-core";
import type { AbuseSite, Person } from "../abuse/site";

/** Puts right what was broken; it may be called again. */
export type Heal = () => Promise<unknown>;

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
    /** Seconds for which it is stopped at least; default: as long as the test takes. */
    awaySeconds?: number;
    /** What a page says while it is stopped. */
    away: RegExp;
    /** New jobs wait, and go on when it is released. */
    hold(): Promise<void>;
    release(): Promise<void>;
    /** From now on the scheduler gives up a node that is cut off within seconds, or at least sends it no more jobs. */
    giveUpSoon(): Promise<Heal>;
    /** What it says of a job whose node was given up, as the hub's page shows it; none: it waits for the node as long as it takes. */
    nodeLost?: RegExp;
    /** What it says of a job whose node was booted anew. */
    nodeRebooted: RegExp;
    /** Whether a node takes jobs. */
    nodeIsReady(node: string): Promise<boolean>;
  };
  /** The hosts that submit servers. */
  submission: {
    /** None of them is of any use to the hub, in the worst way that there is. */
    fail(): Promise<Heal>;
    /** What the hub asks does not get there, while they go on. */
    cut(): Promise<Heal>;
    /** What a page says of each. */
    away: RegExp[];
    /** The program for the hub cannot be used on one of them. */
    breakProgram(host: string): Promise<Heal>;
  };
}
