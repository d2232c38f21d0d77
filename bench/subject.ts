import type { Aim } from "./aim";
import type { Options } from "./options";

/** What a run of a subject found. */
export interface Report {
  /** Tables and remarks, for people. */
  text: string;
  aims: Aim[];
  /** All that was measured, for --json. */
  figures: unknown;
}

/** Something that is measured side by side with what it is to be compared to. */
export interface Subject {
  /** What --subject calls it. */
  name: string;
  /** What is compared to what, in one line. */
  description: string;
  /** Seconds that it likely takes on two cores, whatever the options are; hosts that have to be brought up first are not counted. */
  seconds: number;
  /** The site of the box that it works on; undefined: none. */
  site?: string;
  /**
   * Measures.
   * @param elapsed seconds since the start of the program
   */
  measure(options: Options, elapsed: () => number): Promise<Report>;
}
