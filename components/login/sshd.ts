import { renderTemplate } from "../render";
import type { Scheduler } from "../schedulers/scheduler";
import { FORWARDED_ENVIRONMENT } from "./forwarded-environment";

/** What the sshd drop-in is rendered from. */
export interface SshdInput {
  /** Name of the stack, for the header. */
  stack: string;
  /** The hub's account on the login node. */
  account: string;
  /** Addresses the hub connects from. */
  hubAddresses: string[];
  scheduler: Scheduler;
}

/** The sshd_config drop-in of a login node (sshd_config(5), Match and AcceptEnv). */
export function renderSshdDropIn(input: SshdInput): string {
  return renderTemplate("login/sshd.conf", {
    stack: input.stack,
    account: input.account,
    hubAddresses: input.hubAddresses,
    variables: [...FORWARDED_ENVIRONMENT, ...input.scheduler.variables],
  });
}

/** The options of the hub's authorized key (sshd(8), AUTHORIZED_KEYS FILE FORMAT): no forwarding, no terminal, from the hub alone. */
export function authorizedKeyOptions(hubAddresses: readonly string[]): string {
  return `restrict,from="${hubAddresses.join(",")}"`;
}
