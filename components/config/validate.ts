import type { z } from "zod";
import { ConfigError, type ConfigProblem } from "./errors";
import { type FileReader, type ResolvedConfig, resolveFiles } from "./files";
import { ruleProblems } from "./rules";
import { stackSchema } from "./schema";

/** A stack's configuration before it is understood. */
export interface RawConfig {
  /** The stack's name, for messages. */
  stack: string;
  /** Values by key, without the project's prefix. */
  values: Record<string, unknown>;
  /** Keys whose value is encrypted in the stack's file. */
  secretKeys: ReadonlySet<string>;
  /** Reads a file named in the configuration. */
  read: FileReader;
  /** Now, against which certificates are checked. */
  now: Date;
}

/**
 * The whole configuration, or a ConfigError that lists everything wrong with it. Nothing here talks to a host.
 * The order: the shape of every key, then the files they name, then rules across keys.
 */
export function validate(raw: RawConfig): ResolvedConfig {
  const parsed = stackSchema.safeParse(raw.values);
  if (!parsed.success)
    throw new ConfigError(
      raw.stack,
      parsed.error.issues.flatMap((issue) => problemsOf(issue, raw.values)),
    );
  const { config, problems } = resolveFiles(parsed.data, raw.read);
  problems.push(...ruleProblems(config, raw));
  if (problems.length > 0) throw new ConfigError(raw.stack, problems);
  return config;
}

function problemsOf(issue: z.core.$ZodIssue, values: unknown): ConfigProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      key: keyOf([...issue.path, key]),
      message: "is not a key of the configuration",
      remedy: `remove it, or look for the right name in docs/configuration.md`,
    }));
  }
  const key = keyOf(issue.path);
  const value = issue.path.reduce<unknown>(
    (at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step],
    values,
  );
  if (value === undefined && issue.code === "custom") return [{ key, message: issue.message }];
  if (value === undefined)
    return [{ key, message: "is missing", remedy: `set it: pulumi config set --path 'jupyterhub-hpc:${key}' VALUE` }];
  return [{ key, message: `${show(key, value)} ${issue.message}` }];
}

function keyOf(path: readonly PropertyKey[]): string {
  return path
    .map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? String(step) : `.${String(step)}`))
    .join("");
}

/** A refused value as the message shows it: short, and never a secret's. */
function show(key: string, value: unknown): string {
  if (/secret|password|passphrase|token|privateKey$/i.test(key)) return "[secret]";
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
