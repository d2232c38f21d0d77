import { z } from "zod";
import { hostKeyProblem, parseHostKey, spellHostKey } from "./host-key";

/** A pinned key, in one spelling whatever names and comment it was given with: a comment is no change of the host. */
export const hostKey = z.string().transform((line, context) => {
  const key = parseHostKey(line);
  const problem = hostKeyProblem(line);
  if (key !== undefined && problem === undefined) return spellHostKey(key);
  context.addIssue(problem ?? "is not a public host key");
  return z.NEVER;
});

/** A host name or an IP address, and nothing that a program could take for an option. */
export const addressPattern = /^[A-Za-z0-9:]([A-Za-z0-9.:%_-]*[A-Za-z0-9])?$/;

const endpoint = {
  address: z.string().regex(addressPattern, "is neither a host name nor an IP address"),
  port: z.int().min(1).max(65535).default(22),
  user: z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*\$?$/, "is not an account name"),
  hostKeys: z
    .array(hostKey)
    .min(1, "needs at least one pinned host key: a connection to a host of unknown identity is never made"),
  privateKey: z.string().optional(),
  privateKeyFile: z.string().optional(),
  passphrase: z.string().optional(),
  agent: z.boolean().default(false),
};

/** The provider's arguments, property by property. */
export const providerArgs = {
  ...endpoint,
  sudo: z.boolean().optional(),
  sudoPassword: z
    .string()
    .regex(/^[^\n\0]*$/, "must be one line")
    .optional(),
  jump: z.object(endpoint).optional(),
  connectTimeout: z.number().positive().default(20),
  rollbackAfter: z.number().min(10, "leaves too little time to reconnect: at least 10").default(60),
  origin: z.string().optional(),
  version: z.string().optional(),
  pluginDownloadURL: z.string().optional(),
} satisfies z.ZodRawShape;

const schema = z.object(providerArgs);

/** Validated arguments of a provider. */
export type Configuration = z.infer<typeof schema>;
/** One hop: the host itself, or its jump host. */
export type EndpointConfiguration = Omit<NonNullable<Configuration["jump"]>, never>;

/** Reads arguments that were checked before. */
export function parseConfiguration(values: Record<string, unknown>): Configuration {
  return schema.parse(values);
}

/** Whether commands go through sudo. */
export function usesSudo(configuration: Configuration): boolean {
  return configuration.sudo ?? configuration.user !== "root";
}
