import { Failure } from "../../rpc/failure";
import { fingerprint, type HostKey, keyType } from "./host-key";

/** What is known when a connection could not be made. */
export interface Attempt {
  /** What people call the host. */
  name: string;
  address: string;
  port: number;
  user: string;
  pinned: readonly HostKey[];
  /** The key the host showed, if it came to that. */
  seen?: Buffer;
  timeoutSeconds: number;
  /** How the login was tried: "key file /root/.ssh/id", "agent". Never the key itself. */
  means: string;
}

/** An error as node's sockets and ssh2 raise it. */
interface SshError extends Error {
  code?: string;
  level?: string;
}

function cause(error: SshError, attempt: Attempt): string {
  const { address, port, user, pinned, seen } = attempt;
  const expected = pinned.map(({ type, blob }) => `${type} ${fingerprint(blob)}`).join(" or ");
  if (seen !== undefined && /verification failed|Host denied/i.test(error.message))
    return `its host key does not match: expected ${expected}, but it showed ${keyType(seen)} ${fingerprint(seen)}. If the host was reinstalled, compare the fingerprint on its console (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub) and put the new key into the configuration; otherwise somebody is in between`;
  if (/no matching host key format/i.test(error.message))
    return `it has no host key of a pinned type (expected ${expected}). Pin one of those in its /etc/ssh/ssh_host_*_key.pub`;
  if (error.level === "client-authentication" || /authentication methods failed/i.test(error.message))
    return `login as ${user} was refused (tried ${attempt.means}). Is the public key in that account's authorized_keys, and may it log in from here?`;
  if (error.level === "client-timeout" || error.code === "ETIMEDOUT" || /timed out/i.test(error.message))
    return `timed out after ${attempt.timeoutSeconds} s. Is the host up, is the address right, does a firewall drop port ${port}?`;
  if (error.code === "ECONNRESET" || /lost before handshake/i.test(error.message))
    return "the host closed the connection during the handshake. Its sshd log tells why (MaxStartups, fail2ban, a tunnel in between?)";
  switch (error.code) {
    case "ECONNREFUSED":
      return `connection refused. Does sshd run there and listen on port ${port}?`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `the name ${address} cannot be resolved. Correct the address or the resolver of this machine`;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "no route to the host. Is it up, and can this machine reach its network (else configure a jump host)?";
    default:
      return `${error.message}. The host's sshd log may tell more`;
  }
}

/** Puts a failed connection into words: host, address, cause and remedy. */
export function connectionFailure(error: unknown, attempt: Attempt): Failure {
  if (error instanceof Failure) return error;
  const ssh = error instanceof Error ? (error as SshError) : new Error(String(error));
  return new Failure(
    `${attempt.name} (${attempt.address}:${attempt.port}): ${cause(ssh, attempt).replace(/[^.?]$/, "$&.")}`,
  );
}

/** Puts a root shell that did not start into words. `stderr` are sudo's own. */
export function privilegeFailure(name: string, address: string, user: string, sudo: boolean, stderr: string): Failure {
  const words = stderr.trim().split("\n").slice(-3).join(" / ") || "it said nothing";
  const head = `${name} (${address}): logged in as ${user}, but ${sudo ? "sudo" : "a shell"} did not start: ${words.replace(/[.]*$/, ".")}`;
  if (/password is required|terminal is required/.test(words))
    return new Failure(`${head} sudo needs a password: give the provider sudoPassword, or ${user} a NOPASSWD rule.`);
  if (/incorrect password|try again/.test(words))
    return new Failure(`${head} The provider's sudoPassword is not the one of ${user}.`);
  if (/not in the sudoers|not allowed to/.test(words))
    return new Failure(`${head} Let ${user} run everything by sudo, or connect as root.`);
  if (/not found|No such file/.test(words)) return new Failure(`${head} Install sudo, or connect as root.`);
  return new Failure(`${head} Try it by hand: ssh ${user}@${address} sudo -n true`);
}
