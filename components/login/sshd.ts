import { renderTemplate } from "../render";
import { FORWARDED_ENVIRONMENT } from "./forwarded-environment";
import { programOf } from "./paths";

/** What the sshd drop-in is rendered from. */
export interface SshdInput {
  /** Name of the stack, for the header. */
  stack: string;
  /** The hub's account on the login node. */
  account: string;
  /** Addresses the hub connects from. */
  hubAddresses: string[];
}

/** The sshd_config drop-in of a login node (sshd_config(5), Match and AcceptEnv). */
export function renderSshdDropIn(input: SshdInput): string {
  return renderTemplate("login/sshd.conf", {
    stack: input.stack,
    account: input.account,
    hubAddresses: input.hubAddresses,
    program: programOf(input.account),
    variables: [...FORWARDED_ENVIRONMENT],
  });
}

/**
 * The options of the hub's authorized key (sshd(8), AUTHORIZED_KEYS FILE FORMAT): no forwarding, no terminal, from the hub alone, and for the one
 * program whatever became of the drop-in.
 */
export function authorizedKeyOptions(account: string, hubAddresses: readonly string[]): string {
  return `restrict,from="${hubAddresses.join(",")}",command="${programOf(account)}"`;
}
