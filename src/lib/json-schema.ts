/** As much of JSON Schema as we write ourselves; `says` puts a rule in words. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: SchemaType | readonly SchemaType[];
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly const?: string | number | boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Schema[];
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly format?: string;
  /** How a value that breaks the rule is spoken of: "must be a day like 2026-11-30". */
  readonly "x-says"?: string;
}

export type SchemaType = "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";

/** Schemas by their address, for `$ref`. */
export type Definitions = Readonly<Record<string, Schema>>;

/** What is wrong, and where: `steps[1].match`, or `""` for all of the value. */
export interface Fault {
  readonly where: string;
  readonly says: string;
}

/**
 * Finds what is wrong with a value, in words for the person who made it.
 *
 * Of several faults the first is told. Of alternatives that one is meant which the value looks
 * like: who wrote `{"all": […]}` wants to hear what is wrong inside.
 *
 * @returns `undefined`, if nothing is.
 * @see JSON Schema 2020-12.
 */
export function faultOf(
  schema: Schema,
  value: unknown,
  definitions: Definitions,
  where = "",
): Fault | undefined {
  const rule = resolve(schema, definitions);
  const says = faultOfType(rule, value) ?? faultOfValue(rule, value);
  if (says !== undefined) return { where, says: `${rule["x-says"] ?? says}, not ${show(value)}` };
  if (rule.anyOf) return faultOfAlternatives(rule, value, definitions, where);
  if (Array.isArray(value)) {
    return firstFault(value, (item, index) =>
      faultOf(rule.items ?? {}, item, definitions, `${where}[${index}]`),
    );
  }
  return isObject(value) ? faultOfMembers(rule, value, definitions, where) : undefined;
}

/** Follows `$ref` as far as it leads. */
export function resolve(schema: Schema, definitions: Definitions): Schema {
  if (schema.$ref === undefined) return schema;
  const known = definitions[schema.$ref];
  if (!known) throw new RangeError(`There is no schema ${schema.$ref}`);
  return resolve(known, definitions);
}

function faultOfAlternatives(
  rule: Schema,
  value: unknown,
  definitions: Definitions,
  where: string,
): Fault | undefined {
  let meant: Fault | undefined;
  for (const alternative of rule.anyOf!) {
    const fault = faultOf(alternative, value, definitions, where);
    if (fault === undefined) return undefined;
    if (looksLike(resolve(alternative, definitions), value)) meant ??= fault;
  }
  const says = rule["x-says"] ?? "must have one of the forms in the documentation";
  return meant ?? { where, says: `${says}, not ${show(value)}` };
}

function looksLike(rule: Schema, value: unknown): boolean {
  if (!isObject(value) || rule.type !== "object") return false;
  return (rule.required ?? []).some((name) => Object.hasOwn(value, name));
}

function faultOfMembers(
  rule: Schema,
  value: Readonly<Record<string, unknown>>,
  definitions: Definitions,
  where: string,
): Fault | undefined {
  const at = (name: string) => (where === "" ? name : `${where}.${name}`);
  const missing = rule.required?.find((name) => value[name] === undefined);
  if (missing !== undefined) return { where: at(missing), says: "is missing" };
  const { properties = {}, additionalProperties: further = true } = rule;
  return firstFault(Object.keys(value), (name) => {
    if (value[name] === undefined) return undefined;
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known) return faultOf(known, value[name], definitions, at(name));
    if (further === true) return undefined;
    if (further) return faultOf(further, value[name], definitions, at(name));
    const names = Object.keys(properties).join(", ");
    return { where: at(name), says: `is not known; there are ${names}` };
  });
}

function faultOfType({ type }: Schema, value: unknown): string | undefined {
  if (type === undefined) return undefined;
  const types = [type].flat() as SchemaType[];
  const actual = typeOf(value);
  if (types.includes(actual) || (actual === "integer" && types.includes("number"))) {
    return undefined;
  }
  return `must be ${types.map((name) => TYPE_NAMES[name]).join(" or ")}`;
}

const TYPE_NAMES: Readonly<Record<SchemaType, string>> = {
  object: "an object",
  array: "a list",
  string: "text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  null: "null",
};

function typeOf(value: unknown): SchemaType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value === "object" ? "object" : (typeof value as SchemaType);
}

function faultOfValue(rule: Schema, value: unknown): string | undefined {
  if (rule.const !== undefined && value !== rule.const) return `must be ${show(rule.const)}`;
  if (rule.enum && !rule.enum.includes(value as string)) {
    return `must be one of ${rule.enum.join(", ")}`;
  }
  if (typeof value === "string") return faultOfText(rule, value);
  if (typeof value === "number") {
    return faultOfRange(value, rule.minimum, rule.maximum, "must be", "");
  }
  if (Array.isArray(value)) {
    return faultOfRange(value.length, rule.minItems, rule.maxItems, "must have", " entries");
  }
  if (isObject(value)) {
    const { length } = Object.keys(value);
    return faultOfRange(length, undefined, rule.maxProperties, "must have", " members");
  }
  return undefined;
}

function faultOfText(rule: Schema, value: string): string | undefined {
  if (rule.pattern !== undefined && !new RegExp(rule.pattern, "u").test(value)) {
    return `must look like ${rule.pattern}`;
  }
  // Characters as people count them, and as the specification does.
  const length = [...value].length;
  return faultOfRange(length, rule.minLength, rule.maxLength, "must have", " characters");
}

function faultOfRange(
  value: number,
  least: number | undefined,
  most: number | undefined,
  verb: string,
  unit: string,
): string | undefined {
  if (least !== undefined && value < least) return `${verb} at least ${least}${unit}`;
  if (most !== undefined && value > most) return `${verb} at most ${most}${unit}`;
  return undefined;
}

function firstFault<T>(
  items: readonly T[],
  look: (item: T, index: number) => Fault | undefined,
): Fault | undefined {
  for (const [index, item] of items.entries()) {
    const fault = look(item, index);
    if (fault) return fault;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
