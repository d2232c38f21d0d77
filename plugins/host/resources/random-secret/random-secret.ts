import { z } from "zod";
import { Failure } from "../../../rpc/failure";
import type { Host } from "../../connection/host";
import { absolutePath, accountName, mode } from "../arguments";
import type { Coming } from "../record";
import type { Resource } from "../resource";
import { parseRandomSecret, readRandomSecret } from "./facts";
import { makeRandomSecret, removeRandomSecret } from "./plan";

const args = {
  path: absolutePath,
  bytes: z.int().min(16, "is too little to be safe: at least 16").max(4096).default(32),
  prefix: z
    .string()
    .regex(/^[^\n\0]*$/, "must be one line")
    .default(""),
  owner: accountName.default("root"),
  group: accountName.default("root"),
  mode: mode.default("0600"),
} satisfies z.ZodRawShape;

const schema = z.object(args);
export type RandomSecretArgs = z.infer<typeof schema>;
interface Outputs {
  sha256: string;
}

async function make(host: Host, wanted: RandomSecretArgs, coming: Coming): Promise<RandomSecretArgs & Outputs> {
  await host.must(`make the secret ${wanted.path}`, makeRandomSecret(wanted, coming));
  const facts = parseRandomSecret(await host.must(`read ${wanted.path}`, readRandomSecret(wanted.path, wanted.prefix)));
  if (facts?.bytes !== wanted.bytes)
    throw new Failure(
      `${host.where}: ${wanted.path} exists and is not the prefix and ${wanted.bytes} bytes in hex. Move it away first.`,
    );
  return { ...wanted, sha256: facts.sha256 };
}

export const randomSecret: Resource<RandomSecretArgs, Outputs> = {
  type: "RandomSecret",
  args,
  outputs: { sha256: ["path", "bytes", "prefix"] },
  replaceOn: ["path", "bytes", "prefix"],
  id: ({ path }) => path,
  fromId: (path) => ({ path }),
  create: make,
  async read(host, state) {
    const facts = parseRandomSecret(await host.must(`read ${state.path}`, readRandomSecret(state.path, state.prefix)));
    return facts && { ...state, ...facts };
  },
  update: (host, _state, wanted) => make(host, wanted, "again"),
  async delete(host, state) {
    await host.must(`remove the secret ${state.path}`, removeRandomSecret(state));
  },
};
