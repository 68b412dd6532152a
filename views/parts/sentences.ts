import type { Condition } from "../../src/events/condition.ts";
import { sourceName } from "./text.ts";

/** A condition as a sentence reads it. */
export function conditionSentence({ kind, operator, value }: Condition): string {
  if (kind === "url") {
    const verb = { eq: "is equal to", ne: "is not equal to", contains: "contains" }[operator];
    return `the page's address ${verb ?? operator} “${value}”`;
  }
  if (kind === "scroll") return `at least ${value} % of the page was scrolled`;
  if (kind === "time") {
    const verb = operator === "less" ? "less" : "more";
    return `${verb} than ${value} seconds were spent on the page`;
  }
  const sources = value.split(",").map(sourceName).join(" or ");
  return operator === "in"
    ? `the visitor came from ${sources}`
    : `the visitor did not come from ${sources}`;
}

/** All conditions of an event in one sentence. */
export const conditionsSentence = (conditions: readonly Condition[]): string =>
  conditions.map(conditionSentence).join(", and ");
