import type { HostAccess, JumpAccess } from "../../components/config/host";
import { localFile } from "../../components/config/local-file";
import { parseConfiguration } from "../../plugins/host/connection/configuration";
import { Host } from "../../plugins/host/connection/host";
import { root } from "./stack";

/** A host of a stack, reached as `pulumi up` reaches it. Connected when first used; `close` it. */
export function hostOf(name: string, access: HostAccess): Host {
  return new Host(
    name,
    parseConfiguration({
      ...endpoint(access),
      sudo: access.user !== "root",
      sudoPassword: access.sudoPassword?.reveal(),
      jump: access.jump && endpoint(access.jump),
      connectTimeout: access.connectTimeout,
    }),
  );
}

function endpoint(access: HostAccess | JumpAccess) {
  const { address, port, user, agent, hostKeys = [], privateKeyFile } = access;
  return {
    ...{ address, port, user, agent, hostKeys },
    privateKey: access.privateKey?.reveal(),
    privateKeyFile: privateKeyFile && localFile(root, privateKeyFile),
    passphrase: access.passphrase?.reveal(),
  };
}
