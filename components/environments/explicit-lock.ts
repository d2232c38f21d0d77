/** A lock of conda's: an explicit list of packages, each the address of a file with its hash (`conda list --explicit --sha256`, `conda-lock -k explicit`). */
import { type Lock, type LockedPackage, type LockProblem, normalised } from "./lock";

const FILE = /\/([A-Za-z0-9_][A-Za-z0-9_.-]*)-([A-Za-z0-9_.!+]+)-[A-Za-z0-9_.+]+\.(?:conda|tar\.bz2)$/;
const HASH = /^(?:[0-9a-f]{32}|[0-9a-f]{64}|sha256:[0-9a-f]{64})$/;
const RELOCK = "write it anew: conda list --explicit --sha256, or conda-lock --kind explicit";

/** Reads one. What is wrong with it is in the answer, line by line. */
export function readExplicitLock(text: string): Lock {
  const lines = text
    .split(/\r?\n/)
    .map((line, i) => ({ line: i + 1, text: line.trim() }))
    .filter((entry) => entry.text !== "" && !entry.text.startsWith("#"));
  if (!lines.some((entry) => entry.text === "@EXPLICIT"))
    return {
      packages: [],
      problems: [
        { line: 1, message: "has no line @EXPLICIT, so that conda would choose versions itself", remedy: RELOCK },
      ],
    };
  const read = lines.filter((entry) => entry.text !== "@EXPLICIT").map(readEntry);
  return {
    packages: read.filter((entry) => "name" in entry),
    problems: read.filter((entry) => "message" in entry),
  };
}

function readEntry({ line, text }: { line: number; text: string }): LockedPackage | LockProblem {
  const [address = "", hash] = text.split("#");
  const shown = JSON.stringify(text.length > 60 ? `...${text.slice(-57)}` : text);
  const [, name, version] = FILE.exec(address) ?? [];
  if (!/^(https|file):\/\//.test(address) || name === undefined || version === undefined)
    return { line, message: `${shown} is no https or file address of a package`, remedy: RELOCK };
  if (/^https:\/\/[^/]*@|\/t\//.test(address))
    return {
      line,
      message: "has a password or a token in its address",
      remedy: "take it out: conda's own configuration on the host has it",
    };
  if (hash === undefined || !HASH.test(hash)) return { line, message: `${shown} has no hash`, remedy: RELOCK };
  return { name: normalised(name), version, line, text };
}
