import type { z } from "zod";
import type { Plain } from "../../rpc/properties";
import type { CheckFailure } from "../../rpc/provider";
import type { Host } from "../connection/host";
import type { Coming } from "./record";

/** Arguments or state by property name. */
export type Values = Record<string, Plain>;

/** A kind of resource. Its state is its arguments, as they are on the host, and its outputs. */
export interface Resource<Args, Outputs = object> {
  /** Name in "host:index:NAME". */
  readonly type: string;
  /** The arguments, each with its check and default. */
  readonly args: z.ZodRawShape;
  /** Outputs beyond the arguments, each with the arguments it follows from: it is unknown in a preview, and secret, when one of these is. */
  readonly outputs: Readonly<Record<string, readonly string[]>>;
  /** Arguments whose change means another resource. */
  readonly replaceOn: readonly string[];
  /** Arguments that only say how to get there, such as where a file to upload lies: a change of theirs alone is no change. */
  readonly incidental?: readonly string[];
  /** Defaults that depend on other arguments, of which some may be missing because they are not known yet. */
  complete?(args: Args): Args;
  /** What is wrong with the arguments together. Called when all are known. */
  problems?(args: Args): CheckFailure[];
  /** Properties to keep secret whether or not they were given as such. */
  secrets?(args: Args): string[];
  /** What tells this resource from others on the same host. */
  id(args: Args): string;
  /** For an import: the arguments that the id stands for. */
  fromId(id: string): Partial<Args>;
  /** @param coming "again" when this run found it gone: what was noted on the host before it first came still holds. */
  create(host: Host, args: Args, coming: Coming): Promise<Args & Outputs>;
  /** The state as it is on the host, `undefined` if the thing is gone. */
  read(host: Host, state: Args & Outputs): Promise<(Args & Outputs) | undefined>;
  update(host: Host, state: Args & Outputs, args: Args): Promise<Args & Outputs>;
  /** Puts back what was there before. Succeeds if the thing is gone already. */
  delete(host: Host, state: Args & Outputs): Promise<void>;
}

/** The thing is there but not well: raised by create and update with the state it is in, which is kept. */
export class Unwell<State> extends Error {
  constructor(
    readonly state: State,
    reason: string,
  ) {
    super(reason);
  }
}
