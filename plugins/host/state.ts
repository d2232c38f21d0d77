import { compareProperties } from "../rpc/difference";
import { known, type Plain, type Properties } from "../rpc/properties";
import type { AnyResource } from "./resources";
import type { Values } from "./resources/resource";

/** Some of the values. */
export function pick(values: Values, keys: readonly string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([key, value]) => keys.includes(key) && value !== undefined));
}

/** Which properties of a state are secret: those given so, those that follow from them, and those that always are. */
function secretsOf(resource: AnyResource, values: Values, given: ReadonlySet<string>): Set<string> {
  const secrets = new Set([...given, ...(resource.secrets?.(values) ?? [])]);
  for (const [output, sources] of Object.entries(resource.outputs))
    if (sources.some((source) => secrets.has(source))) secrets.add(output);
  return secrets;
}

/** State as it goes on the wire. */
export function stateOf(resource: AnyResource, values: Values, given: ReadonlySet<string>): Properties {
  const present = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  return { ...known(present), secrets: secretsOf(resource, values, given) };
}

/** The state a preview foretells: arguments as they are, outputs unknown where what they follow from changes. */
export function foretell(resource: AnyResource, inputs: Properties, old?: Properties): Properties {
  const values = { ...inputs.values };
  const unknowns = new Set(inputs.unknowns);
  for (const [output, sources] of Object.entries(resource.outputs)) {
    const changed = old === undefined || Object.keys(compareProperties(old, inputs, sources, [])).length > 0;
    if (changed) unknowns.add(output);
    else values[output] = old.values[output] as Plain;
  }
  return { values, unknowns, secrets: secretsOf(resource, values, inputs.secrets) };
}
