import { parseArgs } from "node:util";

/** What is to be measured. */
export interface Options {
  /** Numbers of files. */
  files: number[];
  /** Names of contestants; empty: all. */
  only: string[];
  /** How often each is run; the median counts. */
  runs: number;
  /** Seconds after which nothing is begun that would take long. */
  budget: number;
  /** Where to write the figures. */
  json?: string;
}

export const USAGE = `npm run bench [-- OPTIONS]

  --files 60,300    numbers of files, each a table of its own
  --only NAME,...   only these contestants
  --runs N          run each N times; the median counts (default 1)
  --budget SECONDS  begin nothing that would likely end later than this (default 600; 0: everything runs)
  --json FILE       write the figures
`;

function count(name: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least)
    throw new Error(`--${name} needs whole numbers from ${least}, not ${text}`);
  return number;
}

/**
 * Reads the command line.
 * @param names of all contestants
 * @returns undefined when help is asked for
 * @throws Error in words for what cannot be understood
 */
export function parseOptions(argv: string[], names: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: argv,
    options: {
      files: { type: "string", default: "60,300" },
      only: { type: "string", default: "" },
      runs: { type: "string", default: "1" },
      budget: { type: "string", default: "600" },
      json: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const only = values.only.split(",").filter((name) => name !== "");
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`there is no contestant ${unknown.join(", ")}. There are: ${names.join(", ")}`);
  const files = [...new Set(values.files.split(",").map((text) => count("files", text, 1)))].sort((a, b) => a - b);
  const budget = count("budget", values.budget, 0);
  return {
    files,
    only,
    runs: count("runs", values.runs, 1),
    budget: budget || Number.POSITIVE_INFINITY,
    json: values.json,
  };
}
