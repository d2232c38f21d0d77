import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ejs from "ejs";

/** A template was asked for something its input does not hold, or does not exist. */
export class TemplateError extends Error {
  override name = "TemplateError";
}

/**
 * The directory that holds `templates/`, looked for upwards from this file (the source tree, or `dist/` when bundled)
 * and then from the current directory (Pulumi starts the program in the project's).
 */
function templatesDirectory(): string {
  for (const start of [dirname(fileURLToPath(import.meta.url)), process.cwd()]) {
    for (let directory = start; ; directory = dirname(directory)) {
      const candidate = join(directory, "templates");
      if (existsSync(join(directory, "Pulumi.yaml")) && existsSync(candidate)) return candidate;
      if (directory === dirname(directory)) break;
    }
  }
  throw new TemplateError(
    "The project's templates/ directory was not found above the program nor above the current directory.",
  );
}

/**
 * Renders `templates/<name>.ejs`. Nothing is HTML-escaped: the results are configuration files. The data is
 * reachable in the template as `it` (`<%- it.port %>`), and a name that `it` does not have is an error, never an empty
 * string: give optional things as null. Plain data only, no functions.
 *
 * @param name path below `templates/` without `.ejs`, e.g. `hub/jupyterhub_config.py`
 * @param data the template's typed input
 * @throws TemplateError naming the template and what was missing
 */
export function renderTemplate(name: string, data: object): string {
  const file = join(templatesDirectory(), `${name}.ejs`);
  if (!existsSync(file)) throw new TemplateError(`There is no template ${file}.`);
  return renderText({ path: file, text: readFileSync(file, "utf8") }, data, `${name}.ejs`);
}

/** A template that is no file of `templates/`, as a site's own is not. */
export interface OwnTemplate {
  /** Where it comes from, for messages. */
  path: string;
  text: string;
}

/** Renders it by the same rules. `called`: its name in messages. */
export function renderText({ path, text }: OwnTemplate, data: object, called = path): string {
  try {
    return ejs.render(
      text,
      { it: strict(structuredClone(data), "it") },
      { filename: path, escape: String, strict: true, _with: false, destructuredLocals: ["it"] },
    );
  } catch (error) {
    throw new TemplateError(`Template ${called}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Wraps plain objects so that reading a property they lack throws instead of rendering "undefined". */
function strict<T extends object>(value: T, path: string): T {
  return new Proxy(value, {
    get(target, key, receiver) {
      const found: unknown = Reflect.get(target, key, receiver);
      if (typeof key === "symbol" || key === "toJSON") return found;
      const where = Array.isArray(target) ? `${path}[${key}]` : `${path}.${key}`;
      if (found === undefined && !(key in target)) throw new TemplateError(`${where} is not defined`);
      return typeof found === "object" && found !== null ? strict(found, where) : found;
    },
  });
}
