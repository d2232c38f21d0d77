import { randomUUID } from "node:crypto";
import { z } from "zod";
import { isAsset } from "../../../rpc/asset";
import type { Host } from "../../connection/host";
import { type GuardedChange, guarded } from "../../guard/guard";
import { reloadAgain } from "../../guard/reload-again";
import { mayLockOut } from "../../guard/sensitive";
import { absolutePath, accountName, mode } from "../arguments";
import { type Coming, recordOf } from "../record";
import type { Resource } from "../resource";
import { completeContent, content, contentProblem, legible, onHost, sha256Of, sourceOf } from "./content";
import { type FileFacts, parseFile, readFile } from "./facts";
import { BATCHED_BYTES, removeFile, type Source, writeFile } from "./plan";

const args = {
  path: absolutePath,
  content,
  owner: accountName.default("root"),
  group: accountName.default("root"),
  mode: mode.default("0644"),
  validate: z.array(z.string()).min(1).optional(),
  guarded: z.boolean().optional(),
  reload: z.array(z.array(z.string()).min(1)).optional(),
  sensitive: z.boolean().default(false),
} satisfies z.ZodRawShape;

const schema = z.object(args);
export type FileArgs = z.infer<typeof schema>;
interface Outputs {
  sha256: string;
  revision: string;
}

function sourceFor(wanted: FileArgs, present: string | undefined): Source {
  const source = sourceOf(wanted.content, wanted.path);
  const large = typeof source === "object" && ("size" in source ? source.size : source.length) > BATCHED_BYTES;
  return large && present === sha256Of(wanted.content) ? "host" : source;
}

/** Makes a change of the file, with a way back if it is guarded. */
async function change(
  host: Host,
  { path, guarded: isGuarded, reload }: FileArgs,
  apply: GuardedChange<unknown>["apply"],
): Promise<void> {
  if (isGuarded)
    await guarded(host, { what: path, files: [path], record: recordOf("file", path), ...reloadAgain(reload), apply });
  else await apply((command) => command);
}

/** @param present SHA-256 of what is there: what is large and needs not change is not sent again. */
async function write(host: Host, wanted: FileArgs, coming: Coming, present?: string): Promise<FileArgs & Outputs> {
  const doing = `write ${wanted.path}`;
  const sum = sha256Of(wanted.content);
  const plan = writeFile(wanted, sum, sourceFor(wanted, present), coming);
  await change(host, wanted, (tie) => {
    const command = tie(plan);
    return "open" in command
      ? host.stream(doing, command.script, command.args, command.open(), command.timeoutSeconds)
      : host.must(doing, command);
  });
  return { ...wanted, sha256: sum, revision: randomUUID() };
}

/** The content as it is shown and kept in the state. */
function shown(host: Host, state: FileArgs & Outputs, facts: FileFacts & { kind: "file" }): FileArgs["content"] {
  const unchanged = facts.sha256 === state.sha256;
  if (!isAsset(state.content)) {
    const text = unchanged ? state.content : facts.content && legible(facts.content);
    if (text !== undefined) return text;
  }
  return onHost(facts.sha256, host.name, state.path);
}

export const file: Resource<FileArgs, Outputs> = {
  type: "File",
  args,
  outputs: { sha256: ["content"], revision: ["content", "owner", "group", "mode"] },
  replaceOn: ["path"],
  complete: (wanted) => ({
    ...wanted,
    ...(wanted.content === undefined ? {} : { content: completeContent(wanted.content) }),
    ...(wanted.path === undefined ? {} : { guarded: wanted.guarded ?? mayLockOut(wanted.path) }),
  }),
  problems({ path, content, validate }) {
    const failures = [];
    const problem = contentProblem(content, path);
    if (problem !== undefined) failures.push({ property: "content", reason: problem });
    if (validate?.some((arg) => arg.includes("%s")) === false)
      failures.push({ property: "validate", reason: 'must mention "%s", the path of the copy to check' });
    return failures;
  },
  secrets: ({ sensitive }) => (sensitive ? ["content", "sha256"] : []),
  id: ({ path }) => path,
  fromId: (path) => ({ path, content: "" }),
  create: (host, wanted, coming) => write(host, wanted, coming),
  async read(host, state) {
    const facts = parseFile(await host.must(`read ${state.path}`, readFile(state.path, state.sha256 ?? "")));
    if (facts.kind !== "file") return undefined;
    const { owner, group, mode, sha256 } = facts;
    return { ...state, owner, group, mode, sha256, content: shown(host, state, facts), revision: state.revision ?? "" };
  },
  update: (host, state, wanted) => write(host, wanted, "again", state.sha256),
  async delete(host, state) {
    await change(host, state, (tie) => host.must(`remove ${state.path}`, tie(removeFile(state))));
  },
};
