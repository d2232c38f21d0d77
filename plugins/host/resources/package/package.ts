import { z } from "zod";
import type { Host } from "../../connection/host";
import { packageName } from "../arguments";
import type { Resource } from "../resource";
import { parsePackages, readPackages } from "./facts";
import { installPackages, removePackages } from "./plan";

const args = { names: z.array(packageName).min(1) } satisfies z.ZodRawShape;

const schema = z.object(args);
export type PackageArgs = z.infer<typeof schema>;
interface Outputs {
  installed: string[];
}

async function install(host: Host, wanted: PackageArgs): Promise<PackageArgs & Outputs> {
  const stdout = await host.must(`install ${wanted.names.join(", ")}`, installPackages(wanted.names));
  return { ...wanted, installed: [...parsePackages(stdout)] };
}

export const packages: Resource<PackageArgs, Outputs> = {
  type: "Package",
  args,
  outputs: { installed: ["names"] },
  replaceOn: [],
  id: ({ names }) => names.join(","),
  fromId: (id) => ({ names: id.split(",") }),
  create: install,
  async read(host, state) {
    const present = parsePackages(await host.must("ask for packages", readPackages(state.names)));
    if (present.size === 0) return undefined;
    return { ...state, installed: state.installed ?? [], names: state.names.filter((name) => present.has(name)) };
  },
  async update(host, state, wanted) {
    const dropped = [...new Set([...state.names, ...state.installed])].filter((name) => !wanted.names.includes(name));
    if (dropped.length > 0) await host.must(`remove ${dropped.join(", ")}`, removePackages(dropped));
    return install(host, wanted);
  },
  async delete(host, state) {
    const names = [...new Set([...state.names, ...state.installed])];
    await host.must(`remove ${names.join(", ")}`, removePackages(names));
  },
};
