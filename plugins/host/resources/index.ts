import { file } from "./file/file";
import type { Resource, Values } from "./resource";

/** A resource whose arguments the caller does not know: they were checked by its own schema. */
export type AnyResource = Resource<Values, Values>;

/** Every kind of resource. */
export const resources: readonly AnyResource[] = [file] as unknown as readonly AnyResource[];
