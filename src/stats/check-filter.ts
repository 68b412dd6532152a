import { Refusal } from "../lib/errors.ts";
import { DIMENSIONS, PROPERTY, type Dimension } from "./dimensions.ts";
import { OPERATORS, type Condition, type Filter, type Match, type Operator } from "./question.ts";

/** Enough for any person, and little enough that no question is slow for its filter alone. */
const MOST_CONDITIONS = 100;
const MOST_VALUES = 1000;
const DEEPEST = 8;
const LONGEST_TEXT = 2000;
const LONGEST_KEY = 100;

export const refuse = (message: string): never => {
  throw new Refusal("invalid", message);
};

/**
 * Reads an object, and nothing in it that is not known: a misspelled name must not be
 * overlooked, since the figures would be of something else.
 *
 * @param where What it is, for people: "The question".
 */
export function checkObject(
  input: unknown,
  where: string,
  known: readonly string[],
): Record<string, unknown> {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return refuse(`${where} must be an object`);
  }
  const strange = Object.keys(input).find((key) => !known.includes(key));
  if (strange !== undefined) {
    refuse(`${where} has no "${strange.slice(0, 40)}"; it may have ${known.join(", ")}`);
  }
  return input as Record<string, unknown>;
}

/** @throws {Refusal} `invalid`, if there is no such dimension. */
export function checkDimension(input: unknown): Dimension {
  const name = typeof input === "string" ? input : "";
  if (Object.hasOwn(DIMENSIONS, name)) return name as Dimension;
  const key = name.startsWith(PROPERTY) ? name.slice(PROPERTY.length) : "";
  if (key !== "" && key.length <= LONGEST_KEY) return name as Dimension;
  const names = Object.keys(DIMENSIONS).join(", ");
  return refuse(
    `There is no dimension "${name.slice(0, 40)}"; there are ${names} and property:KEY`,
  );
}

/**
 * Reads a filter.
 *
 * @throws {Refusal} `invalid`, saying what is wrong with it.
 */
export function checkFilter(input: unknown): Filter {
  let conditions = 0;
  return check(input, 1);

  function check(part: unknown, depth: number): Filter {
    if (depth > DEEPEST) refuse(`A filter may be ${DEEPEST} levels deep`);
    const known = ["all", "any", "not", "dimension", "operator", "values"];
    const object = checkObject(part, "A filter", known);
    const names = Object.keys(object);
    const [name = ""] = names;
    if (names.length === 1 && name === "not") return { not: check(object.not, depth + 1) };
    if (names.length === 1 && (name === "all" || name === "any")) {
      const parts = object[name];
      if (!Array.isArray(parts)) return refuse(`"${name}" of a filter must be a list of filters`);
      const checked = parts.map((each) => check(each, depth + 1));
      return name === "all" ? { all: checked } : { any: checked };
    }
    conditions += 1;
    if (conditions > MOST_CONDITIONS) refuse(`A filter may have ${MOST_CONDITIONS} conditions`);
    return checkCondition(object);
  }
}

function checkCondition(object: Record<string, unknown>): Condition {
  const known = ["dimension", "operator", "values"];
  const { dimension, operator, values = [] } = checkObject(object, "A condition", known);
  const checked = checkDimension(dimension);
  if (!OPERATORS.includes(operator as Operator)) {
    const name = String(operator).slice(0, 40);
    refuse(`There is no operator "${name}"; there are ${OPERATORS.join(", ")}`);
  }
  const condition = {
    dimension: checked,
    operator: operator as Operator,
    values: checkValues(values),
  };
  checkCount(condition);
  return condition;
}

function checkValues(input: unknown): string[] {
  if (!Array.isArray(input)) return refuse("The values of a condition must be a list of texts");
  if (input.length > MOST_VALUES) refuse(`A condition may have ${MOST_VALUES} values`);
  for (const value of input) {
    if (typeof value !== "string") refuse("The values of a condition must be texts, also numbers");
    if ((value as string).length > LONGEST_TEXT) {
      refuse(`A value may be ${LONGEST_TEXT} characters long`);
    }
  }
  return input as string[];
}

const NUMERIC: ReadonlySet<Operator> = new Set(["greater", "less", "between"]);

function checkCount({ dimension, operator, values }: Condition): void {
  if (operator === "is_set" || operator === "is_not_set") {
    if (values.length > 0) refuse(`"${operator}" takes no values`);
    return;
  }
  if (values.length === 0) refuse(`"${operator}" needs a value`);
  if (!NUMERIC.has(operator)) return;
  if (!isNumeric(dimension)) {
    refuse(`"${operator}" compares numbers, and "${dimension}" is a text`);
  }
  for (const value of values) {
    if (value.trim() === "" || !Number.isFinite(Number(value))) {
      refuse(`"${operator}" needs a number, not "${value.slice(0, 40)}"`);
    }
  }
  if (operator === "between" && values.length !== 2) refuse('"between" needs two values');
}

function isNumeric(dimension: Dimension): boolean {
  if (dimension.startsWith(PROPERTY)) return true;
  return "numeric" in DIMENSIONS[dimension as keyof typeof DIMENSIONS];
}

/** Reads what a goal or a step asks for. @throws {Refusal} `invalid`, if it is none. */
export function checkMatch(input: unknown): Match {
  const { kind, match } = checkObject(input, "A goal", ["kind", "match"]);
  if (kind !== "event" && kind !== "page") return refuse('A goal is of the kind "event" or "page"');
  if (typeof match !== "string" || match === "" || match.length > LONGEST_TEXT) {
    return refuse("A goal needs the name of an event, or the path of a page");
  }
  return { kind, match };
}
