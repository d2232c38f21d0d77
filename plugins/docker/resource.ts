import type { Declaration } from "../rpc/declaration";
import type { Plain } from "../rpc/properties";
import type { Subject } from "../rpc/provider";
import type { EngineConfiguration } from "./engine/configuration";
import type { Engine } from "./engine/engine";

/** Property values by name. */
export type Values = Record<string, Plain>;

/** A resource as the engine has it. */
export interface Found {
  id: string;
  /** All that is read from the engine. */
  values: Values;
}

/** What a resource can ask. */
export interface Context {
  engine: Engine;
  configuration: EngineConfiguration;
}

/** One resource of @pulumi/docker. */
export interface DockerResource extends Declaration {
  /** Arguments that hold what the engine chose where they are not given. */
  computed: readonly string[];
  /** Arguments whose order means nothing. */
  sets: readonly string[];
  /** Arguments of the package that the stand-in refuses, and why. */
  unserved: Record<string, string>;
  /** Properties that the state has for the genuine plugin, which reads them when it takes over. */
  meta: Values;
  /** The argument that is made from the resource's name where it is not given. */
  autoNamed?: string;
  create(context: Context, inputs: Values, subject: Subject): Promise<Found>;
  /** `undefined` when it is gone. */
  read(context: Context, id: string, state: Values): Promise<Found | undefined>;
  update?(context: Context, id: string, inputs: Values): Promise<Found>;
  delete(context: Context, id: string, state: Values): Promise<void>;
}
