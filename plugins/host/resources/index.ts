import { authorizedKey } from "./authorized-key/authorized-key";
import { certificateRequest } from "./certificate-request/certificate-request";
import { containerImage } from "./container-image/container-image";
import { directory } from "./directory/directory";
import { file } from "./file/file";
import { firewall } from "./firewall/firewall";
import { keyPair } from "./key-pair/key-pair";
import { packages } from "./package/package";
import { pythonEnvironment } from "./python-environment/python-environment";
import { randomSecret } from "./random-secret/random-secret";
import type { Resource, Values } from "./resource";
import { selfSignedCertificate } from "./self-signed-certificate/self-signed-certificate";
import { sysctl } from "./sysctl/sysctl";
import { systemdUnit } from "./systemd-unit/systemd-unit";
import { user } from "./user/user";

/** A resource whose arguments the caller does not know: they were checked by its own schema. */
export type AnyResource = Resource<Values, Values>;

/** Every kind of resource. */
export const resources = [
  authorizedKey,
  certificateRequest,
  containerImage,
  directory,
  file,
  firewall,
  keyPair,
  packages,
  pythonEnvironment,
  randomSecret,
  selfSignedCertificate,
  sysctl,
  systemdUnit,
  user,
] as unknown as readonly AnyResource[];

/** The name of a resource's files: its folder here and its file in sdk/. */
export function fileNameOf({ type }: Pick<AnyResource, "type">): string {
  return type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
}
