/** What the abuse suite asks of a site: its adapter stands beside the site's tests, the cases here know no site. */
import type { Box } from "../../box/api";
import type { Answer, Session } from "./session";

/** A job of the hub as the scheduler knows it. */
export interface JobFact {
  id: string;
  user: string;
  /** Queue or partition. */
  partition: string;
  cores: number;
  /** Time limit in minutes. */
  minutes: number;
  /** Memory in MB as it was asked for; 0: the scheduler's default. */
  memoryMb: number;
  /** Account the job is charged to, and anything else that a user could have tried to set. */
  further: Record<string, string>;
}

/** A person with an account at the site's log-in and on its cluster. */
export interface Person {
  name: string;
  password: string;
}

/** How a site is attacked. */
export interface AbuseSite {
  box: Box;
  /** The address people type, without a slash at the end. */
  url: string;
  /** The hub's API as compute nodes reach it, without a slash at the end: `https://10.77.0.10:8081/hub/api`. */
  apiUrl: string;
  /** PEM of the authority that signed the hub's certificate. */
  authority: string;
  /** Two users of the hub; `mallory` attacks. */
  alice: Person;
  mallory: Person;
  /** Names of hosts. `login`: those that the hub reaches over SSH, if any; `submit`: one where servers are submitted, and where homes are: the first of them, or the hub host. */
  hosts: { hub: string; login: string[]; submit: string; compute: string[]; scheduler: string };
  /** Account on the submit hosts that the hub has there. */
  submitAccount: string;
  /** Logs a person in; where that ends, and with what status, is the answer. */
  logIn(session: Session, person: Person): Promise<Answer>;
  /** Every job of this hub that the scheduler remembers, ended ones included; newest last. */
  jobs(): Promise<JobFact[]>;
  /** Whether a job waits or runs. */
  isActive(id: string): Promise<boolean>;
  /** Ends all jobs of a user. */
  cancelAll(user: string): Promise<void>;
  /** The least that can be asked for, and the job that comes of it. */
  small: { options: Record<string, unknown>; job: Partial<JobFact> };
  /** Commands, as user on any host, that print all the scheduler tells everybody of jobs. */
  schedulerTells: string;
}
