import { showKey, type Way } from "../../plugins/host/connection/dial";
import { type HostKey, keyKinds, keyType } from "../../plugins/host/connection/host-key";
import { Failure } from "../../plugins/rpc/failure";

/**
 * The public keys that a host shows now, one connection for each kind, none of them logged in.
 * @param kinds which are asked for first; all, where the host has none of them. Each is a connection that sshd may count against the caller.
 * @throws Failure in words when there is no host, no SSH server, or no key of a kind that can be pinned.
 */
export async function shownKeys(
  name: string,
  address: string,
  port: number,
  way: Way,
  kinds: readonly (readonly string[])[] = keyKinds,
): Promise<HostKey[]> {
  const keys: HostKey[] = [];
  for (const algorithms of kinds) {
    const blob = await showKey(name, address, port, algorithms, way);
    if (blob !== undefined) keys.push({ type: keyType(blob), blob });
  }
  if (keys.length === 0 && kinds.length < keyKinds.length) return shownKeys(name, address, port, way);
  if (keys.length === 0)
    throw new Failure(
      `${name} (${address}:${port}): it has no ed25519, ecdsa or rsa key. Make one there: ssh-keygen -A`,
    );
  return keys;
}
