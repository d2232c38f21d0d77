import { parseArgs } from "node:util";
import { Failure } from "../../plugins/rpc/failure";

/** Words and options of a command that is about one stack. */
export interface StackArguments {
  stack: string;
  words: string[];
  /** Further options, each with a value. */
  options: Record<string, string | undefined>;
}

/**
 * Reads `--stack NAME`, further words, and the options that are named.
 * @throws Failure with the usage when anything else is there, or no stack
 */
export function stackArguments(args: string[], usage: string, options: readonly string[] = []): StackArguments {
  const known = Object.fromEntries(["stack", ...options].map((name) => [name, { type: "string" as const }]));
  try {
    const { values, positionals } = parseArgs({ args, options: known, allowPositionals: true });
    const { stack, ...others } = values as Record<string, string | undefined>;
    if (stack === undefined) throw new Error("Which stack? --stack NAME.");
    return { stack, words: positionals, options: others };
  } catch (error) {
    throw new Failure(`${(error as Error).message}\n\n${usage}`);
  }
}
