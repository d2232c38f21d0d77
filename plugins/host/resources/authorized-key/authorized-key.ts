import { z } from "zod";
import type { Command } from "../../connection/command";
import type { Host } from "../../connection/host";
import { guarded } from "../../guard/guard";
import { absolutePath, accountName } from "../arguments";
import type { Resource } from "../resource";
import { parseUser, readUser } from "../user/facts";
import { parseOptions, readAuthorizedKey } from "./facts";
import { addKey, base64Of, recordOfKey, removeKey, withoutComment } from "./plan";

const args = {
  user: accountName,
  key: z
    .string()
    .regex(
      /^(ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/]+=*( [^\n]*)?\n?$/,
      'must be a public key such as "ssh-ed25519 AAAA..."',
    )
    .transform(withoutComment),
  options: z
    .string()
    .regex(/^[^\n]*$/, "must be one line")
    .default(""),
  path: absolutePath.optional(),
} satisfies z.ZodRawShape;

const schema = z.object(args);
export type AuthorizedKeyArgs = z.infer<typeof schema>;

/** The keys of the account that logs in are changed with a way back. */
async function change(host: Host, args: AuthorizedKeyArgs, doing: string, command: Command): Promise<void> {
  const { user, path } = args;
  if (user !== host.configuration.user) return void (await host.must(doing, command));
  const home = parseUser(await host.must(`read the account ${user}`, readUser(user)))?.home;
  const file = path ?? `${home}/.ssh/authorized_keys`;
  await guarded(host, {
    what: file,
    files: [file],
    record: recordOfKey(args),
    apply: (tie) => host.must(doing, tie(command)),
  });
}

export const authorizedKey: Resource<AuthorizedKeyArgs> = {
  type: "AuthorizedKey",
  args,
  outputs: {},
  replaceOn: ["user", "key", "path"],
  id: ({ user, key, path }) => `${user}:${path ?? ""}:${key}`,
  fromId(id) {
    const [user, path, ...key] = id.split(":");
    return { user, key: key.join(":"), ...(path ? { path } : {}) };
  },
  async create(host, wanted) {
    await change(host, wanted, `authorise a key of ${wanted.user}`, addKey(wanted));
    return wanted;
  },
  async read(host, state) {
    const { user, path = "", key } = state;
    const stdout = await host.must(`read the authorised keys of ${user}`, readAuthorizedKey(user, path, base64Of(key)));
    const options = parseOptions(stdout, key);
    return options === undefined ? undefined : { ...state, options };
  },
  async update(host, _state, wanted) {
    await change(host, wanted, `authorise a key of ${wanted.user}`, addKey(wanted));
    return wanted;
  },
  async delete(host, state) {
    await change(host, state, `withdraw a key of ${state.user}`, removeKey(state));
  },
};
