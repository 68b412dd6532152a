import { Refusal } from "../lib/errors.ts";
import { parseReportName } from "./goal.ts";
import { parseMatch } from "./parse-match.ts";
import type { Match } from "./question.ts";

/** A funnel that a team has made. */
export interface SavedFunnel {
  readonly id: number;
  readonly siteId: number;
  readonly name: string;
  readonly steps: readonly Match[];
  readonly withinMs: number;
  /** Rises with each save; a save that began on an older one is refused. */
  readonly revision: number;
}

export type FunnelDraft = Pick<SavedFunnel, "name" | "steps" | "withinMs">;

export const FEWEST_STEPS = 2;
export const MOST_STEPS = 8;

export const UNITS = {
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
} as const;

export type Unit = keyof typeof UNITS;

/** More than a year no pixel remembers anybody. */
const LONGEST_MS = 365 * UNITS.days;

/** A funnel as a form sends it. */
export interface FunnelInput {
  readonly name: string;
  readonly steps: readonly { readonly kind: string; readonly match: string }[];
  readonly within: string;
  readonly unit: string;
}

/** @throws {Refusal} `invalid`, naming the field: a step by its place, `step-0`. */
export function parseFunnel(input: FunnelInput): FunnelDraft {
  return { name: parseReportName(input.name), ...parseFunnelShape(input) };
}

/** What is asked of a funnel before it has a name. @throws {Refusal} as `parseFunnel`. */
export function parseFunnelShape(input: Omit<FunnelInput, "name">): Omit<FunnelDraft, "name"> {
  const { length } = input.steps;
  if (length < FEWEST_STEPS || length > MOST_STEPS) {
    throw new Refusal("invalid", `A funnel has ${FEWEST_STEPS} to ${MOST_STEPS} steps`, {
      field: "steps",
    });
  }
  const steps = input.steps.map(({ kind, match }, index) =>
    parseMatch(kind, match, `step-${index}`),
  );
  return { steps, withinMs: parseWithin(input.within, input.unit) };
}

function parseWithin(within: string, unit: string): number {
  const size = Object.hasOwn(UNITS, unit) ? UNITS[unit as Unit] : undefined;
  const count = /^\d{1,5}$/.test(within.trim()) ? Number(within) : 0;
  if (size === undefined || count < 1) {
    throw new Refusal("invalid", "Enter a time such as 2 hours or 7 days", { field: "within" });
  }
  if (count * size <= LONGEST_MS) return count * size;
  throw new Refusal("invalid", "Choose 365 days at most", { field: "within" });
}

/** A time in its largest even unit, as the form shows it. */
export function withinOf(ms: number): { readonly within: number; readonly unit: Unit } {
  const units: readonly Unit[] = ["days", "hours", "minutes"];
  const unit = units.find((name) => ms % UNITS[name] === 0) ?? "minutes";
  return { within: Math.max(1, Math.round(ms / UNITS[unit])), unit };
}
