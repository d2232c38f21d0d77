import { z } from "zod";
import type { Host } from "../../connection/host";
import { sha256 } from "../file/content";
import type { Coming } from "../record";
import { type Resource, Unwell } from "../resource";
import { liveUnit, parseUnit, readUnit } from "./facts";
import { applyUnit, NOT_RUNNING, removeUnit, type Start, startFor } from "./plan";

const args = {
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9:_.@-]+\.(service|socket|timer|target|path|mount|automount|slice)$/,
      'must be a unit name with its suffix, such as "jupyterhub.service"',
    ),
  content: z.string().optional(),
  enabled: z.boolean().default(true),
  active: z.boolean().default(true),
  triggers: z.array(z.string()).default([]),
  reloadTriggers: z.array(z.string()).default([]),
  startTimeout: z.number().positive().default(120),
} satisfies z.ZodRawShape;

const schema = z.object(args);
export type UnitArgs = z.infer<typeof schema>;

async function apply(host: Host, wanted: UnitArgs, start: Start, coming: Coming): Promise<UnitArgs> {
  const answer = await host.run(applyUnit(wanted, start, coming));
  const doing = `bring ${wanted.name} to the wanted state`;
  if (answer.exitCode === NOT_RUNNING)
    throw new Unwell({ ...wanted, active: false }, host.failure(doing, answer).message);
  if (answer.exitCode !== 0) throw host.failure(doing, answer);
  return wanted;
}

export const systemdUnit: Resource<UnitArgs> = {
  type: "SystemdUnit",
  args,
  outputs: {},
  replaceOn: ["name"],
  id: ({ name }) => name,
  fromId: (name) => ({ name, content: "" }),
  create: (host, wanted, coming) => apply(host, wanted, wanted.content === undefined ? "start" : "restart", coming),
  async read(host, state) {
    const expected = state.content === undefined ? "" : sha256(state.content);
    const facts = parseUnit(await host.must(`read ${state.name}`, readUnit(state.name, expected)));
    return liveUnit(state, facts);
  },
  update: (host, state, wanted) => apply(host, wanted, startFor(state, wanted), "again"),
  async delete(host, state) {
    await host.must(`remove ${state.name}`, removeUnit(state));
  },
};
