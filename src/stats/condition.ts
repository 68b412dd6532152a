import { Refusal } from "../lib/errors.ts";
import { DIMENSIONS, PROPERTY, type Dimension, type DimensionKind } from "./dimensions.ts";
import { OPERATORS, type Condition, type Operator } from "./question.ts";

/** A property may be a number or a text, which only its values know. */
const PROPERTY_KIND: DimensionKind = { label: "Property", of: "event" };

const VALUELESS = new Set<Operator>(["is_set", "is_not_set"]);
const COMPARING = new Set<Operator>(["greater", "less", "between"]);
const WITHIN_TEXT = new Set<Operator>(["contains", "does_not_contain", "starts_with", "ends_with"]);

const MOST_VALUES = 100;
const LONGEST_VALUE = 2000;
const LONGEST_KEY = 100;

/** What is known of a dimension; of a property, that it is one. `undefined` if there is none. */
export function dimensionKind(dimension: string): DimensionKind | undefined {
  if (dimension.startsWith(PROPERTY)) {
    const { length } = dimension.slice(PROPERTY.length);
    return length > 0 && length <= LONGEST_KEY ? PROPERTY_KIND : undefined;
  }
  return Object.hasOwn(DIMENSIONS, dimension)
    ? DIMENSIONS[dimension as keyof typeof DIMENSIONS]
    : undefined;
}

// The only values these can have.
const FIXED: Readonly<Record<string, readonly string[]>> = {
  visitor: ["new", "returning"],
  contact: ["known", "anonymous"],
};

const RANGES: Readonly<Record<string, readonly [from: number, until: number]>> = {
  hour: [0, 23],
  weekday: [1, 7],
};

/** The only values of a dimension, or `undefined` where they come from what was recorded. */
export function fixedValues(dimension: string): readonly string[] | undefined {
  const range = RANGES[dimension];
  if (!range) return FIXED[dimension];
  const [from, until] = range;
  return Array.from({ length: until - from + 1 }, (_, index) => String(from + index));
}

/** What can be asked of a dimension. */
export function operatorsOf(dimension: string): readonly Operator[] {
  const kind = dimensionKind(dimension);
  if (!kind) return [];
  const isProperty = dimension.startsWith(PROPERTY);
  return OPERATORS.filter((operator) => {
    if (COMPARING.has(operator)) return isProperty || kind.numeric === true;
    if (fixedValues(dimension)) return operator === "is" || operator === "is_not";
    return true;
  });
}

/** How many values an operator takes, at least and at most. */
export function valueCount(operator: Operator): readonly [least: number, most: number] {
  if (VALUELESS.has(operator)) return [0, 0];
  if (operator === "between") return [2, 2];
  return COMPARING.has(operator) ? [1, 1] : [1, MOST_VALUES];
}

/**
 * Makes a condition of what was typed or stands in an address.
 *
 * @throws {Refusal} `invalid`, naming what is wrong and what would do; its `field` says where.
 */
export function checkCondition(
  dimension: string,
  operator: string,
  values: readonly string[],
): Condition {
  const kind = dimensionKind(dimension);
  if (!kind) throw invalid("dimension", `Nothing can be filtered by "${dimension.slice(0, 40)}"`);
  const name = nameOf(dimension, kind);
  const known = operatorsOf(dimension).find((each) => each === operator);
  if (!known) throw invalid("operator", `${name} cannot be asked "${operator.slice(0, 40)}"`);
  const kept = VALUELESS.has(known) ? [] : values;
  checkValues(name, known, kept);
  const odd = kept.find((value) => fixedValues(dimension)?.includes(value) === false);
  if (odd !== undefined) {
    const choices = RANGES[dimension]?.join(" to ") ?? FIXED[dimension]?.join(" or ");
    throw invalid("value", `${name} is ${choices}, not "${odd.slice(0, 40)}"`);
  }
  return { dimension: dimension as Dimension, operator: known, values: kept };
}

function checkValues(name: string, operator: Operator, values: readonly string[]): void {
  const [least, most] = valueCount(operator);
  if (values.length < least) {
    throw invalid("value", `${name}: ${least === 2 ? "enter two numbers" : "enter a value"}`);
  }
  if (values.length > most) throw invalid("value", `${name}: ${most} values at most`);
  if (values.some(({ length }) => length > LONGEST_VALUE)) {
    throw invalid("value", `${name}: ${LONGEST_VALUE} characters at most`);
  }
  if (WITHIN_TEXT.has(operator) && values.includes("")) {
    throw invalid("value", `${name}: enter a part of it`);
  }
  if (!COMPARING.has(operator)) return;
  const odd = values.find((value) => value.trim() === "" || !Number.isFinite(Number(value)));
  if (odd !== undefined) throw invalid("value", `${name}: enter a number, not "${odd}"`);
  if (operator === "between" && Number(values[0]) > Number(values[1])) {
    throw invalid("value", `${name}: the first number must not be above the second`);
  }
}

const nameOf = (dimension: string, { label }: DimensionKind) =>
  dimension.startsWith(PROPERTY) ? `Property ${dimension.slice(PROPERTY.length)}` : label;

const invalid = (field: string, message: string) => new Refusal("invalid", message, { field });
