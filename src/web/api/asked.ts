import type { App } from "../../app.ts";
import type { ApiKey } from "../../auth/api-key.ts";
import { Refusal } from "../../lib/errors.ts";
import { isoIn } from "../../lib/zone-time.ts";
import { checkCondition } from "../../stats/condition.ts";
import { parseMatch } from "../../stats/parse-match.ts";
import type { Filter, Match, Stretch } from "../../stats/question.ts";
import { readPeriod, readZone, type MomentInput } from "./period.ts";
import { findSites } from "./sites.ts";

/** What every question about figures begins with. */
export interface AskedOf {
  readonly siteKeys: readonly string[];
  readonly period: { readonly from: MomentInput; readonly until: MomentInput };
  readonly zone?: string;
  readonly filter?: Filter;
}

export interface Scope {
  readonly siteIds: readonly number[];
  readonly period: Stretch;
  readonly zone: string;
  readonly filter: Filter | undefined;
}

/**
 * Reads what a question is about.
 *
 * @param asked Of the right form already.
 * @throws {Refusal} `missing`, if a site is not there; `invalid`, naming what cannot be asked.
 */
export async function readScope(app: App, holder: ApiKey, asked: AskedOf): Promise<Scope> {
  const zone = readZone(asked.zone);
  return {
    siteIds: (await findSites(app, holder, asked.siteKeys, "siteKeys")).map(({ id }) => id),
    zone,
    period: readPeriod(asked.period, zone, "period"),
    filter: asked.filter && readFilter(asked.filter, "filter", 1),
  };
}

/** Deeper ones nobody means, and a stack has an end. */
const DEEPEST = 10;

function readFilter(filter: Filter, where: string, depth: number): Filter {
  if (depth > DEEPEST) throw invalid(where, "is nested too deep");
  const further = (inner: readonly Filter[], name: string) =>
    inner.map((each, index) => readFilter(each, `${where}.${name}[${index}]`, depth + 1));
  if ("all" in filter) return { all: further(filter.all, "all") };
  if ("any" in filter) return { any: further(filter.any, "any") };
  if ("not" in filter) return { not: readFilter(filter.not, `${where}.not`, depth + 1) };
  const { dimension, operator, values } = filter;
  return at(where, () => checkCondition(dimension, operator, values));
}

/** Reads an event or page as a goal or a step names it. */
export const readMatch = ({ kind, match }: Match, where: string): Match =>
  at(where, () => parseMatch(kind, match));

/** Names the place of what is refused inside. */
function at<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) throw invalid(where, error.message);
    throw error;
  }
}

/**
 * Reads a body as JSON, whatever its sender calls it.
 *
 * Not by Elysia, which reads a body before it asks who sends it: strangers would be told what is
 * wrong with theirs.
 */
export function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(typeof body === "string" ? body : "");
  } catch {
    throw new Refusal("invalid", "The body is not valid JSON");
  }
}

export function invalid(field: string, says: string): Refusal {
  return new Refusal("invalid", `${field}: ${says}`, { field });
}

/** A stretch as its zone's clocks show it. */
export const spanIn = ({ from, until }: Stretch, zone: string) => ({
  from: isoIn(from, zone),
  until: isoIn(until, zone),
});
