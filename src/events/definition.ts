import { Refusal } from "../lib/errors.ts";
import { parseCondition, type Condition } from "./condition.ts";
import { EVENT_NAME, RESERVED_NAMES } from "./event.ts";

export type Trigger = "automatic" | "manual";

/** A named kind of event of a site, with exactly one type of trigger. */
export interface Definition {
  readonly id: number;
  readonly siteId: number;
  readonly name: string;
  readonly trigger: Trigger;
  /** All must hold; empty for a manual event. */
  readonly conditions: readonly Condition[];
  readonly state: "active" | "paused";
  readonly revision: number;
  readonly createdAt: number;
  readonly changedAt: number;
}

/** What a person sets of a definition. */
export type DefinitionDraft = Pick<Definition, "name" | "trigger" | "conditions">;

const MOST_CONDITIONS = 20;

/** @throws {Refusal} `invalid`, if the name cannot be one. */
export function parseEventName(input: string): string {
  const name = input.trim();
  if (RESERVED_NAMES.has(name)) {
    throw new Refusal("invalid", `"${name}" is recorded by itself: choose another name`);
  }
  if (EVENT_NAME.test(name)) return name;
  throw new Refusal(
    "invalid",
    `Enter a name of up to 64 letters, digits and _ . : - without blanks, not "${input.slice(0, 80)}"`,
  );
}

/**
 * Checks a definition as a person or a program sends it.
 *
 * @throws {Refusal} `invalid`, naming what is wrong.
 */
export function parseDefinition(input: {
  name: string;
  trigger: string;
  conditions: readonly Condition[];
}): DefinitionDraft {
  const name = parseEventName(input.name);
  if (input.trigger === "manual") return { name, trigger: "manual", conditions: [] };
  if (input.trigger !== "automatic") {
    throw new Refusal("invalid", "Choose how the event is triggered: by conditions or by code");
  }
  if (input.conditions.length === 0) {
    throw new Refusal("invalid", "Add at least one condition");
  }
  if (input.conditions.length > MOST_CONDITIONS) {
    throw new Refusal("invalid", `An event may have ${MOST_CONDITIONS} conditions at most`);
  }
  return { name, trigger: "automatic", conditions: input.conditions.map(parseCondition) };
}
