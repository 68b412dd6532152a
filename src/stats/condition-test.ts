import { isPathMatch } from "./parse-match.ts";
import type { Condition, Match } from "./question.ts";

/**
 * What a condition asks of one value.
 *
 * @param text `""` where there is no value.
 * @param number The same as a number, where it is one.
 */
export type ValueTest = (text: string, number: number | undefined) => boolean;

/** Makes the test of a condition; the values are taken apart once. */
export function testOf({ operator, values }: Condition): ValueTest {
  switch (operator) {
    case "is":
      return inSet(values);
    case "is_not":
      return not(inSet(values));
    case "contains":
      return containsAny(values);
    case "does_not_contain":
      return not(containsAny(values));
    case "starts_with":
      return (text) => values.some((value) => text.startsWith(value));
    case "ends_with":
      return (text) => values.some((value) => text.endsWith(value));
    case "greater":
      return (_, number) => number !== undefined && values.some((value) => number > Number(value));
    case "less":
      return (_, number) => number !== undefined && values.some((value) => number < Number(value));
    case "between": {
      const [low, high] = [Number(values[0]), Number(values[1])];
      return (_, number) => number !== undefined && number >= low && number <= high;
    }
    case "is_set":
      return (text) => text !== "";
    case "is_not_set":
      return (text) => text === "";
  }
}

const not =
  (test: ValueTest): ValueTest =>
  (text, number) =>
    !test(text, number);

function inSet(values: readonly string[]): ValueTest {
  const wanted = new Set(values);
  return (text) => wanted.has(text);
}

function containsAny(values: readonly string[]): ValueTest {
  const parts = values.map((value) => value.toLowerCase());
  return (text) => {
    const lower = text.toLowerCase();
    return parts.some((part) => lower.includes(part));
  };
}

/** Whether a path is meant by a match, in which `*` stands for anything. */
export const pathTest =
  ({ match }: Match): ValueTest =>
  (path) =>
    isPathMatch(match, path);
