import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

/** A plain value: what JSON can say. */
export type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain };

/**
 * The properties of a resource as the wire carries them, with what is secret and what is not known yet told beside the values.
 * Both are kept per property: a property with a secret inside is secret, one with an unknown inside is unknown.
 */
export interface Properties {
  values: Record<string, Plain>;
  secrets: Set<string>;
  unknowns: Set<string>;
}

const UNKNOWN_SENTINEL = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Makes properties of which nothing is secret or unknown. */
export function known(values: Record<string, Plain>): Properties {
  return { values, secrets: new Set(), unknowns: new Set() };
}

/** Makes a value secret that lies inside a property. Read back from the wire it is plain again, and its whole property secret. */
export function sealed(value: Plain): Plain {
  return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value };
}

interface Found {
  secret: boolean;
  unknown: boolean;
}

function isObject(value: JavaScriptValue): value is { [key: string]: JavaScriptValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function strip(value: JavaScriptValue, found: Found): Plain {
  if (value === UNKNOWN_SENTINEL) {
    found.unknown = true;
    return null;
  }
  if (Array.isArray(value)) return value.map((item) => strip(item, found));
  if (!isObject(value)) return value;
  const signature = value[SIGNATURE_KEY];
  if (signature === SECRET_SIGNATURE) {
    found.secret = true;
    return strip(value.value ?? null, found);
  }
  if (signature === OUTPUT_SIGNATURE) {
    if (value.secret === true) found.secret = true;
    if (!("value" in value)) found.unknown = true;
    return strip(value.value ?? null, found);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, strip(item, found)]));
}

/** Reads properties from the wire. A property that is null is as good as absent. */
export function fromWire(wire: struct.Struct | undefined): Properties {
  const properties = known({});
  for (const [key, raw] of Object.entries(wire?.toJavaScript() ?? {})) {
    if (raw === null) continue;
    const found: Found = { secret: false, unknown: false };
    const value = strip(raw, found);
    if (found.secret) properties.secrets.add(key);
    if (found.unknown) properties.unknowns.add(key);
    else properties.values[key] = value;
  }
  return properties;
}

/** Writes properties for the wire. */
export function toWire(properties: Properties): struct.Struct {
  const wire: { [key: string]: JavaScriptValue } = {};
  for (const key of new Set([...Object.keys(properties.values), ...properties.unknowns])) {
    const value = properties.unknowns.has(key) ? UNKNOWN_SENTINEL : (properties.values[key] as JavaScriptValue);
    wire[key] = properties.secrets.has(key) ? { [SIGNATURE_KEY]: SECRET_SIGNATURE, value } : value;
  }
  return struct.Struct.fromJavaScript(wire);
}
