import { renderTemplate } from "../render";
import { FORWARDED_ENVIRONMENT } from "./forwarded-environment";
import { programOf } from "./paths";

/** What the program does in a user's name. The words are exact: sudo lets no other argument through, and the job id comes on standard input. */
const AS_USER = ["submit", "cancel", "log"];

/** What the sudoers drop-in is rendered from. */
export interface SudoersInput {
  /** Name of the stack, for the header. */
  stack: string;
  /** The hub's account on the login node. */
  account: string;
  /** Group whose members it may run commands as. */
  usersGroup: string;
}

/** The sudoers drop-in of a login node: exactly one program with exactly these words, as members of exactly one group (sudoers(5)). */
export function renderSudoers(input: SudoersInput): string {
  return renderTemplate("login/sudoers", {
    stack: input.stack,
    account: input.account,
    // Aliases are global to sudo: two hubs on one login node need two.
    alias: `CLUSTER_OF_${input.account.toUpperCase().replaceAll("-", "_")}`,
    usersGroup: input.usersGroup,
    commands: AS_USER.map((word) => `${programOf(input.account)} ${word}`),
    variables: [...FORWARDED_ENVIRONMENT],
  });
}
