import { Failure } from "../../rpc/failure";
import { fingerprint, type HostKey, keyType } from "./host-key";

/** How far a connection came: to the address of a name, to the port, to its greeting, to its key, to the login. */
export type Stage = "name" | "reach" | "greet" | "key" | "login";

/** What is known when a connection could not be made. */
export interface Attempt {
  /** What people call the host. */
  name: string;
  address: string;
  port: number;
  user: string;
  pinned: readonly HostKey[];
  /** Address of the jump host in front, if there is one. */
  via?: string;
  stage: Stage;
  /** What the port said before it named itself an SSH server; at the login, what the host shows people. */
  said: string;
  /** The key the host showed, if it came to that. */
  seen?: Buffer;
  /** Ways to log in that the host still offered when it refused. */
  methods: readonly string[];
  /** Whether the key was accepted and the host wants more than a key. */
  halfway: boolean;
  timeoutSeconds: number;
  /** How the login was tried: "key file /root/.ssh/id", "agent". Never the key itself. */
  means: string;
}

/** An error as node's sockets and ssh2 raise it. */
interface SshError extends Error {
  code?: string;
  level?: string;
  /** Of a channel that was not opened (RFC 4254, 5.1): 1 prohibited, 2 the connection failed. */
  reason?: number;
}

/** node-ssh's words for a connection that ended, for which it has the code of a timeout. */
const CLOSED = "No response from server";

function cause(error: SshError, attempt: Attempt): string {
  if (error.message.startsWith("Cannot parse privateKey") || /private key\b/i.test(error.message))
    return keyTrouble(error.message, attempt.means);
  if (error.reason !== undefined) return forwardTrouble(error, attempt);
  if (attempt.stage === "greet" && isForeign(attempt.said)) return silence(attempt);
  const closed = error.message === CLOSED;
  if (!closed && (error.level === "client-timeout" || error.code === "ETIMEDOUT" || /timed out/i.test(error.message)))
    return `timed out after ${attempt.timeoutSeconds} s. ${slowness(attempt)}`;
  if (attempt.stage === "name" || attempt.stage === "reach") return distance(error, attempt);
  if (attempt.stage === "greet") return silence(attempt);
  if (attempt.stage === "key") return mistrust(error, attempt);
  return refusal(error, attempt);
}

function keyTrouble(message: string, means: string): string {
  const words = message.replace(/^Cannot parse privateKey: /, "");
  if (/no passphrase/i.test(words))
    return `${means} is encrypted. Set its passphrase as a secret (passphrase), or load it into an agent and set agent: true`;
  if (/bad passphrase|integrity check/i.test(words))
    return `the passphrase does not open ${means}. Try it: ssh-keygen -y -f FILE`;
  return `${means} is not a private key that can be used here (${words}). It must be the private half, in OpenSSH or PEM form: ssh-keygen -p -f FILE rewrites others. Keys on a FIDO token are not supported`;
}

function forwardTrouble({ reason, message }: SshError, { via, address, port, user }: Attempt): string {
  if (reason === 1)
    return `its jump host ${via} does not forward connections. Allow it there for the account that jumps (AllowTcpForwarding, PermitOpen, no "restrict" in its authorized_keys)`;
  const words = message.replace(/^.*failure: /, "");
  return `its jump host ${via} cannot reach it (${words}). Try it there: ssh -p ${port} ${user}@${address}; a name is looked up on the jump host`;
}

function slowness({ stage, address, port, user, via }: Attempt): string {
  switch (stage) {
    case "name":
      return `The name ${address} was not resolved until then. Correct the address or the resolver of this machine`;
    case "reach":
      return `Is the host up, is the address right, does a firewall ${via === undefined ? "" : `behind ${via} `}drop port ${port}?`;
    case "greet":
      return `Something accepts connections on port ${port} and does not say that it is an SSH server: is it sshd, and is the host overloaded?`;
    case "key":
      return "It answered, and its key did not arrive: often packets too large for the way (MTU), or a host that is overloaded";
    case "login":
      return `The login as ${user} did not end: on the host, PAM, LDAP or a home directory on a file server that does not answer. Its sshd log tells`;
  }
}

function distance(error: SshError, { address, port }: Attempt): string {
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
      return `${error.message || error.code}. The host's sshd log may tell more`;
  }
}

/** Whether what a port says comes from something else than a sshd: that does not change by asking again. */
export function isForeign(said: string): boolean {
  return said !== "" && !/^(Exceeded|Not allowed)/.test(said);
}

function silence({ said, port }: Attempt): string {
  if (!isForeign(said))
    return `the host closed the connection before the login${said && ` ("${said}")`}. Its sshd log tells why: too many logins at once (MaxStartups), earlier failures from here (PerSourcePenalties, fail2ban), or hosts.deny`;
  return `port ${port} does not speak SSH: it said ${JSON.stringify(said.slice(0, 80))}. Is that the port of sshd?`;
}

function mistrust(error: SshError, { pinned, seen, address, port }: Attempt): string {
  const expected = pinned.map(({ type, blob }) => `${type} ${fingerprint(blob)}`).join(" or ");
  const look = `npm run doctor -- host-key ${address.includes(":") ? `[${address}]:${port}` : port === 22 ? address : `${address}:${port}`}`;
  if (seen !== undefined && /verification failed|Host denied/i.test(error.message))
    return `its host key does not match: expected ${expected}, but it showed ${keyType(seen)} ${fingerprint(seen)}. If the host was reinstalled, ${look} shows its keys and how to compare them with its console; put the new one into the configuration. Otherwise somebody is in between`;
  if (/no matching host key format/i.test(error.message))
    return `it has no host key of a pinned type (expected ${expected}). ${look} shows those it has`;
  if (/no matching/i.test(error.message))
    return `${error.message}: it is too old, or its sshd allows only what this program lacks (Ciphers, KexAlgorithms, MACs in its sshd_config)`;
  return `the host closed the connection during the handshake (${error.message}). Its sshd log tells why`;
}

function refusal(error: SshError, { user, means, methods, halfway, said }: Attempt): string {
  if (error.level === "agent" || /agent/i.test(error.message))
    return `${means} did not answer (${error.message}). Start it, or give privateKeyFile`;
  if (/too many authentication failures/i.test(error.message))
    return `login as ${user} was refused: ${means} were too many to try (MaxAuthTries). Name the right one: privateKeyFile`;
  if (halfway)
    return `login as ${user}: the key was accepted, and the host asks for more (${methods.join(", ")}), which nobody is there to type. Exempt the account: "Match User ${user}" with "AuthenticationMethods publickey" in its sshd_config`;
  if (methods.length > 0 && !methods.includes("publickey"))
    return `login as ${user} was refused: the host takes no keys, only ${methods.join(", ")}. Set "PubkeyAuthentication yes" in its sshd_config for that account`;
  if (error.level === "client-authentication" || /authentication methods failed/i.test(error.message))
    return `login as ${user} was refused (tried ${means}). Is the public key in that account's authorized_keys, and may it log in from here?`;
  const words = error.message === CLOSED ? "" : ` (${error.message})`;
  const shown = said === "" ? "" : `, and said ${JSON.stringify(said.replaceAll(/\s+/g, " ").slice(-200))}`;
  return `the host closed the connection during the login as ${user}${words}${shown}. Its sshd log tells why: an account that has expired, a host that is booting (/run/nologin), LoginGraceTime?`;
}

/** Puts a failed connection into words: host, address, cause and remedy. */
export function connectionFailure(error: unknown, attempt: Attempt): Failure {
  if (error instanceof Failure) return error;
  const ssh = error instanceof Error ? (error as SshError) : new Error(String(error));
  return new Failure(
    `${attempt.name} (${attempt.address}:${attempt.port}): ${cause(ssh, attempt).replace(/[^.?]$/, "$&.")}`,
  );
}

/** Puts a shell that did not start into words. `said` is what sudo, the login shell or what runs in its place said. */
export function privilegeFailure(name: string, address: string, user: string, sudo: boolean, said: string): Failure {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  const words = lines.slice(-3).join(" / ").trim() || "it said nothing";
  const head = `${name} (${address}): logged in as ${user}, but ${sudo ? "sudo" : "a shell"} did not start: ${words.replace(/[.]*$/, ".")}`;
  return new Failure(`${head} ${remedy(words, user, address)}`);
}

function remedy(words: string, user: string, address: string): string {
  if (/tty present|have a tty/.test(words))
    return `The host's sudoers has "requiretty". Exempt the account: Defaults:${user} !requiretty`;
  if (/password is required|terminal is required/.test(words))
    return `sudo needs a password: give the provider sudoPassword, or ${user} a NOPASSWD rule.`;
  if (/incorrect password|try again/.test(words)) return `The provider's sudoPassword is not the one of ${user}.`;
  if (/not in the sudoers|not allowed to/.test(words)) return `Let ${user} run everything by sudo, or connect as root.`;
  if (/sudo: (command )?not found|sudo: No such file/i.test(words)) return "Install sudo, or connect as root.";
  if (/mktemp|No space left/.test(words))
    return "There is no room for a temporary directory in /run or /tmp of the host.";
  if (/no answer within/.test(words))
    return `Try it by hand: ssh ${user}@${address} sudo true. Does sudo ask for more than a password, or PAM wait for a server?`;
  if (/not available|nologin/.test(words)) return `Give ${user} a login shell, or connect as another account.`;
  return `Try it by hand: ssh ${user}@${address} true. A login shell, a ForceCommand of sshd or a command="" in authorized_keys must let commands through.`;
}
