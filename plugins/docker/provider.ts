import { createHash } from "node:crypto";
import { checkProperties } from "../rpc/check";
import { Failure } from "../rpc/failure";
import { known, type Plain, type Properties } from "../rpc/properties";
import type { Checked, CheckSubject, Created, Difference, Live, ResourceProvider, Subject } from "../rpc/provider";
import { differences } from "./difference";
import { decodeArgs, engineConfiguration, providerArgs } from "./engine/configuration";
import { Engine } from "./engine/engine";
import { network } from "./network";
import { remoteImage } from "./remote-image";
import type { Context, DockerResource, Found, Values } from "./resource";

const RESOURCES: readonly DockerResource[] = [remoteImage, network];

function resourceOf(type: string): DockerResource {
  const resource = RESOURCES.find(({ token }) => token === type);
  if (resource === undefined)
    throw new Failure(
      `The stand-in for the plugin "docker" serves ${RESOURCES.map(({ token }) => token).join(" and ")}, not ${type}. Next: install the genuine plugin (docs/stand-ins.md).`,
    );
  return resource;
}

/** The name of what has none: that of the resource, and something that differs from run to run. */
function nameOf({ name, randomSeed }: CheckSubject): string {
  return `${name}-${createHash("sha256").update(randomSeed).digest("hex").slice(0, 7)}`;
}

/** Without what Pulumi and the genuine plugin note for themselves. */
function open(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !key.startsWith("__")));
}

/** State as it goes on the wire: what was asked for, and over it what the engine says. */
function stateOf({ meta }: DockerResource, inputs: Properties, found: Found): Properties {
  return { ...known({ ...open(inputs.values), ...found.values, ...meta }), secrets: inputs.secrets };
}

/** The state a preview foretells. */
function foretell({ computed, outputs }: DockerResource, inputs: Properties, old?: Properties): Properties {
  const values: Values = { ...open(old?.values ?? {}), ...open(inputs.values) };
  const later = [...computed, ...outputs].filter((key) => !(key in values));
  return { ...inputs, values, unknowns: new Set([...inputs.unknowns, ...(old === undefined ? later : [])]) };
}

/** The stand-in for the genuine plugin of @pulumi/docker: the same on the engine, for the resources the components use. */
export class DockerProvider implements ResourceProvider {
  /** That of the genuine plugin whose place this takes. */
  readonly version = "4.11.2";
  /** The genuine plugin reads when asked to refresh, and not before. */
  readonly refreshBeforeUpdate = false;
  private readonly interrupted = new AbortController();
  private context: Context | undefined;

  async checkConfig(_name: string, _old: Properties | undefined, inputs: Properties): Promise<Checked> {
    const given = { ...inputs, values: decodeArgs(this.config(inputs)) };
    const { failures } = checkProperties("the provider", providerArgs, given);
    return { inputs, failures };
  }

  async diffConfig(): Promise<Difference> {
    return { changes: {}, deleteBeforeReplace: false };
  }

  async configure(_name: string, inputs: Properties): Promise<void> {
    const configuration = engineConfiguration(decodeArgs(this.config(inputs)));
    this.context = { configuration, engine: new Engine(configuration, this.interrupted.signal) };
  }

  async check(type: string, given: Properties, subject: CheckSubject): Promise<Checked> {
    const resource = resourceOf(type);
    const { inputs, failures } = checkProperties(type, resource.args, given);
    for (const [property, reason] of Object.entries(resource.unserved))
      if (property in inputs.values || inputs.unknowns.has(property)) failures.push({ property, reason });
    const { autoNamed: key } = resource;
    if (key === undefined || key in inputs.values || inputs.unknowns.has(key)) {
      const defaults = { __defaults: [] };
      return { inputs: { ...inputs, values: { ...inputs.values, ...defaults } }, failures };
    }
    const before = subject.old?.values;
    const kept = Array.isArray(before?.__defaults) && before.__defaults.includes(key) ? before[key] : undefined;
    const named = { [key]: kept ?? nameOf(subject), __defaults: [key] };
    return { inputs: { ...inputs, values: { ...inputs.values, ...named } }, failures };
  }

  async diff(type: string, _id: string, state: Properties, wanted: Properties): Promise<Difference> {
    const resource = resourceOf(type);
    const changes = differences(resource, open(state.values), { ...wanted, values: open(wanted.values) });
    const replaces = Object.values(changes).some(({ replace }) => replace);
    const { autoNamed: key } = resource;
    const defaults = wanted.values.__defaults;
    // As the genuine plugin: two networks of one given name cannot be at the same time.
    const named = key !== undefined && Array.isArray(defaults) && !defaults.includes(key);
    return { changes, deleteBeforeReplace: replaces && named };
  }

  async create(type: string, inputs: Properties, preview: boolean, subject: Subject): Promise<Created> {
    const resource = resourceOf(type);
    if (preview) return { id: "", state: foretell(resource, inputs) };
    const made = await resource.create(this.connected(), open(inputs.values), subject);
    return { id: made.id, state: stateOf(resource, inputs, made) };
  }

  async read(type: string, id: string, state: Properties, inputs: Properties): Promise<Live | undefined> {
    const resource = resourceOf(type);
    const found = await resource.read(this.connected(), id, state.values);
    if (found === undefined) return undefined;
    const imported = Object.keys(open(inputs.values)).length === 0;
    const names = imported ? Object.keys(resource.args) : Object.keys(inputs.values);
    const values = { ...inputs.values };
    for (const key of names) if (found.values[key] !== undefined) values[key] = found.values[key];
    const secrets = new Set([...state.secrets, ...inputs.secrets]);
    return { id: found.id, state: stateOf(resource, { ...state, secrets }, found), inputs: { ...inputs, values } };
  }

  async update(type: string, id: string, state: Properties, inputs: Properties, preview: boolean): Promise<Properties> {
    const resource = resourceOf(type);
    if (preview || resource.update === undefined) return foretell(resource, inputs, state);
    return stateOf(resource, inputs, await resource.update(this.connected(), id, open(inputs.values)));
  }

  async delete(type: string, id: string, state: Properties): Promise<void> {
    await resourceOf(type).delete(this.connected(), id, state.values);
  }

  async invoke(token: string): Promise<Record<string, Plain>> {
    throw new Failure(
      `The stand-in for the plugin "docker" has no function ${token}. Next: install the genuine plugin.`,
    );
  }

  cancel(): void {
    this.interrupted.abort();
  }

  private config({ values }: Properties): Values {
    const { version: _, pluginDownloadURL: __, ...args } = values;
    return args;
  }

  private connected(): Context {
    if (this.context === undefined) throw new Failure("The provider was used before it was configured.");
    return this.context;
  }
}
