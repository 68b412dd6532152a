import { Refusal } from "../lib/errors.ts";
import { parseMatch } from "./parse-match.ts";
import type { Match } from "./question.ts";

/** What a team counts as success. */
export interface Goal extends Match {
  readonly id: number;
  readonly siteId: number;
  readonly name: string;
  /** Property of the event that holds what it is worth, such as `revenue`. */
  readonly value: string | null;
}

export type GoalDraft = Pick<Goal, "name" | "kind" | "match" | "value">;

/** A goal as a form or a program sends it. */
export interface GoalInput {
  readonly name: string;
  readonly kind: string;
  readonly match: string;
  readonly value?: string | undefined;
}

/** @throws {Refusal} `invalid`, naming the field. */
export function parseGoal(input: GoalInput): GoalDraft {
  const name = parseReportName(input.name);
  const match = parseMatch(input.kind, input.match);
  // Views of pages have no properties to take a value from.
  const value = match.kind === "event" ? parseValue(input.value ?? "") : null;
  return { name, ...match, value };
}

function parseValue(input: string): string | null {
  const value = input.trim();
  if (value === "") return null;
  if (value.length <= 64) return value;
  throw new Refusal("invalid", "The name of a property has 64 characters at most", {
    field: "value",
  });
}

/** The name that a goal, a funnel or a saved view is listed by. */
export function parseReportName(input: string): string {
  const name = input.trim().replace(/\s+/g, " ");
  if (name === "") throw new Refusal("invalid", "Enter a name", { field: "name" });
  if (name.length <= 80) return name;
  throw new Refusal("invalid", "A name may have 80 characters at most", { field: "name" });
}
