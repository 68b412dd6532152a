import { EVENT_NAME } from "../events/event.ts";
import { Refusal } from "../lib/errors.ts";
import { stepKind } from "./steps/kinds.ts";

/** What a flow does, as it is drafted and as it is published. */
export interface FlowDefinition {
  readonly v: 1;
  readonly trigger: Trigger;
  readonly entry: Entry;
  readonly stop: Stop | undefined;
  readonly steps: readonly Step[];
}

/** A pixel event that starts the flow. */
export interface Trigger {
  readonly kind: "event";
  readonly siteId: number;
  readonly event: string;
  readonly filter: Filter | undefined;
}

/** What a property of the event must be. */
export interface Filter {
  readonly property: string;
  readonly operator: FilterOperator;
  readonly value: string;
}

export const FILTER_OPERATORS = {
  equals: "is equal to",
  "not equals": "is not equal to",
  contains: "contains",
  "more than": "is more than",
  "less than": "is less than",
  exists: "has any value",
} as const;

export type FilterOperator = keyof typeof FILTER_OPERATORS;

/** How often one person may go through. Nobody is in one flow twice at a time. */
export interface Entry {
  readonly again: "never" | "every time" | "after";
  /** With `after`: how long after the last start. */
  readonly ms: number | undefined;
  /**
   * A property of the event, such as an order id: the rule then holds for each of its values by
   * itself, several may be under way at a time, and an event without a value lets nobody in.
   */
  readonly per?: string | undefined;
}

/** An event that ends the flow for a person, such as the purchase. */
export interface Stop {
  readonly event: string;
  /** Where it happens, if not on the trigger's site. */
  readonly siteId?: number | undefined;
}

/** One stop of the way; its settings are checked by its kind. */
export interface Step {
  /** Never changes while the step is edited or moved, so that counts stay with it. */
  readonly id: string;
  readonly kind: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

const MOST_STEPS = 50;

/** A new flow: nothing happens yet. */
export const EMPTY_FLOW: FlowDefinition = {
  v: 1,
  trigger: { kind: "event", siteId: 0, event: "", filter: undefined },
  entry: { again: "every time", ms: undefined },
  stop: undefined,
  steps: [],
};

/**
 * Reads a definition as it is stored or sent. A draft may be unfinished; what is there must be
 * well formed.
 *
 * @throws {Refusal} `invalid`, naming what is wrong.
 */
export function parseFlow(input: unknown): FlowDefinition {
  const { v, trigger, entry, stop, steps } = asObject(input, "The flow");
  if (v !== 1) throw new Refusal("invalid", "The flow has a format this release does not know");
  if (!Array.isArray(steps)) throw new Refusal("invalid", "The flow's steps must be a list");
  if (steps.length > MOST_STEPS) {
    throw new Refusal("invalid", `A flow may have ${MOST_STEPS} steps at most`);
  }
  const parsed = steps.map(parseStep);
  // A run finds its place by the id: with two of one, it would go round and round.
  if (new Set(parsed.map(({ id }) => id)).size < parsed.length) {
    throw new Refusal("invalid", "Two steps of the flow have the same id");
  }
  return {
    v: 1,
    trigger: parseTrigger(trigger),
    entry: parseEntry(entry),
    stop: parseStop(stop),
    steps: parsed,
  };
}

function parseTrigger(input: unknown): Trigger {
  const { siteId, event, filter } = asObject(input, "The trigger");
  if (typeof siteId !== "number") throw new Refusal("invalid", "Choose the trigger's site");
  return { kind: "event", siteId, event: parseEvent(event), filter: parseFilter(filter) };
}

function parseEvent(input: unknown): string {
  if (typeof input === "string" && (input === "" || EVENT_NAME.test(input))) return input;
  throw new Refusal("invalid", "Choose an event");
}

function parseFilter(input: unknown): Filter | undefined {
  if (input === undefined || input === null) return undefined;
  const { property, operator, value } = asObject(input, "The filter");
  const known = Object.keys(FILTER_OPERATORS).find((each) => each === operator);
  if (typeof property !== "string" || property === "" || !known) {
    throw new Refusal("invalid", "The filter needs a property and a comparison");
  }
  return {
    property: property.slice(0, 64),
    operator: known as FilterOperator,
    value: typeof value === "string" ? value.slice(0, 500) : "",
  };
}

function parseEntry(input: unknown): Entry {
  const { again, ms, per } = asObject(input, "The entry rule");
  const scope = parsePer(per);
  if (again === "never" || again === "every time") return { again, ms: undefined, ...scope };
  if (again === "after" && typeof ms === "number" && ms > 0) return { again, ms, ...scope };
  throw new Refusal("invalid", "Choose how often somebody may go through");
}

function parsePer(input: unknown): { per?: string } {
  if (input === undefined || input === null) return {};
  if (typeof input === "string" && input !== "" && input.length <= 64) return { per: input };
  throw new Refusal("invalid", "The entry rule needs the name of a property");
}

function parseStop(input: unknown): Stop | undefined {
  if (input === undefined || input === null) return undefined;
  const { event: name, siteId } = asObject(input, "The stop");
  const event = parseEvent(name);
  if (event === "") return undefined;
  if (siteId === undefined || siteId === null) return { event };
  if (typeof siteId === "number") return { event, siteId };
  throw new Refusal("invalid", "Choose the site of the event that stops the flow");
}

function parseStep(input: unknown): Step {
  const { id, kind, settings } = asObject(input, "A step");
  if (typeof id !== "string" || !/^[a-z0-9]{4,16}$/.test(id)) {
    throw new Refusal("invalid", "A step needs an id");
  }
  const known = stepKind(String(kind));
  return { id, kind: known.name, settings: known.parse(asObject(settings, known.label)) };
}

function asObject(input: unknown, what: string): Record<string, unknown> {
  if (typeof input === "object" && input !== null && !Array.isArray(input)) {
    return input as Record<string, unknown>;
  }
  throw new Refusal("invalid", `${what} is not well formed`);
}

/** Whether an event's properties pass a trigger's filter; numbers are compared as such. */
export function passes(
  filter: Filter | undefined,
  properties: Readonly<Record<string, unknown>> | undefined,
): boolean {
  if (!filter) return true;
  // Its own only: every object has a "constructor".
  const has = properties && Object.hasOwn(properties, filter.property);
  const found = has ? properties[filter.property] : undefined;
  const exists = found !== undefined && found !== null && found !== "";
  if (filter.operator === "exists") return exists;
  if (filter.operator === "not equals") return !exists || String(found) !== filter.value;
  if (!exists) return false;
  if (filter.operator === "equals") return String(found) === filter.value;
  if (filter.operator === "contains") {
    return String(found).toLowerCase().includes(filter.value.toLowerCase());
  }
  const [left, right] = [Number(found), Number(filter.value)];
  return filter.operator === "more than" ? left > right : left < right;
}

/** Something that keeps a flow from being published, at the step it is about. */
export interface Problem {
  readonly stepId: string | undefined;
  readonly message: string;
}

/** What is known around a flow when it is checked. */
export interface FlowFacts {
  readonly hasMailServer: boolean;
  /** Networks that webhooks may reach though they are private. */
  readonly allowNetworks: readonly string[];
  /** The events of the trigger's site, the page view among them. */
  readonly events: ReadonlySet<string>;
}

/** Lists all that keeps a flow from being published, top to bottom. */
export function problemsOf(flow: FlowDefinition, facts: FlowFacts): Problem[] {
  const problems: Problem[] = [];
  const { event } = flow.trigger;
  if (event === "")
    problems.push({ stepId: undefined, message: "Choose the event that starts it" });
  else if (!facts.events.has(event)) {
    problems.push({ stepId: undefined, message: `The site has no event "${event}"` });
  }
  const { filter } = flow.trigger;
  const isNumeric = filter?.operator === "more than" || filter?.operator === "less than";
  if (filter && isNumeric && (filter.value === "" || Number.isNaN(Number(filter.value)))) {
    problems.push({
      stepId: undefined,
      message: `The filter compares with "${filter.value}", which is no number`,
    });
  }
  const { stop } = flow;
  const isHere = stop?.siteId === undefined || stop.siteId === flow.trigger.siteId;
  if (stop && isHere && !facts.events.has(stop.event)) {
    problems.push({ stepId: undefined, message: `The site has no event "${stop.event}"` });
  }
  if (flow.steps.length === 0) problems.push({ stepId: undefined, message: "Add a step" });
  for (const { id, kind, settings } of flow.steps) {
    for (const message of stepKind(kind).problems(settings, facts)) {
      problems.push({ stepId: id, message });
    }
  }
  return problems;
}
