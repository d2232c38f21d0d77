import { parseArgs } from "node:util";

/** What is to be measured. */
export interface Options {
  /** Names of subjects; empty: all that there is time for. */
  subjects: string[];
  /** Numbers of running servers. */
  servers: number[];
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

  --subject NAME,...  only these subjects (below)
  --runs N            measure N times what is short, files too; the median counts (default 1)
  --budget SECONDS    begin nothing that would likely end later than this (default 1500; 0: everything runs)
  --json FILE         write the figures

  --servers 1,100,1000  subject servers: how many run
  --files 60,300        subject files: numbers of files, each a table of its own
  --only NAME,...       subject files: only these contestants
`;

function count(name: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least)
    throw new Error(`--${name} needs whole numbers from ${least}, not ${text}`);
  return number;
}

/**
 * Reads the command line.
 * @param names of all subjects
 * @returns undefined when help is asked for
 * @throws Error in words for what cannot be understood
 */
export function parseOptions(argv: string[], names: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: argv,
    options: {
      subject: { type: "string", default: "" },
      servers: { type: "string", default: "1,100,1000" },
      files: { type: "string", default: "60,300" },
      only: { type: "string", default: "" },
      runs: { type: "string", default: "1" },
      budget: { type: "string", default: "1500" },
      json: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const words = (text: string) => text.split(",").filter((name) => name !== "");
  const subjects = words(values.subject);
  const unknown = subjects.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`there is no subject ${unknown.join(", ")}. There are: ${names.join(", ")}`);
  const sizes = (name: "files" | "servers") =>
    [...new Set(values[name].split(",").map((text) => count(name, text, 1)))].sort((a, b) => a - b);
  const budget = count("budget", values.budget, 0);
  return {
    subjects,
    servers: sizes("servers"),
    files: sizes("files"),
    only: words(values.only),
    runs: count("runs", values.runs, 1),
    budget: budget || Number.POSITIVE_INFINITY,
    json: values.json,
  };
}
