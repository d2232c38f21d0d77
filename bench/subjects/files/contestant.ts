import type { Cost } from "../../measure";
import type { StepName } from "./figures";
import type { Load } from "./load";
import type { Target } from "./target";

/** What one step cost, and what only some contestants can tell. */
export interface Result extends Cost {
  /** Batches sent to the host after connecting. */
  roundTrips?: number;
}

/** A contestant that is ready to run on a clean host. */
export interface Entry {
  /** The first apply; a preview of what has not changed, where there is such a thing; an apply of what has not changed. */
  steps: Partial<Record<StepName, () => Promise<Result>>>;
  /** Removes what it left on this machine. */
  clean(): Promise<void>;
  /** What only this machine decides, such as which of two programs serves. */
  note?: string;
}

/** Somebody who brings files and units to a host. */
export interface Contestant {
  name: string;
  /** What it is and how it is used, for the person who reads the table. */
  description: string;
  /** Whether files and units are on the host afterwards. */
  applies: boolean;
  /** Gets everything ready that is not to be measured. */
  prepare(target: Target, load: Load): Promise<Entry>;
}
