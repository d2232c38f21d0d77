import { z } from "zod";
import { absolutePath, accountName, mode } from "../arguments";
import type { Resource } from "../resource";
import { parseDirectory, readDirectory } from "./facts";
import { makeDirectory, removeDirectory } from "./plan";

const args = {
  path: absolutePath,
  owner: accountName.default("root"),
  group: accountName.default("root"),
  mode: mode.default("0755"),
  removeContents: z.boolean().default(false),
} satisfies z.ZodRawShape;

const schema = z.object(args);
export type DirectoryArgs = z.infer<typeof schema>;

export const directory: Resource<DirectoryArgs> = {
  type: "Directory",
  args,
  outputs: {},
  replaceOn: ["path"],
  id: ({ path }) => path,
  fromId: (path) => ({ path }),
  async create(host, wanted, coming) {
    await host.must(`make the directory ${wanted.path}`, makeDirectory(wanted, coming));
    return wanted;
  },
  async read(host, state) {
    const facts = parseDirectory(await host.must(`read ${state.path}`, readDirectory(state.path)));
    return facts && { ...state, ...facts };
  },
  async update(host, _state, wanted) {
    await host.must(`change the directory ${wanted.path}`, makeDirectory(wanted, "again"));
    return wanted;
  },
  async delete(host, state) {
    await host.must(`remove the directory ${state.path}`, removeDirectory(state));
  },
};
