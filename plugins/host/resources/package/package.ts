import { z } from "zod";
import type { Host } from "../../connection/host";
import { packageName } from "../arguments";
import type { Resource } from "../resource";
import { livePackages, parsePackages, readPackages } from "./facts";
import { claimOf, droppedPackages, installPackages, removePackages } from "./plan";

const args = { names: z.array(packageName).min(1) } satisfies z.ZodRawShape;

const schema = z.object(args);
export type PackageArgs = z.infer<typeof schema>;
/** Outputs of the resource. */
export interface PackageOutputs {
  /** Name of this resource's claim on the host. */
  claim: string;
  installed: string[];
}

async function install(host: Host, wanted: PackageArgs): Promise<PackageArgs & PackageOutputs> {
  const stdout = await host.must(`install ${wanted.names.join(", ")}`, installPackages(wanted.names));
  return { ...wanted, claim: claimOf(wanted.names), installed: [...parsePackages(stdout)] };
}

export const packages: Resource<PackageArgs, PackageOutputs> = {
  type: "Package",
  args,
  outputs: { installed: ["names"], claim: ["names"] },
  replaceOn: [],
  id: ({ names }) => names.join(","),
  fromId: (id) => ({ names: id.split(",") }),
  create: install,
  async read(host, state) {
    const present = parsePackages(await host.must("ask for packages", readPackages(state.names)));
    return livePackages(state, present);
  },
  async update(host, state, wanted) {
    const result = await install(host, wanted);
    const dropped = droppedPackages(state, wanted);
    if (state.claim !== result.claim)
      await host.must(`remove ${dropped.join(", ")}`, removePackages(state.claim, dropped));
    return result;
  },
  async delete(host, state) {
    const names = droppedPackages(state, { names: [] });
    await host.must(`remove ${names.join(", ")}`, removePackages(state.claim, names));
  },
};
