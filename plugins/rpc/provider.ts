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

/** What it takes to be a Pulumi provider; server.ts puts it on the wire. */
export interface ResourceProvider {
  readonly version: string;
  /** `old`: the inputs of the last run, `undefined` the first time. */
  checkConfig(name: string, old: Properties | undefined, inputs: Properties): Promise<Checked>;
  diffConfig(old: Properties, wanted: Properties): Promise<Difference>;
  /** `name` is that of the provider resource: what people call the host. */
  configure(name: string, inputs: Properties): Promise<void>;
  check(type: string, inputs: Properties): Promise<Checked>;
  diff(type: string, id: string, state: Properties, wanted: Properties): Promise<Difference>;
  create(type: string, inputs: Properties, preview: boolean): Promise<Created>;
  /** `undefined` when it is gone. With empty state and inputs this is an import by id. */
  read(type: string, id: string, state: Properties, inputs: Properties): Promise<Live | undefined>;
  update(type: string, id: string, state: Properties, inputs: Properties, preview: boolean): Promise<Properties>;
  delete(type: string, id: string, state: Properties): Promise<void>;
  invoke(token: string, args: Properties, preview: boolean): Promise<Record<string, Plain>>;
  /** The run was interrupted: stop what can be stopped. */
  cancel(): void;
}
