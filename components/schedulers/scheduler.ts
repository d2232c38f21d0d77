import type * as pulumi from "@pulumi/pulumi";
import type { OwnTemplate } from "../render";

/** What a scheduler's part of the hub's configuration depends on, beside its own section. */
export interface HubContext {
  /** Environments that servers are offered in: `environments` of the stack. */
  environments: readonly { name: string; title: string; path: string; modules: string[] }[];
  /** What a user name must match as a whole: `users.namePattern`. */
  namePattern: string;
  /** The site's own job script template. Default: the project's. */
  submitTemplate?: OwnTemplate;
}

/** An option that a job script may have: regular expressions of Python's, each for one whole option. */
export interface OptionRule {
  pattern: string;
  /** The most that the number in the pattern's first group may be; hours:minutes:seconds count in seconds. Default: any. */
  most?: number;
}

/** The rule for an option that is written in one way only. */
export const literal = (option: string): OptionRule => ({ pattern: option.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") });

/** What the hub may have a login node do, as data for the program there (runtime/gate). */
export interface ClusterCommands {
  /** What a job id looks like: a regular expression. */
  jobPattern: string;
  /** Name of a job's log below the user's home; `{job}` is its id. */
  logFile: string;
  /** Variables with which the scheduler's commands are run, beside PATH, HOME and the like. */
  environment: Record<string, string>;
  /** Commands as argument vectors; `{user}` and `{job}` are filled in inside an argument. */
  commands: {
    /** Submits the script on standard input; run as the user. */
    submit: string[];
    /** Cancels the user's job `{job}`, if it is a server of this hub; run as the user. */
    cancel: string[];
    /** Prints everybody's servers of this hub. */
    queue: string[];
    /** Prints the servers of `{user}` with the hub's marks. */
    find: string[];
    /** Prints all that is known of `{job}`. */
    job: string[];
    /** Prints all that is recorded of `{job}`, where `job` fails as it is gone. Default: `job` still knows it. */
    ended?: string[];
    /** Prints what the form shows of the partitions; empty: it shows what the stack says. */
    partitions: string[];
    /** Prints whether the scheduler hides other people's jobs from the hub's account; empty: it hides nothing. */
    privacy: string[];
  };
  /** How a job is known to be this hub's before `cancel` is run, where that command cannot tell: a line of a command's answer, as a regular expression. */
  ownJob?: { command: string[]; line: string };
  /**
   * Where the scheduler shows everybody a job's environment: the job reads it in a file, `file` below the user's home, of which `{mark}` is the first
   * group of the option that `mark` matches. Default: it goes with `submit`.
   */
  handOver?: { file: string; mark: string };
  /** What a job script may be. */
  script: {
    /** Its first line. */
    firstLine: string;
    /** What a line that holds an option begins with. The scheduler must read options in no other; the first marker is the one that is allowed. */
    markers: string[];
    /** Options that every script may have. */
    rules: OptionRule[];
    /**
     * What can be chosen: a script has exactly one `choice` among its options, and beside the common ones only those that go with it. An empty
     * `choice` is for a script that has none.
     */
    offers: { choice: string; rules: OptionRule[] }[];
  };
}

/** One scheduler as a stack configures it: all that the components need to know of it. */
export interface Scheduler {
  /** Its name: the key under `scheduler`, and the name of its files. */
  name: string;
  /** Seconds that the longest job may run. */
  longestRun: number;
  /** What the hub may have the login nodes do. */
  cluster: ClusterCommands;
  /** For each partition or queue that is offered, the least and the most that a user may ask for, as the form gives it. */
  examples: Record<string, unknown>[];
  /** Its part of the hub's configuration file: what is offered, and the job script. */
  hubSection(context: HubContext): string;
  /** Has the cluster's administration know the hosts that servers are submitted on, before the hub is started. Default: there is nothing to do. `root`: the project's folder. */
  register?(name: string, root: string, opts: pulumi.ComponentResourceOptions): pulumi.ComponentResource;
}
