import { z } from "zod";
import type { Resource } from "../resource";
import { liveSysctl, parseSysctl, readSysctl } from "./facts";
import { dropInOf, setSysctl, unsetSysctl } from "./plan";

const args = {
  name: z
    .string()
    .regex(/^[a-z][A-Za-z0-9_./-]*[A-Za-z0-9]$/, 'must be a kernel setting such as "user.max_user_namespaces"'),
  value: z
    .string()
    .regex(/^[^\n\0]+$/, "must be one line")
    .transform((value) => value.trim().replaceAll(/\s+/g, " ")),
  atLeast: z.boolean().default(false),
} satisfies z.ZodRawShape;

const schema = z.object(args);
export type SysctlArgs = z.infer<typeof schema>;

export const sysctl: Resource<SysctlArgs> = {
  type: "Sysctl",
  args,
  outputs: {},
  replaceOn: ["name"],
  id: ({ name }) => name,
  fromId: (name) => ({ name, value: "0" }),
  async create(host, wanted) {
    await host.must(`set ${wanted.name}`, setSysctl(wanted));
    return wanted;
  },
  async read(host, state) {
    const facts = parseSysctl(await host.must(`read ${state.name}`, readSysctl(state.name, dropInOf(state.name))));
    return liveSysctl(state, facts);
  },
  async update(host, _state, wanted) {
    await host.must(`set ${wanted.name}`, setSysctl(wanted));
    return wanted;
  },
  async delete(host, state) {
    await host.must(`unset ${state.name}`, unsetSysctl(state));
  },
};
