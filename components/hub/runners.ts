/** The ways to run the hub that there are. */
import type { StackConfig } from "../config/schema";
import { inContainers } from "./container";
import { directly } from "./on-host/directly";
import type { Runner } from "./runner";

/** The way that is configured. */
export function runnerOf(hub: StackConfig["hub"]): Runner {
  return hub.onHost ? directly(hub) : inContainers(hub);
}
