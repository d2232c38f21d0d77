import { join } from "node:path";
import { lockedPython } from "../../runtime/locked-python";

const LOCKS = ["runtime/requirements/hub.txt", "runtime/requirements/dev.txt"];

let made: Promise<string> | undefined;

/** The Python with the hub's locked packages and the checkers. */
export function runtimePython(): Promise<string> {
  made ??= lockedPython(LOCKS, "the hub's").then((bin) => join(bin, "python"));
  return made;
}
