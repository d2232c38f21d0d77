import type { Plain, Properties } from "./properties";

/** A property that was refused, and why. */
export interface CheckFailure {
  property: string;
  reason: string;
}

/** Inputs with defaults filled in, or what is wrong with them. */
export interface Checked {
  inputs: Properties;
  failures: CheckFailure[];
}

export type ChangeKind = "add" | "delete" | "update";

/** One property that differs. */
export interface PropertyChange {
  kind: ChangeKind;
  /** The resource has to be made anew for it. */
  replace: boolean;
}

/** What differs between a resource's state and what is wanted. No changes: nothing differs. */
export interface Difference {
  changes: Record<string, PropertyChange>;
  /** On replacement the old one must go before the new one can come. */
  deleteBeforeReplace: boolean;
}

/** A resource as it is. `inputs` are those that would have produced it. */
export interface Live {
  id: string;
  state: Properties;
  inputs: Properties;
}

export interface Created {
  id: string;
  state: Properties;
}

/** The resource of the program that a call is about. */
export interface Subject {
  urn: string;
  /** Its name in the program. */
  name: string;
}

/** What a check may go by besides the inputs. */
export interface CheckSubject extends Subject {
  /** The inputs as they were checked the last time; `undefined` the first time, and for a replacement. */
  old: Properties | undefined;
  /** The same in a preview and in the `up` after it: what a generated name is derived from. */
  randomSeed: Uint8Array;
}

/** What it takes to be a Pulumi provider; server.ts puts it on the wire. */
export interface ResourceProvider {
  readonly version: string;
  /** Every preview and every `up` reads each resource first. */
  readonly refreshBeforeUpdate: boolean;
  /** `old`: the inputs of the last run, `undefined` the first time. */
  checkConfig(name: string, old: Properties | undefined, inputs: Properties): Promise<Checked>;
  diffConfig(old: Properties, wanted: Properties): Promise<Difference>;
  /** `name` is that of the provider resource: what people call the host. */
  configure(name: string, inputs: Properties): Promise<void>;
  check(type: string, inputs: Properties, subject: CheckSubject): Promise<Checked>;
  /** `oldInputs`: those that led to the state, which says the same and more for most resources. */
  diff(type: string, id: string, state: Properties, wanted: Properties, oldInputs: Properties): Promise<Difference>;
  create(type: string, inputs: Properties, preview: boolean, subject: Subject): Promise<Created>;
  /** `undefined` when it is gone. With empty state and inputs this is an import by id. */
  read(type: string, id: string, state: Properties, inputs: Properties): Promise<Live | undefined>;
  update(
    type: string,
    id: string,
    state: Properties,
    inputs: Properties,
    preview: boolean,
    subject: Subject,
  ): Promise<Properties>;
  delete(type: string, id: string, state: Properties, subject: Subject): Promise<void>;
  invoke(token: string, args: Properties, preview: boolean): Promise<Record<string, Plain>>;
  /** The run was interrupted: stop what can be stopped. */
  cancel(): void;
}
