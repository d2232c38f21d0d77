import { z } from "zod";
import type { Fields, Type } from "./type";

interface JsonSchema {
  type?: string;
  enum?: string[];
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  properties?: Record<string, JsonSchema>;
  required?: string[];
}

function typeOf(schema: JsonSchema): Type {
  if (schema.enum) return { oneOf: [...schema.enum].sort() };
  if (schema.type === "array") return { list: typeOf(schema.items ?? {}) };
  if (schema.properties) return { object: fieldsOf(schema) };
  if (typeof schema.additionalProperties === "object") return { table: typeOf(schema.additionalProperties) };
  if (schema.type === "integer") return "number";
  if (schema.type === "string" || schema.type === "number" || schema.type === "boolean") return schema.type;
  if (schema.type === undefined) return "any";
  throw new Error(`a schema that the conformance test does not know: ${JSON.stringify(schema)}`);
}

function fieldsOf({ properties = {}, required = [] }: JsonSchema): Fields {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      name,
      { required: required.includes(name), type: typeOf(schema) },
    ]),
  );
}

/** The fields that a stand-in takes, in the terms of the comparison. */
export function declaredFields(args: z.ZodRawShape): Fields {
  return fieldsOf(z.toJSONSchema(z.object(args), { io: "input" }) as JsonSchema);
}
