/** Locked requirements, as pip reads them with --require-hashes and as uv and pip-compile write them. */

/** One package of a lock. */
export interface LockedPackage {
  /** Normalised: small letters, `-` between words. */
  name: string;
  version: string;
  /** The line of the file that it begins in, from 1. */
  line: number;
  /** The entry in full, on one line. */
  text: string;
}

/** Something in a lock that pip would refuse, or that would make it install other things than those that were locked. */
export interface LockProblem {
  line: number;
  message: string;
  remedy: string;
}

export interface Lock {
  packages: LockedPackage[];
  problems: LockProblem[];
}

const ENTRY = /^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[A-Za-z0-9._, -]*\])?\s*==\s*([A-Za-z0-9][A-Za-z0-9.!+_-]*)\s*(;.*)?$/;
const HASH = /\s--hash[= ]\s*(\S+)/g;
const RELOCK = "write it anew: uv pip compile --generate-hashes, or pip-compile --generate-hashes";

/** A package's name as all its spellings have it (PEP 503). */
export const normalised = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, "-");

/** Reads a lock file. What is wrong with it is in the answer, line by line. */
export function readLock(text: string): Lock {
  const lock: Lock = { packages: [], problems: [] };
  for (const entry of logicalLines(text)) {
    const read = readEntry(entry);
    if ("message" in read) lock.problems.push(read);
    else lock.packages.push(read);
  }
  return lock;
}

/** Lines without comments, those that end with a backslash joined to the next. */
function* logicalLines(text: string): Generator<{ line: number; text: string }> {
  let joined = "";
  let start = 0;
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    if (joined === "") start = i + 1;
    const part = raw.replace(/(^|\s)#.*$/, "");
    joined += ` ${part.replace(/\\$/, "")}`;
    if (part.endsWith("\\")) continue;
    if (joined.trim() !== "") yield { line: start, text: joined.trim().replaceAll(/\s+/g, " ") };
    joined = "";
  }
  if (joined.trim() !== "") yield { line: start, text: joined.trim().replaceAll(/\s+/g, " ") };
}

function readEntry({ line, text }: { line: number; text: string }): LockedPackage | LockProblem {
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
  if (text.startsWith("-"))
    return {
      line,
      message: `${shown} is an option, and a lock names packages only`,
      remedy:
        "remove it: which index is asked is for the host's own pip to say (pip config), or for a folder of wheels",
    };
  const hashes = [...text.matchAll(HASH)].map(([, hash]) => hash ?? "");
  const [, name = "", version = ""] = ENTRY.exec(text.replaceAll(HASH, "").trim()) ?? [];
  if (name === "")
    return { line, message: `${shown} is not of the form NAME==VERSION --hash=sha256:...`, remedy: RELOCK };
  if (hashes.length === 0) return { line, message: `${shown} has no hash`, remedy: RELOCK };
  const odd = hashes.find((hash) => !/^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/.test(hash));
  if (odd !== undefined)
    return {
      line,
      message: `${name}==${version} has the hash ${JSON.stringify(odd.slice(0, 40))}, which is none of SHA-256 or longer`,
      remedy: RELOCK,
    };
  return { name: normalised(name), version, line, text };
}

/** Numbers of a version, `[6, 1, 1]` of "6.1.1rc2"; what comes after them says nothing about what works together. */
export const numbersOf = (version: string): number[] =>
  (/^(?:\d+!)?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? "0").split(".").map(Number);

/** Whether a version is at least another. */
export function isAtLeast(version: string, least: string): boolean {
  const [have, want] = [numbersOf(version), numbersOf(least)];
  const i = want.findIndex((number, at) => (have[at] ?? 0) !== number);
  return i < 0 || (have[i] ?? 0) > (want[i] ?? 0);
}
