import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import type { Host } from "../../connection/host";
import { guarded } from "../../guard/guard";
import { absolutePath, accountName, mode } from "../arguments";
import type { Resource } from "../resource";
import { parseFile, readFile } from "./facts";
import { reloadText, removeFile, writeFile } from "./plan";

const args = {
  path: absolutePath,
  content: z.string(),
  owner: accountName.default("root"),
  group: accountName.default("root"),
  mode: mode.default("0644"),
  validate: z.array(z.string()).min(1).optional(),
  guarded: z.boolean().default(false),
  reload: z.array(z.array(z.string()).min(1)).optional(),
  sensitive: z.boolean().default(false),
} satisfies z.ZodRawShape;

const schema = z.object(args);
export type FileArgs = z.infer<typeof schema>;
interface Outputs {
  sha256: string;
  revision: string;
}

/** SHA-256 of a text, in hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

async function write(host: Host, wanted: FileArgs): Promise<FileArgs & Outputs> {
  const apply = () => host.must(`write ${wanted.path}`, writeFile(wanted));
  if (wanted.guarded)
    await guarded(host, { what: wanted.path, files: [wanted.path], undo: reloadText(wanted.reload), apply });
  else await apply();
  return { ...wanted, sha256: sha256(wanted.content), revision: randomUUID() };
}

export const file: Resource<FileArgs, Outputs> = {
  type: "File",
  args,
  outputs: { sha256: ["content"], revision: ["content", "owner", "group", "mode"] },
  replaceOn: ["path"],
  problems: ({ validate }) =>
    validate?.some((arg) => arg.includes("%s")) === false
      ? [{ property: "validate", reason: 'must mention "%s", the path of the copy to check' }]
      : [],
  secrets: ({ sensitive }) => (sensitive ? ["content", "sha256"] : []),
  id: ({ path }) => path,
  fromId: (path) => ({ path, content: "" }),
  create: write,
  async read(host, state) {
    const facts = parseFile(await host.must(`read ${state.path}`, readFile(state.path, state.sha256 ?? "")));
    if (facts.kind !== "file") return undefined;
    const { owner, group, mode, sha256, size, content } = facts;
    const shown =
      sha256 === state.sha256
        ? state.content
        : content === undefined
          ? `(${size} bytes with SHA-256 ${sha256})`
          : content.toString("utf8");
    return { ...state, owner, group, mode, sha256, content: shown, revision: state.revision ?? "" };
  },
  update: (host, _state, wanted) => write(host, wanted),
  async delete(host, state) {
    const apply = () => host.must(`remove ${state.path}`, removeFile(state));
    if (state.guarded)
      await guarded(host, { what: state.path, files: [state.path], undo: reloadText(state.reload), apply });
    else await apply();
  },
};
