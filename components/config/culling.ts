import { z } from "zod";
import { flag } from "./values";

/** Ending servers that nobody uses (jupyterhub-idle-culler). A server with a running kernel or an open browser counts as used. */
export const cullingSection = z.strictObject({
  enabled: flag().default(true).describe("End servers nobody uses."),
  idleHours: z.number().min(0.1).max(720).default(8).describe("Hours without activity after which a server is ended."),
  maxHours: z
    .number()
    .min(0)
    .max(8760)
    .default(0)
    .describe(
      "Hours after which a server is ended whatever its activity; 0: never, the scheduler's limit alone counts.",
    ),
});
