/** What hosts say of themselves, by facts/cases/*.yaml: the script runs in a local shell on files and programs as such a host has them. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { origin, readCaseFiles, rehearsalHost } from "../cases/case-file";
import { Rehearsal, whyNotRehearse } from "../cases/rehearsal";
import { parseFacts, readFacts } from "./read-facts";

const shape = z.strictObject({
  ...origin,
  facts: z.array(
    z.strictObject({
      name: z.string(),
      host: rehearsalHost,
      /** All of them. */
      facts: z.record(z.string(), z.unknown()).optional(),
      fails: z.string().optional(),
    }),
  ),
});
const files = readCaseFiles(join(import.meta.dirname, "cases"), shape);
const why = whyNotRehearse();
if (why !== undefined) console.warn(`Facts of hosts are not rehearsed: ${why}.`);

describe.skipIf(why !== undefined).each(files.map(({ file, cases }) => [file, cases] as const))("%s", (_, cases) => {
  it.each(cases.facts.map((given) => [given.name, given] as const))("%s", (_, given) => {
    const rehearsal = new Rehearsal(given.host);
    try {
      const { exitCode, stdout, stderr } = rehearsal.run(readFacts);
      expect(stderr).toBe("");
      expect(exitCode).toBe(0);
      if (given.fails !== undefined) expect(() => parseFacts("sun (10.0.0.9)", stdout)).toThrow(given.fails);
      else expect(parseFacts("sun (10.0.0.9)", stdout)).toEqual(given.facts);
    } finally {
      rehearsal.end();
    }
  });
});
