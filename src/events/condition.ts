import { Refusal } from "../lib/errors.ts";
import { TRAFFIC_SOURCES } from "./traffic-source.ts";

/** Where a condition can be told: in the page, or by what only the server knows. */
export type EvaluatedIn = "browser" | "server";

/** One kind of condition: all that form, validation and pixel need to know of it. */
export interface ConditionKind {
  readonly kind: string;
  readonly group: "User behavior" | "Pages and URLs" | "Visitor data";
  readonly label: string;
  readonly operators: Readonly<Record<string, string>>;
  readonly value: "text" | "percent" | "seconds" | "sources";
  readonly evaluatedIn: EvaluatedIn;
}

/** The catalogue. `kind` and operators are stored in definitions, so they are never renamed. */
export const CONDITION_KINDS: readonly ConditionKind[] = [
  {
    kind: "url",
    group: "Pages and URLs",
    label: "Current page URL",
    operators: { eq: "is equal to", ne: "is not equal to", contains: "contains" },
    value: "text",
    evaluatedIn: "browser",
  },
  {
    kind: "scroll",
    group: "User behavior",
    label: "Scrolled",
    operators: { more: "at least" },
    value: "percent",
    evaluatedIn: "browser",
  },
  {
    kind: "time",
    group: "Pages and URLs",
    label: "Time on current page",
    operators: { more: "is more than", less: "is less than" },
    value: "seconds",
    evaluatedIn: "browser",
  },
  {
    kind: "source",
    group: "Visitor data",
    label: "Traffic source",
    operators: { in: "is", notin: "is not" },
    value: "sources",
    evaluatedIn: "server",
  },
];

/** A condition of a definition. A list of sources is kept as text, joined by commas. */
export interface Condition {
  readonly kind: string;
  readonly operator: string;
  readonly value: string;
}

/** What the server knows of a visit when it checks a condition. */
export interface Visit {
  readonly source: string;
}

/** @throws {Refusal} `invalid`, naming the condition and what to enter instead. */
export function parseCondition(input: Condition): Condition {
  const known = CONDITION_KINDS.find(({ kind }) => kind === input.kind);
  if (!known) throw new Refusal("invalid", `There is no condition "${input.kind}"`);
  if (!Object.hasOwn(known.operators, input.operator)) {
    throw new Refusal("invalid", `"${known.label}" knows no comparison "${input.operator}"`);
  }
  const value = parseValue(known, input.value);
  if (
    known.kind === "url" &&
    input.operator !== "contains" &&
    !/^(?:\/|https?:\/\/)/i.test(value)
  ) {
    throw new Refusal(
      "invalid",
      `${known.label}: a whole address begins with / or https://, not with "${value.slice(0, 40)}"; choose "contains" for a part of one`,
    );
  }
  return { kind: known.kind, operator: input.operator, value };
}

function parseValue({ label, value: type }: ConditionKind, input: string): string {
  const value = input.trim();
  if (type === "text") {
    if (value !== "" && value.length <= 500) return value;
    throw new Refusal(
      "invalid",
      `${label}: enter an address, or a part of one, of at most 500 characters`,
    );
  }
  if (type === "sources") {
    const sources = value.split(",").filter(Boolean);
    const unknown = sources.find(
      (source) => !TRAFFIC_SOURCES.some((known: string) => known === source),
    );
    if (unknown) throw new Refusal("invalid", `${label}: there is no source "${unknown}"`);
    if (sources.length > 0) return sources.join(",");
    throw new Refusal("invalid", `${label}: choose at least one source`);
  }
  const [most, unit] = type === "percent" ? [100, "percent"] : [24 * 3600, "seconds"];
  const number = Number(value);
  if (value !== "" && number > 0 && number <= most) return String(number);
  throw new Refusal("invalid", `${label}: enter ${unit} from 1 to ${most}, not "${input}"`);
}

/** Whether the conditions that only the server can tell hold for a visit. */
export function holdsOnServer(conditions: readonly Condition[], visit: Visit): boolean {
  return conditions.every(({ kind, operator, value }) => {
    if (kind !== "source") return true;
    return value.split(",").includes(visit.source) === (operator === "in");
  });
}
