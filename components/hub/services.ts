import { authenticatorOf } from "../authenticators";
import type { StackConfig } from "../config/schema";
import { webServerOf } from "../web";
import { runnerOf } from "./runners";

/** The services of the hub host that run as long as it does, by their names without suffix: what others stand on comes first. */
export function servicesOf(config: StackConfig): string[] {
  const front = webServerOf(config);
  return [
    ...(authenticatorOf(config.authentication).services ?? []),
    ...runnerOf(config.hub).services,
    ...(front ? [front.unit] : []),
  ];
}
