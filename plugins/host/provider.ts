import { isDeepStrictEqual } from "node:util";
import { checkProperties } from "../rpc/check";
import { compareProperties } from "../rpc/difference";
import { Failure, PartialFailure } from "../rpc/failure";
import type { Warn } from "../rpc/log";
import { known, type Plain, type Properties } from "../rpc/properties";
import type {
  Checked,
  CheckFailure,
  CheckSubject,
  Created,
  Difference,
  Live,
  PropertyChange,
  ResourceProvider,
} from "../rpc/provider";
import { parseConfiguration, providerArgs } from "./connection/configuration";
import { Host, NoEntry } from "./connection/host";
import { OFFLINE_FACTS, parseFacts, readFacts } from "./facts/read-facts";
import { ifNoEntry, isGone } from "./gone";
import { type AnyResource, resources } from "./resources";
import { Unwell, type Values } from "./resources/resource";
import { foretell, pick, stateOf } from "./state";

const BY_TOKEN = new Map(resources.map((resource) => [`host:index:${resource.type}`, resource]));

function resourceOf(token: string): AnyResource {
  const resource = BY_TOKEN.get(token);
  if (resource === undefined)
    throw new Failure(`There is no resource ${token}. There are: ${[...BY_TOKEN.keys()].join(", ")}.`);
  return resource;
}

/** The provider of what is on one Linux host. */
export class HostProvider implements ResourceProvider {
  readonly version = "0.1.0";
  readonly refreshBeforeUpdate = true;
  private host: Host | undefined;
  /** Why the host cannot be entered, once it was tried and the host was said to be gone. */
  private away: NoEntry | undefined;
  /** What this run found gone, as type and id. */
  private readonly gone = new Set<string>();

  private stop: (reason: Failure) => void = () => undefined;
  private readonly cancelled = new Promise<never>((_, reject) => {
    this.stop = reject;
  });

  /** @param offline Contact no host: previews answer from the state, everything else is refused. */
  constructor(
    private readonly offline: boolean,
    private readonly warn: Warn = () => undefined,
  ) {
    this.cancelled.catch(() => undefined);
  }

  async checkConfig(name: string, old: Properties | undefined, inputs: Properties): Promise<Checked> {
    const checked = checkProperties("the provider", providerArgs, inputs);
    const given = (name: string) => inputs.unknowns.has(name) || inputs.values[name] !== undefined;
    if (!given("privateKey") && !given("privateKeyFile") && !given("agent"))
      checked.failures.push({
        property: "privateKeyFile",
        reason: "one of privateKey, privateKeyFile and agent is needed to log in",
      });
    if (checked.failures.length === 0) checked.failures.push(...(await this.unreachable(name, old, checked.inputs)));
    return checked;
  }

  /**
   * Tries a new way to a host before it gets into the state, where it would take the place of one that works: a provider of other host keys
   * replaces every resource of the host.
   */
  private async unreachable(name: string, old: Properties | undefined, wanted: Properties): Promise<CheckFailure[]> {
    const same =
      old !== undefined && Object.keys(compareProperties(old, wanted, Object.keys(providerArgs), [])).length === 0;
    if (this.offline || wanted.unknowns.size > 0 || same) return [];
    this.host = new Host(name, parseConfiguration(wanted.values), this.warn);
    try {
      const host = this.host;
      await this.unlessCancelled(() => host.reading(() => host.must("log in", readFacts)));
      return [];
    } catch (error) {
      this.host?.close();
      this.host = undefined;
      const origin = wanted.values.origin ?? "the arguments of its provider";
      const next = `No host was changed. Next: mend that host, or ${origin}, and run again.`;
      return [{ property: "address", reason: `${(error as Error).message}\n${next}` }];
    }
  }

  async diffConfig(old: Properties, wanted: Properties): Promise<Difference> {
    const changes = compareProperties(old, wanted, Object.keys(providerArgs), []);
    const [before, after] = [old, wanted].map(({ values }) => (values.hostKeys ?? []) as string[]);
    const commonKey = wanted.unknowns.has("hostKeys") || before?.some((key) => after?.includes(key));
    const place = ["address", "port", "jump", "jump.address", "jump.port"];
    const moved = Object.keys(changes).filter((path) => place.includes(path));
    // The same place with other keys is that host, reinstalled: what is missing on it is found missing, and made again.
    if (!commonKey) for (const path of moved) (changes[path] as PropertyChange).replace = true;
    return { changes, deleteBeforeReplace: false };
  }

  async configure(name: string, inputs: Properties): Promise<void> {
    const configuration = parseConfiguration(inputs.values);
    // What checkConfig tried is kept: one connection for the whole run.
    if (this.host && isDeepStrictEqual(this.host.configuration, configuration)) return;
    this.host?.close();
    this.host = new Host(name, configuration, this.warn);
  }

  async check(type: string, inputs: Properties, subject?: CheckSubject): Promise<Checked> {
    const resource = resourceOf(type);
    const checked = checkProperties(type, resource.args, inputs);
    if (checked.failures.length > 0) return checked;
    const values = resource.complete?.(checked.inputs.values) ?? checked.inputs.values;
    const failures: CheckFailure[] = checked.inputs.unknowns.size > 0 ? [] : (resource.problems?.(values) ?? []);
    const isNew = subject !== undefined && subject.old === undefined;
    if (isNew && failures.length === 0) this.host?.gathering.announce();
    return { inputs: { ...checked.inputs, values }, failures };
  }

  async diff(type: string, _id: string, state: Properties, wanted: Properties): Promise<Difference> {
    const resource = resourceOf(type);
    const compared = Object.keys(resource.args).filter((key) => !resource.incidental?.includes(key));
    const changes = compareProperties(state, wanted, compared, resource.replaceOn);
    const samePlace = wanted.unknowns.size === 0 && resource.id(state.values) === resource.id(wanted.values);
    return { changes, deleteBeforeReplace: samePlace };
  }

  async create(type: string, inputs: Properties, preview: boolean): Promise<Created> {
    const resource = resourceOf(type);
    this.host?.gathering.arrived();
    if (preview) return { id: "", state: foretell(resource, inputs) };
    const id = resource.id(inputs.values);
    const coming = this.gone.has(`${type} ${id}`) ? "again" : "create";
    const make = (host: Host) => resource.create(host, inputs.values, coming);
    return { id, state: await this.keepUnwell(resource, id, inputs, make) };
  }

  async read(type: string, id: string, state: Properties, inputs: Properties): Promise<Live | undefined> {
    const resource = resourceOf(type);
    if (this.offline) return { id, state, inputs };
    const imported = Object.keys(state.values).length === 0;
    const from = imported ? this.importable(resource, type, id) : state.values;
    const live = await this.unlessGone(
      () => this.connected().reading(() => resource.read(this.connected(), from)),
      () => (imported ? undefined : state.values),
    );
    if (live === undefined) {
      if (!imported) this.gone.add(`${type} ${id}`);
      return undefined;
    }
    const given = new Set([...state.secrets, ...inputs.secrets]);
    const full = stateOf(resource, live, given);
    const names = imported
      ? Object.keys(resource.args)
      : Object.keys(resource.args).filter((key) => key in inputs.values || live[key] !== undefined);
    return { id, state: full, inputs: { ...known(pick(full.values, names)), secrets: full.secrets } };
  }

  async update(type: string, id: string, state: Properties, inputs: Properties, preview: boolean): Promise<Properties> {
    const resource = resourceOf(type);
    if (preview) return foretell(resource, inputs, state);
    return this.keepUnwell(resource, id, inputs, (host) => resource.update(host, state.values, inputs.values));
  }

  async delete(type: string, id: string, state: Properties): Promise<void> {
    const resource = resourceOf(type);
    await this.unlessGone(
      () => resource.delete(this.connected(), state.values),
      () => this.warn(`${this.host?.where}: dropped ${id} from the state without touching the host, which is gone.`),
    );
  }

  async invoke(token: string, _args: Properties, preview: boolean): Promise<Record<string, Plain>> {
    if (token !== "host:index:getFacts")
      throw new Failure(`There is no function ${token}. There is host:index:getFacts.`);
    if (this.offline && preview) return { ...OFFLINE_FACTS };
    const host = this.connected();
    const stdout = await this.unlessCancelled(() => host.reading(() => host.must("read facts", readFacts)));
    return { ...parseFacts(host.where, stdout) };
  }

  cancel(): void {
    this.stop(new Failure(`${this.host?.where}: the run was cancelled. Run pulumi up again: it continues.`));
    this.host?.close();
  }

  /** Does something on the host, and gives up at once when the run is cancelled. */
  private unlessCancelled<T>(act: () => Promise<T>): Promise<T> {
    return Promise.race([act(), this.cancelled]);
  }

  /** Does something on the host; where it cannot be entered and was said to be gone, something else. */
  private async unlessGone<T>(act: () => Promise<T>, otherwise: () => T): Promise<T> {
    if (this.away !== undefined) return otherwise();
    try {
      return await this.unlessCancelled(act);
    } catch (error) {
      if (!(error instanceof NoEntry) || this.host === undefined) throw error;
      const { name } = this.host;
      if (!isGone(name)) throw new NoEntry(`${error.message}\n${ifNoEntry(name)}`);
      this.away = error;
      return otherwise();
    }
  }

  private importable(resource: AnyResource, type: string, id: string): Values {
    const { inputs, failures } = checkProperties(type, resource.args, known(resource.fromId(id) as Values));
    if (failures.length > 0)
      throw new Failure(
        `${id} is not the id of a ${type}: ${failures.map(({ property, reason }) => `${property} ${reason}`).join("; ")}`,
      );
    return resource.complete?.(inputs.values) ?? inputs.values;
  }

  private connected(): Host {
    if (this.offline)
      throw new Failure(
        "JUPYTERHUB_HPC_OFFLINE is set, with which only previews work. Unset it to change or read hosts.",
      );
    if (this.host === undefined) throw new Failure("The provider was used before it was configured.");
    return this.host;
  }

  private async keepUnwell(
    resource: AnyResource,
    id: string,
    inputs: Properties,
    act: (host: Host) => Promise<Values>,
  ): Promise<Properties> {
    try {
      return stateOf(resource, await this.unlessCancelled(() => act(this.connected())), inputs.secrets);
    } catch (error) {
      if (!(error instanceof Unwell)) throw error;
      throw new PartialFailure(id, stateOf(resource, error.state as Values, inputs.secrets), inputs, error.message);
    }
  }
}
