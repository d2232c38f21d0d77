/** What a check of a deployed hub is: it looks, and gives what it found in words. */
import type { ResolvedConfig } from "../../components/config/files";
import type { Host } from "../../plugins/host/connection/host";
import type { Report } from "./report";

/** Something found. Alarms make doctor fail. */
export interface Finding {
  level: "ok" | "warning" | "ALARM";
  /** What is so, with the thing's name. */
  what: string;
  /** What to do; only where something is wrong. */
  next?: string;
}

/** A deployed stack, and the ways to it. */
export interface Deployed {
  config: ResolvedConfig;
  hub: Host;
  /** By name. */
  login: ReadonlyMap<string, Host>;
  /** What the hub's software tells; rejected when it cannot run. */
  report: Promise<Report>;
  now: Date;
}

/** One subject, in a file of its own. */
export interface Check {
  name: string;
  /** Looks, and judges. What it throws becomes an alarm with these words. */
  look(deployed: Deployed): Promise<Finding[]>;
}

export const ok = (what: string): Finding => ({ level: "ok", what });
export const warning = (what: string, next: string): Finding => ({ level: "warning", what, next });
export const alarm = (what: string, next: string): Finding => ({ level: "ALARM", what, next });
