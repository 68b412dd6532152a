import type { Block } from "./block.ts";
import { dimensionColumn } from "./dimension-column.ts";
import type { Dimension } from "./dimensions.ts";
import { createClimber, type Climb } from "./funnel-steps.ts";
import { hitsByVisitor, type HitChunk, type Marked } from "./hits.ts";
import { createMarkRoom, markEvents } from "./mark-events.ts";
import { createMatcher } from "./match.ts";
import type { Operation } from "./operation.ts";
import type { FunnelAnswer, FunnelQuestion } from "./question.ts";
import { createSelect } from "./select.ts";
import type { SiteData, SiteFacts } from "./site-data.ts";
import {
  createStepTimesTally,
  describeTimes,
  type StepTimes,
  type StepTimesTally,
} from "./step-times.ts";
import { createTimeSort } from "./time-sort.ts";
import { TUNING, type Tuning } from "./tuning.ts";
import { atWorkbench, type Workbench } from "./workbench.ts";

/** What one worker counted on one site. */
export interface FunnelPart {
  /** Visitors who came to each step. */
  readonly visitors: readonly number[];
  /** Of each step but the first: times from the step before. */
  readonly times: readonly StepTimes[];
  /** For each value of the breakdown, the visitors of all its steps one after the other. */
  readonly keys: readonly string[];
  readonly byKey: Uint32Array;
}

/** How many groups of a breakdown are shown. */
const MOST_GROUPS = 20;

/** Ordered steps, by visitor. */
export const funnel = createFunnel();

/** @param tuning Says nothing about the answer; tests make everything small. */
export function createFunnel(tuning = TUNING): Operation<FunnelQuestion, FunnelPart, FunnelAnswer> {
  return {
    part: (site, question) =>
      atWorkbench(site.benches, (bench) => follow(site, question, { bench, tuning })),
    finish,
  };
}

function* follow(
  site: SiteData,
  question: FunnelQuestion,
  { bench, tuning }: { readonly bench: Workbench; readonly tuning: Tuning },
): Generator<undefined, FunnelPart> {
  const select = createSelect(site.facts, question);
  const matchers = question.steps.map((step) => createMatcher(step, site.facts));
  const marked: Marked[] = [];
  const roomFor = createMarkRoom(site.blocks, bench);
  for (const block of site.blocks.toSorted((a, b) => a.from - b.from)) {
    const selected = select(block);
    if (!selected) continue;
    const matches = matchers.map((matcher) => matcher(block));
    const marks = markEvents(block, selected, matches, roomFor(block));
    if (marks) marked.push({ block, marks });
    yield;
  }
  const tally = createTally(site, marked, question);
  const climb = createClimber(question.steps.length, question.withinMs);
  const sort = createTimeSort(marked);
  for (const chunk of hitsByVisitor(marked, bench, tuning)) {
    yield;
    if (!chunk) continue;
    const { order, visitors, count } = chunk;
    for (let from = 0, until = 0; from < count; from = until) {
      const visitor = visitors[order[from]!]!;
      until += 1;
      while (until < count && visitors[order[until]!] === visitor) until += 1;
      if (!begins(chunk, from, until)) continue;
      sort(chunk, from, until);
      tally.add(climb(chunk, from, until), chunk, from);
    }
  }
  return tally.part();
}

/** Whether any of the hits is the first step. */
function begins({ order, marks }: HitChunk, from: number, until: number): boolean {
  for (let place = from; place < until; place += 1) {
    if ((marks[order[place]!]! & 1) !== 0) return true;
  }
  return false;
}

function createTally({ facts }: SiteData, marked: readonly Marked[], question: FunnelQuestion) {
  const { by, zone } = question;
  const steps = question.steps.length;
  const visitors = Array.from({ length: steps }, () => 0);
  const times: StepTimesTally[] = Array.from({ length: steps - 1 }, createStepTimesTally);
  const keys = by && marked.map(({ block }) => createKeyReader(block, facts, by, zone));
  const groups = new Map<string, number[]>();
  const groupOf = ({ order, marks, blocks, sessions, events }: HitChunk, from: number) => {
    let place = from;
    while ((marks[order[place]!]! & 1) === 0) place += 1;
    const first = order[place]!;
    const key = keys![blocks[first]!]!(sessions[first]!, events[first]!);
    let group = groups.get(key);
    if (!group) groups.set(key, (group = Array.from({ length: steps }, () => 0)));
    return group;
  };
  return {
    /** @param from Where in the order of the chunk the visitor's hits begin. */
    add(climb: Climb, chunk: HitChunk, from: number): void {
      const group = keys && groupOf(chunk, from);
      for (let step = 0; step < climb.steps; step += 1) {
        visitors[step]! += 1;
        if (group) group[step]! += 1;
        if (step > 0) times[step - 1]!.add(climb.times[step]!);
      }
    },
    part: (): FunnelPart => ({
      visitors,
      times: times.map((tally) => tally.times()),
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
