import type { z } from "zod";

/** What a stand-in says of a resource: compared with the npm package of the genuine plugin by its conformance test. */
export interface Declaration {
  /** "command:remote:Command" */
  token: string;
  /** Its arguments. */
  args: z.ZodRawShape;
  /** What it tells besides its arguments. */
  outputs: readonly string[];
  /** Properties that are secret whatever the program says. */
  secrets: readonly string[];
  /** Arguments whose change means a new resource. */
  replaceOn: readonly string[];
}
