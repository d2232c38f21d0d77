import { z } from "zod";
import { Failure } from "../../../rpc/failure";
import type { Host } from "../../connection/host";
import { absolutePath, accountName } from "../arguments";
import type { Coming } from "../record";
import type { Resource } from "../resource";
import { liveUser, parseUser, readUser } from "./facts";
import { completed, makeUser, removeUser } from "./plan";

const args = {
  name: accountName,
  system: z.boolean().default(true),
  home: absolutePath.optional(),
  shell: absolutePath.default("/usr/sbin/nologin"),
  groups: z.array(accountName).default([]),
  subids: z.boolean().default(false),
  linger: z.boolean().default(false),
} satisfies z.ZodRawShape;

const schema = z.object(args);
export type UserArgs = z.infer<typeof schema>;
interface Outputs {
  uid: number;
  gid: number;
}

async function make(
  host: Host,
  wanted: UserArgs,
  formerGroups: readonly string[],
  coming: Coming,
): Promise<UserArgs & Outputs> {
  if (wanted.name === host.configuration.user && /\/(nologin|false)$/.test(wanted.shell))
    throw new Failure(
      `${host.where}: ${wanted.name} logs in here for Pulumi and would be locked out with the shell ${wanted.shell}. Give it another, or let Pulumi log in as somebody else.`,
    );
  await host.must(`make the account ${wanted.name}`, makeUser(completed(wanted), formerGroups, coming));
  const facts = parseUser(await host.must(`read the account ${wanted.name}`, readUser(wanted.name)));
  return { ...completed(wanted), uid: facts?.uid ?? -1, gid: facts?.gid ?? -1 };
}

export const user: Resource<UserArgs, Outputs> = {
  type: "User",
  args,
  outputs: { uid: ["name"], gid: ["name"] },
  replaceOn: ["name"],
  complete: (wanted) => (wanted.name === undefined ? wanted : completed(wanted)),
  id: ({ name }) => name,
  fromId: (name) => ({ name }),
  create: (host, wanted, coming) => make(host, wanted, [], coming),
  async read(host, state) {
    const facts = parseUser(await host.must(`read the account ${state.name}`, readUser(state.name)));
    return facts && liveUser(state, facts);
  },
  update: (host, state, wanted) => make(host, wanted, state.groups, "again"),
  async delete(host, state) {
    if (state.name === host.configuration.user)
      return host.tell(`the account ${state.name} stays as it is, because Pulumi logs in with it.`);
    await host.must(`remove the account ${state.name}`, removeUser(state));
  },
};
