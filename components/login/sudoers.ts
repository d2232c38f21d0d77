import { renderTemplate } from "../render";
import type { Scheduler } from "../schedulers/scheduler";
import { FORWARDED_ENVIRONMENT } from "./forwarded-environment";

/** What the sudoers drop-in is rendered from. */
export interface SudoersInput {
  /** Name of the stack, for the header. */
  stack: string;
  /** The hub's account on the login node. */
  account: string;
  /** Group whose members it may run commands as. */
  usersGroup: string;
  scheduler: Scheduler;
}

/** The sudoers drop-in of a login node: exactly the scheduler's commands, as members of exactly one group (sudoers(5)). */
export function renderSudoers(input: SudoersInput): string {
  return renderTemplate("login/sudoers", {
    stack: input.stack,
    account: input.account,
    // Aliases are global to sudo: two hubs on one login node need two.
    alias: `SCHEDULER_OF_${input.account.toUpperCase().replaceAll("-", "_")}`,
    usersGroup: input.usersGroup,
    commands: input.scheduler.asUser,
    variables: [...FORWARDED_ENVIRONMENT, ...input.scheduler.variables],
  });
}
