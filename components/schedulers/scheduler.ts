/** What a scheduler's part of the hub's configuration depends on, beside its own section. */
export interface HubContext {
  /** Environments that servers are offered in: `environments` of the stack. */
  environments: readonly { name: string; title: string; path: string; modules: string[] }[];
  /** What a user name must match as a whole: `users.namePattern`. */
  namePattern: string;
}

/** One scheduler as a stack configures it: all that the components need to know of it. */
export interface Scheduler {
  /** Its name: the key under `scheduler`, and the name of its files. */
  name: string;
  /** Commands the hub runs as the user whose server it is: full path, and arguments where exactly these are allowed (sudoers(5), Cmnd). */
  asUser: string[];
  /** Variables of the scheduler's own that must cross SSH and sudo, beside the hub's. */
  variables: string[];
  /** Its part of the hub's configuration file: how servers are submitted, queried and cancelled. */
  hubSection(context: HubContext): string;
}
