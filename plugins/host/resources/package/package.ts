import { z } from "zod";
import type { Host } from "../../connection/host";
import { packageName } from "../arguments";
import type { Resource } from "../resource";
import { parsePackages, readPackages } from "./facts";
import { claimOf, installPackages, removePackages } from "./plan";

const args = { names: z.array(packageName).min(1) } satisfies z.ZodRawShape;

const schema = z.object(args);
export type PackageArgs = z.infer<typeof schema>;
interface Outputs {
  /** Name of this resource's claim on the host. */
  claim: string;
  installed: string[];
}

async function install(host: Host, wanted: PackageArgs): Promise<PackageArgs & Outputs> {
  const stdout = await host.must(`install ${wanted.names.join(", ")}`, installPackages(wanted.names));
  return { ...wanted, claim: claimOf(wanted.names), installed: [...parsePackages(stdout)] };
}

/** Those it asks for, also where one of them went missing. */
function everNamed({ names, installed }: PackageArgs & Outputs): string[] {
  return [...new Set([...names, ...installed])];
}

export const packages: Resource<PackageArgs, Outputs> = {
  type: "Package",
  args,
  outputs: { installed: ["names"], claim: ["names"] },
  replaceOn: [],
  id: ({ names }) => names.join(","),
  fromId: (id) => ({ names: id.split(",") }),
  create: install,
  async read(host, state) {
    const present = parsePackages(await host.must("ask for packages", readPackages(state.names)));
    if (present.size === 0) return undefined;
    const { installed = [], claim = claimOf(state.names) } = state;
    return { ...state, installed, claim, names: state.names.filter((name) => present.has(name)) };
  },
  async update(host, state, wanted) {
    const dropped = everNamed(state).filter((name) => !wanted.names.includes(name));
    const result = await install(host, wanted);
    if (state.claim !== result.claim)
      await host.must(`remove ${dropped.join(", ")}`, removePackages(state.claim, dropped));
    return result;
  },
  async delete(host, state) {
    const names = everNamed(state);
    await host.must(`remove ${names.join(", ")}`, removePackages(state.claim, names));
  },
};
