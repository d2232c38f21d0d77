import { addressPattern } from "../../plugins/host/connection/configuration";
import { Failure } from "../../plugins/rpc/failure";

/** A host as people type it. */
export interface Target {
  address: string;
  port: number;
  user?: string;
}

/**
 * Reads [USER@]HOST[:PORT]; an IPv6 address with a port stands in brackets.
 * @throws Failure when it is anything else; what could be taken for an option of ssh is.
 */
export function parseTarget(text: string, defaultPort: number): Target {
  const match =
    /^(?:([A-Za-z_][A-Za-z0-9_.-]*)@)?(?:\[([^\]]+)\]|([^:[\]]+)|([0-9A-Fa-f:.%a-z]*:[^[\]]*:[^[\]]*))(?::(\d{1,5}))?$/.exec(
      text,
    );
  const [, user, bracketed, name, bare, digits] = match ?? [];
  const address = bracketed ?? name ?? bare ?? "";
  const port = digits === undefined ? defaultPort : Number(digits);
  if (!addressPattern.test(address) || port < 1 || port > 65535)
    throw new Failure(`${JSON.stringify(text)} is not HOST, HOST:PORT, [IPV6]:PORT or USER@HOST.`);
  return user === undefined ? { address, port } : { address, port, user };
}

/** The same, as `parseTarget` reads it. */
export function spellTarget(address: string, port: number): string {
  if (port === 22) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
