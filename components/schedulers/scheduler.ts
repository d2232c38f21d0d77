/** What every scheduler says about itself to the components that prepare login nodes. */
export interface Scheduler {
  /** Its name: the key under `scheduler`, and the name of its files. */
  name: string;
  /** Commands the hub runs as the user whose server it is: full path, and arguments where exactly these are allowed (sudoers(5), Cmnd). */
  asUser: string[];
  /** Commands the hub runs as its own account: full paths. */
  asAccount: string[];
  /** Variables of the scheduler's own that must cross SSH and sudo, beside the hub's. */
  variables: string[];
}
