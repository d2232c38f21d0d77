/** A type, as both sides of the comparison can say it. */
export type Type =
  | "string"
  | "number"
  | "boolean"
  | "any"
  | { list: Type }
  | { table: Type }
  | { oneOf: string[] }
  | { object: Fields };

/** The fields of an object, by name. */
export type Fields = Record<string, { required: boolean; type: Type }>;
