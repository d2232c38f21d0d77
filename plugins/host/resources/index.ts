import { authorizedKey } from "./authorized-key/authorized-key";
import { directory } from "./directory/directory";
import { file } from "./file/file";
import { keyPair } from "./key-pair/key-pair";
import { packages } from "./package/package";
import { randomSecret } from "./random-secret/random-secret";
import type { Resource, Values } from "./resource";
import { systemdUnit } from "./systemd-unit/systemd-unit";
import { user } from "./user/user";

/** A resource whose arguments the caller does not know: they were checked by its own schema. */
export type AnyResource = Resource<Values, Values>;

/** Every kind of resource. */
export const resources = [
  authorizedKey,
  directory,
  file,
  keyPair,
  packages,
  randomSecret,
  systemdUnit,
  user,
] as unknown as readonly AnyResource[];
