/** A piece of POSIX shell, defined once in each remote shell as a function. Values reach it as arguments, never by being written into it. */
export interface Script {
  /** Name of the function: letters, digits and underscores. */
  readonly name: string;
  /** Its body. Arguments are $1, $2, ...; the input is on stdin; `set -eu` holds. Its output must be text: encode what may have NUL bytes. */
  readonly body: string;
}

/** How a command that changes something is made together with others. */
export interface Together {
  /**
   * Gets the arguments of several, one command's after the other's, and their inputs in the same order without a gap. It ends what it answers for each
   * with a line "next", and before that says "alone" for one that it has not made. When it fails, each is made by itself.
   */
  readonly script: Script;
  readonly args: readonly string[];
  /** Only commands of the same group are made together. */
  readonly group: string;
}

/** What to run on a host. */
export interface Command {
  readonly script: Script;
  readonly args: readonly string[];
  /** Bytes for stdin. Default none. */
  readonly input?: Buffer;
  /** Seconds until the answer is given up and the shell ended. Default 60. */
  readonly timeoutSeconds?: number;
  /** Runs in a shell of its own, so that nobody has to wait for it. Default false. */
  readonly slow?: boolean;
  /**
   * A script that does the same for several commands at once: it gets all their arguments, one command's after the other's, and ends what it
   * answers for each with a line "next". Only for what is safe to repeat. Default none.
   */
  readonly many?: Script;
  /** For what changes something, and may be begun again after a failure. Default none. */
  readonly together?: Together;
  /** Nobody but its own resource waits for it, so that it may wait for creations that were announced. Default false. */
  readonly patient?: boolean;
}

/** What came of it. */
export interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Quotes a value for a POSIX shell. A NUL byte cannot be passed and is refused. */
export function quote(value: string): string {
  if (value.includes("\0")) throw new Error("A NUL byte cannot be part of a command.");
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
