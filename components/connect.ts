/** From a validated `host` entry to the provider of that host's resources. */
import { type Endpoint, Provider } from "../plugins/host/sdk";
import type { HostAccess, JumpAccess } from "./config/host";
import { localFile } from "./config/local-file";

/**
 * The provider of one host.
 * @param origin where the stack's configuration has it, for errors
 * @param root the project's folder, to which relative paths in the configuration refer
 */
export function connect(name: string, host: HostAccess, origin: string, root: string): Provider {
  return new Provider(name, {
    ...endpoint(host, root),
    sudo: host.user !== "root",
    sudoPassword: host.sudoPassword?.output(),
    jump: host.jump && endpoint(host.jump, root),
    origin,
    connectTimeout: host.connectTimeout,
    rollbackAfter: host.rollbackAfter,
  });
}

function endpoint(access: HostAccess | JumpAccess, root: string): Endpoint {
  return {
    address: access.address,
    port: access.port,
    user: access.user,
    hostKeys: access.hostKeys ?? [],
    privateKey: access.privateKey?.output(),
    privateKeyFile: access.privateKeyFile && localFile(root, access.privateKeyFile),
    passphrase: access.passphrase?.output(),
    agent: access.agent,
  };
}
