import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { Failure } from "../rpc/failure";
import type { Plain } from "../rpc/properties";
import { EngineError } from "./engine/engine";
import type { Context, DockerResource, Found, Values } from "./resource";

const texts = z.record(z.string(), z.string());

const args = {
  attachable: z.boolean().optional(),
  checkDuplicate: z.boolean().optional(),
  driver: z.string().optional(),
  ingress: z.boolean().optional(),
  internal: z.boolean().optional(),
  ipamConfigs: z
    .array(
      z.strictObject({
        auxAddress: texts.optional(),
        gateway: z.string().optional(),
        ipRange: z.string().optional(),
        subnet: z.string().optional(),
      }),
    )
    .optional(),
  ipamDriver: z.string().optional(),
  ipamOptions: texts.optional(),
  ipv6: z.boolean().optional(),
  labels: z.array(z.strictObject({ label: z.string(), value: z.string() })).optional(),
  name: z.string().optional(),
  options: texts.optional(),
};

const schema = z.object(args);
type NetworkArgs = z.infer<typeof schema>;

interface Inspected {
  Id: string;
  Name: string;
  Driver: string;
  Scope: string;
  EnableIPv6: boolean;
  Internal: boolean;
  Attachable: boolean;
  Ingress: boolean;
  Options?: Record<string, string> | null;
  Labels?: Record<string, string> | null;
  IPAM: {
    Driver: string;
    Options?: Record<string, string> | null;
    Config?:
      | { Subnet?: string; IPRange?: string; Gateway?: string; AuxiliaryAddresses?: Record<string, string> }[]
      | null;
  };
}

/** What the engine is asked for. Arguments that say nothing are left out, as the genuine plugin does. */
export function creation(inputs: Values): Record<string, unknown> {
  const given: NetworkArgs = schema.parse(inputs);
  const filled = <T extends object>(table: T | undefined) =>
    table !== undefined && Object.keys(table).length > 0 ? table : undefined;
  return {
    Name: given.name,
    Driver: given.driver ?? "",
    EnableIPv6: given.ipv6 || undefined,
    Internal: given.internal ?? false,
    Attachable: given.attachable ?? false,
    Ingress: given.ingress ?? false,
    Options: filled(given.options) ?? null,
    Labels: filled(given.labels)
      ? Object.fromEntries(given.labels?.map(({ label, value }) => [label, value]) ?? [])
      : null,
    IPAM: {
      Driver: given.ipamDriver || "default",
      Options: filled(given.ipamOptions) ?? null,
      Config: (given.ipamConfigs ?? []).map(({ subnet, ipRange, gateway, auxAddress }) => ({
        Subnet: subnet || undefined,
        IPRange: ipRange || undefined,
        Gateway: gateway || undefined,
        AuxiliaryAddresses: filled(auxAddress),
      })),
    },
  };
}

function present(values: Record<string, Plain | undefined>): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== ""),
  ) as Values;
}

function valuesOf(network: Inspected): Values {
  const { IPAM, Options, Labels } = network;
  return present({
    name: network.Name,
    driver: network.Driver,
    scope: network.Scope,
    ipv6: network.EnableIPv6,
    internal: network.Internal,
    attachable: network.Attachable,
    ingress: network.Ingress,
    options: Options ?? {},
    labels: Object.entries(Labels ?? {}).map(([label, value]) => ({ label, value })),
    ipamDriver: IPAM.Driver,
    ipamOptions: IPAM.Options ?? {},
    ipamConfigs: (IPAM.Config ?? []).map(({ Subnet, IPRange, Gateway, AuxiliaryAddresses }) =>
      present({ subnet: Subnet, ipRange: IPRange, gateway: Gateway, auxAddress: AuxiliaryAddresses }),
    ),
  });
}

async function inspect({ engine }: Context, id: string): Promise<Found | undefined> {
  try {
    const network = await engine.json<Inspected>({ method: "GET", path: `/networks/${encodeURIComponent(id)}` });
    return { id: network.Id, values: valuesOf(network) };
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}

/** How long a network may be in use before its removal is given up. */
const REMOVAL = { tries: 16, pauseMs: 2000 };

/** `docker:index/network:Network`: a network of a container engine. */
export const network: DockerResource = {
  token: "docker:index/network:Network",
  args,
  outputs: ["scope"],
  secrets: [],
  replaceOn: Object.keys(args),
  computed: ["driver", "internal", "ipamConfigs", "options"],
  sets: ["ipamConfigs", "labels"],
  unserved: {},
  // Without it the genuine plugin takes the state for one of its first version, and reads labels as a table.
  meta: { __meta: '{"schema_version":"1"}' },
  autoNamed: "name",
  async create(context, inputs) {
    try {
      const { Id } = await context.engine.json<{ Id: string }>({
        method: "POST",
        path: "/networks/create",
        body: creation(inputs),
      });
      const made = await inspect(context, Id);
      if (made === undefined) throw new Failure("it was gone as soon as it was made");
      return made;
    } catch (error) {
      throw new Failure(`Unable to create network: ${(error as Error).message}`);
    }
  },
  read: inspect,
  async delete(context, id) {
    for (let tries = 1; ; tries++) {
      if ((await inspect(context, id)) === undefined) return;
      try {
        await context.engine.call({ method: "DELETE", path: `/networks/${encodeURIComponent(id)}` });
        return;
      } catch (error) {
        if (!/has active endpoints/.test((error as Error).message) || tries >= REMOVAL.tries) throw error;
        await wait(REMOVAL.pauseMs);
      }
    }
  },
};
