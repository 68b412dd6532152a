import type { Block } from "./block.ts";
import { dimensionColumn } from "./dimension-column.ts";
import type { Dimension } from "./dimensions.ts";
import { climbSteps, MOST_STEPS, type Climb } from "./funnel-steps.ts";
import { findHits, type Hits } from "./hits.ts";
import { createMatcher } from "./match.ts";
import type { Operation } from "./operation.ts";
import { visitorChunks } from "./order.ts";
import type { FunnelAnswer, FunnelQuestion } from "./question.ts";
import { createSelect, selectedEvents } from "./select.ts";
import type { SiteData, SiteFacts } from "./site-data.ts";
import { createTimeTally, describeTimes, type TimeCounts, type TimeTally } from "./time-counts.ts";
import { createVisitorHits, type VisitorHits } from "./visitor-hits.ts";

/** What one worker counted on one site. */
export interface FunnelPart {
  /** Visitors who came to each step. */
  readonly visitors: readonly number[];
  /** Of each step but the first: times from the step before. */
  readonly times: readonly TimeCounts[];
  /** For each value of the breakdown, the visitors of all its steps one after the other. */
  readonly keys: readonly string[];
  readonly byKey: Uint32Array;
}

/** How many groups of a breakdown are shown. */
const MOST_GROUPS = 20;

/** Ordered steps, by visitor. */
export const funnel: Operation<FunnelQuestion, FunnelPart, FunnelAnswer> = { part, finish };

function* part(site: SiteData, question: FunnelQuestion): Generator<undefined, FunnelPart> {
  const steps = question.steps.length;
  const found: Hits[] = [];
  const select = createSelect(site.facts, question);
  const matchers = question.steps.map((step) => createMatcher(step, site.facts));
  for (const block of site.blocks) {
    const selected = select(block);
    if (!selected) continue;
    const matches = matchers.map((matcher) => matcher(block));
    const hits = findHits(block, selectedEvents(block, selected), matches);
    if (hits) found.push(hits);
    yield;
  }
  const tally = createTally(site, found, question);
  const visitor = createVisitorHits(found);
  const climb: Climb = { steps: 0, times: new Float64Array(MOST_STEPS) };
  const finishVisitor = () => {
    visitor.sort();
    climbSteps(visitor.at, visitor.marks, visitor.size, steps, question.withinMs, climb);
    if (climb.steps > 0) tally.add(climb, visitor);
    visitor.clear();
  };
  for (const chunk of visitorChunks(found.map(({ block }) => block))) {
    let last = -1;
    for (let index = 0; index < chunk.count; index += 1) {
      if (chunk.visitor[index] !== last) {
        if (visitor.size > 0) finishVisitor();
        last = chunk.visitor[index]!;
      }
      visitor.addSession(chunk.block[index]!, chunk.session[index]!);
    }
    if (visitor.size > 0) finishVisitor();
    yield;
  }
  return tally.part();
}

function createTally({ facts }: SiteData, found: readonly Hits[], question: FunnelQuestion) {
  const { by, zone } = question;
  const steps = question.steps.length;
  const visitors = Array.from({ length: steps }, () => 0);
  const times: TimeTally[] = Array.from({ length: steps - 1 }, createTimeTally);
  const keys = by && found.map(({ block }) => createKeyReader(block, facts, by, zone));
  const groups = new Map<string, number[]>();
  const groupOf = (hits: VisitorHits): number[] => {
    const first = hits.marks.findIndex((mark) => (mark & 1) !== 0);
    const key = keys![hits.blocks[first]!]!(hits.sessions[first]!, hits.events[first]!);
    let group = groups.get(key);
    if (!group) groups.set(key, (group = Array.from({ length: steps }, () => 0)));
    return group;
  };
  return {
    add(climb: Climb, hits: VisitorHits): void {
      const group = keys && groupOf(hits);
      for (let step = 0; step < climb.steps; step += 1) {
        visitors[step]! += 1;
        if (group) group[step]! += 1;
        if (step > 0) times[step - 1]!.add(climb.times[step]!);
      }
    },
    part: (): FunnelPart => ({
      visitors,
      times: times.map((tally) => tally.counts()),
      keys: [...groups.keys()],
      byKey: Uint32Array.from([...groups.values()].flat()),
    }),
  };
}

/** Tells the value of a dimension at an event. */
function createKeyReader(block: Block, facts: SiteFacts, by: Dimension, zone: string) {
  const { of, codes, values } = dimensionColumn(block, facts, by, zone);
  const texts = "texts" in values ? values.texts : [...values.terms].map(facts.textOf);
  return (session: number, event: number) => texts[codes[of === "session" ? session : event]!]!;
}

function finish(parts: readonly FunnelPart[], { steps }: FunnelQuestion): FunnelAnswer {
  const total = (step: number) => parts.reduce((sum, { visitors }) => sum + visitors[step]!, 0);
  const groups = new Map<string, number[]>();
  for (const { keys, byKey } of parts) {
    keys.forEach((key, index) => {
      let group = groups.get(key);
      if (!group) groups.set(key, (group = steps.map(() => 0)));
      for (let step = 0; step < steps.length; step += 1) {
        group[step]! += byKey[index * steps.length + step]!;
      }
    });
  }
  return {
    steps: steps.map((_, step) => ({
      visitors: total(step),
      ...(step === 0
        ? { averageMs: null, medianMs: null }
        : describeTimes(parts.map(({ times }) => times[step - 1]!))),
    })),
    groups: [...groups]
      .map(([key, visitors]) => ({ key, visitors }))
      .sort((a, b) => b.visitors[0]! - a.visitors[0]! || (a.key < b.key ? -1 : 1))
      .slice(0, MOST_GROUPS),
  };
}
