import { z } from "zod";
import type { Host } from "../../connection/host";
import { absolutePath, accountName } from "../arguments";
import type { Coming } from "../record";
import type { Resource } from "../resource";
import { parseKeyPair, readKeyPair } from "./facts";
import { makeKeyPair, removeKeyPair } from "./plan";

const args = {
  path: absolutePath,
  type: z.enum(["ed25519", "ecdsa", "rsa"], "must be ed25519, ecdsa or rsa").default("ed25519"),
  owner: accountName.default("root"),
  group: accountName.default("root"),
  comment: z
    .string()
    .regex(/^[\w@.:+ -]*$/, "may have letters, digits, blanks and @ . : + - _")
    .default("jupyterhub-hpc"),
} satisfies z.ZodRawShape;

const schema = z.object(args);
export type KeyPairArgs = z.infer<typeof schema>;
interface Outputs {
  publicKey: string;
}

async function make(host: Host, wanted: KeyPairArgs, coming: Coming): Promise<KeyPairArgs & Outputs> {
  const publicKey = await host.must(`make the key pair ${wanted.path}`, makeKeyPair(wanted, coming));
  return { ...wanted, publicKey: publicKey.trim() };
}

export const keyPair: Resource<KeyPairArgs, Outputs> = {
  type: "KeyPair",
  args,
  outputs: { publicKey: ["path", "type", "comment"] },
  replaceOn: ["path", "type"],
  id: ({ path }) => path,
  fromId: (path) => ({ path }),
  create: make,
  async read(host, state) {
    const facts = parseKeyPair(await host.must(`read ${state.path}.pub`, readKeyPair(state.path)));
    if (facts === undefined) return undefined;
    const { type, owner, group, comment, publicKey } = facts;
    return { ...state, type: type as KeyPairArgs["type"], owner, group, comment, publicKey };
  },
  update: (host, _state, wanted) => make(host, wanted, "again"),
  async delete(host, state) {
    await host.must(`remove the key pair ${state.path}`, removeKeyPair(state));
  },
};
