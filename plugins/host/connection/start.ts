import { randomBytes } from "node:crypto";
import type { Client, ClientChannel } from "ssh2";
import { Failure } from "../../rpc/failure";

/** As whom to run, and what to say when it does not work. */
export interface Entry {
  /** The host in an error: name and address. */
  where: string;
  sudo: boolean;
  sudoPassword?: string;
  /** Seconds until the program must run. */
  timeoutSeconds: number;
  /** Makes the error of what was said when it did not start. */
  refused(words: string): Failure;
}

/** The host opens no further session on this connection (MaxSessions of its sshd). */
export class SessionRefused extends Failure {}

/** What a login shell may print at its start before it counts as something else than a shell. */
const NOISE_BYTES = 256 * 1024;

/**
 * The command line that makes a login shell of any kind run a program that follows on stdin. It has no value in it, nothing that csh or fish read
 * differently, and no line break. What a noisy login shell prints, or reads, comes before "GO-nonce".
 */
export function commandLine(nonce: string, sudo: boolean, withPassword: boolean, programBytes: number): string {
  const starter = `echo GO-${nonce}; while IFS= read -r l; do [ "$l" = ${nonce} ] && break; done; eval "$(head -c ${programBytes})"`;
  const prefix = !sudo ? "" : withPassword ? `sudo -S -p ASK-${nonce} -- ` : "sudo -n -- ";
  return `${prefix}/bin/sh -c '${starter}'`;
}

/**
 * Starts a program, by sudo if told so, and gives its channel: what is written there next is its stdin. The password is sent once: sudo must not take
 * further lines for guesses, which may lock an account.
 * @param mark what the program prints first, if it does; it is waited for.
 * @throws SessionRefused when the connection has all the sessions the host allows, and what `refused` makes.
 */
export async function startProgram(
  client: Client,
  entry: Entry,
  program: string,
  mark?: string,
): Promise<ClientChannel> {
  const nonce = randomBytes(8).toString("hex");
  const { sudo, sudoPassword } = entry;
  const line = commandLine(nonce, sudo, sudoPassword !== undefined, Buffer.byteLength(program));
  const channel = await openChannel(client, line, entry.where);
  const started = waitFor(channel, entry, `GO-${nonce}\n`, `ASK-${nonce}`);
  if (sudo && sudoPassword !== undefined) channel.write(`${sudoPassword}\n`);
  await started;
  const marked = mark === undefined ? undefined : waitFor(channel, entry, mark);
  // The line skips a password that sudo did not ask for.
  channel.write(`${nonce}\n${program}`);
  await marked;
  return channel;
}

/** Waits for a mark on stdout. `prompt` on stderr is sudo's: a second one means that the password was wrong. */
function waitFor(channel: ClientChannel, entry: Entry, mark: string, prompt?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let out = "";
    let err = "";
    const end = (settle: () => void) => {
      clearTimeout(timer);
      channel.removeListener("data", onData);
      channel.removeListener("close", onClose);
      channel.stderr.removeListener("data", onError);
      settle();
    };
    const refuse = (more: string) =>
      end(() => {
        channel.close();
        const said = prompt === undefined ? err : err.replaceAll(prompt, "");
        reject(entry.refused([out.slice(-500), said, more].join("\n").replaceAll("\r", "")));
      });
    const onData = (piece: Buffer) => {
      out += piece.toString("utf8");
      if (out.includes(mark)) end(resolve);
      else if (out.length > NOISE_BYTES) refuse("it printed without end");
    };
    const onError = (piece: Buffer) => {
      err = (err + piece.toString("utf8")).slice(-NOISE_BYTES);
      if (prompt !== undefined && err.split(prompt).length > 2) refuse("incorrect password");
    };
    const onClose = () => refuse("");
    const timer = setTimeout(() => refuse(`no answer within ${entry.timeoutSeconds} s`), entry.timeoutSeconds * 1000);
    channel.on("data", onData);
    channel.on("close", onClose);
    channel.stderr.on("data", onError);
  });
}

function openChannel(client: Client, line: string, where: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(line, (error, channel) => {
      if (error === undefined) return resolve(channel);
      const { reason } = error as { reason?: number };
      const words = `${where}: ${error.message}`;
      if (reason === undefined) return reject(new Failure(words));
      reject(
        new SessionRefused(
          `${where}: the host opens no further session on a connection (MaxSessions of its sshd). Raise it to at least 2.`,
        ),
      );
    });
  });
}
