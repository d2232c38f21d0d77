import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const values = z.record(z.string(), z.unknown());

/** A file of a rehearsal's host: its text, or something else at that path. */
const entry = z.union([
  z.string(),
  z.strictObject({ text: z.string(), mode: z.string() }),
  z.strictObject({ directory: z.string() }),
  z.strictObject({ link: z.string() }),
]);

/** What a program says: its stdout, or more of it, or one of several answers by its arguments (a shell pattern; the first that fits). */
const said = z.union([
  z.string(),
  z.strictObject({ says: z.string().default(""), warns: z.string().default(""), exit: z.int().default(0) }),
]);
const program = z.union([said, z.record(z.string(), said)]);

/** A host of files and programs on which the scripts themselves run, in a local shell. */
export const rehearsalHost = z.strictObject({
  /** Files by path, below /etc, /var, /run, /srv, /home, /opt, /proc/sys and /usr/lib/systemd, which are empty otherwise. */
  files: z.record(z.string(), entry).default({}),
  /** Programs besides the basic ones of a POSIX system. What is not listed is not installed. */
  programs: z.record(z.string(), program).default({}),
});

/** What is so after a rehearsal. */
const rehearsed = {
  host: rehearsalHost.optional(),
  /** Every call of a listed program, in order: its name and arguments. Only looked at when given. */
  calls: z.array(z.string()).optional(),
  /** Files afterwards: text, "mode owner group" behind `mode`, or null for none. */
  after: z.record(z.string(), z.union([z.string(), z.null(), z.strictObject({ mode: z.string() })])).default({}),
};

/** A reading: what the host answers, and what the state is then. */
const factsCase = z.strictObject({
  name: z.string(),
  /** Files on the machine that runs Pulumi, by name below $HERE: text, or the members of a tar archive. */
  here: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())])).default({}),
  /** Arguments as a program gives them. */
  args: values.optional(),
  /** Or the id of an import. */
  import: z.string().optional(),
  /** Outputs in the state so far. */
  outputs: values.default({}),
  /** The command: name of the script and its arguments. */
  asks: z.array(z.string()).optional(),
  /** Its stdout. */
  answer: z.string().optional(),
  ...rehearsed,
  /** The properties that differ from the state so far, or that nothing differs, or that it is gone. */
  live: z.union([z.literal("same"), z.literal("gone"), values]).optional(),
  /** Part of the error. */
  fails: z.string().optional(),
});

const command = z.union([
  z.strictObject({
    /** Name of the script and its arguments, where they matter. */
    run: z.union([z.array(z.string()), z.literal("<any>")]),
    input: z.string().optional(),
    /** Its input is a stream. */
    stream: z.boolean().optional(),
    answer: z.string().default(""),
    error: z.string().default(""),
    exit: z.int().default(0),
  }),
  /** What follows is guarded against a lock-out. */
  z.strictObject({ guarded: z.string() }),
]);

/** A change: from arguments and answers to the exact commands. */
const planCase = z.strictObject({
  name: z.string(),
  here: factsCase.shape.here,
  create: values.optional(),
  /** `outputs` are those of the state before. */
  update: z.strictObject({ from: values, outputs: values.default({}), to: values }).optional(),
  delete: values.optional(),
  /** Of an update: what Diff says of each property. */
  changes: z.record(z.string(), z.enum(["add", "update", "delete", "replace"])).optional(),
  commands: z.array(command).optional(),
  ...rehearsed,
  /** The state afterwards where it is not the arguments: outputs, and what is as the host has it. */
  outputs: values.default({}),
  fails: z.string().optional(),
});

/** Arguments and what Check makes of them. */
const checkCase = z.strictObject({
  name: z.string(),
  here: factsCase.shape.here,
  args: values,
  /** What is filled in, or written otherwise than it was given. */
  filled: values.optional(),
  /** Or what is wrong: part of the reason, by property. */
  wrong: z.record(z.string(), z.string()).optional(),
});

/** What every case file begins with. */
export const origin = {
  /** Whether the answers were taken from a host of ours. */
  recorded: z.boolean(),
  /** Which host it was, or what the answers were put together from. */
  source: z.string(),
};

const caseFile = z.strictObject({
  ...origin,
  checks: z.array(checkCase).default([]),
  facts: z.array(factsCase).default([]),
  plans: z.array(planCase).default([]),
});

export type CaseFile = z.infer<typeof caseFile>;
export type FactsCase = z.infer<typeof factsCase>;
export type PlanCase = z.infer<typeof planCase>;
export type CheckCase = z.infer<typeof checkCase>;
export type RehearsalHost = z.infer<typeof rehearsalHost>;
export type Said = z.infer<typeof said>;
export type Rehearsed = Pick<FactsCase, "calls" | "after">;

/** Reads the case files of a resource's folder. @throws Error that names the file. */
export function readCases(folder: string): { file: string; cases: CaseFile }[] {
  return readCaseFiles(folder, caseFile);
}

/** Reads the YAML files of a folder, which have the same shape. @throws Error that names the file. */
export function readCaseFiles<T>(folder: string, shape: z.ZodType<T>): { file: string; cases: T }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((file) => {
      const parsed = shape.safeParse(parse(readFileSync(join(folder, file), "utf8")));
      if (!parsed.success) throw new Error(`${join(folder, file)}: ${z.prettifyError(parsed.error)}`);
      return { file, cases: parsed.data };
    });
}
