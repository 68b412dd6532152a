import { activityByVisitor, BEGINS, IS_ACTIVE, type ActiveBlock } from "./activity.ts";
import type { Block } from "./block.ts";
import { createBuckets } from "./bucket-of.ts";
import { createMatcher, type BlockMatch } from "./match.ts";
import { createMarkRoom, markEvents } from "./mark-events.ts";
import type { Operation } from "./operation.ts";
import type { RetentionAnswer, RetentionQuestion } from "./question.ts";
import { createSelect } from "./select.ts";
import type { SiteData } from "./site-data.ts";
import { TUNING, type Tuning } from "./tuning.ts";
import { atWorkbench, type Workbench } from "./workbench.ts";

/** What one worker counted on one site. */
export interface RetentionPart {
  /** Visitors of each cohort. */
  readonly visitors: Uint32Array;
  /** For each cohort and bucket, not counted from that of the cohort, the visitors active in it. */
  readonly active: Uint32Array;
}

/** Who comes back. */
export const retention = createRetention();

/** @param tuning Says nothing about the answer; tests make everything small. */
export function createRetention(
  tuning = TUNING,
): Operation<RetentionQuestion, RetentionPart, RetentionAnswer> {
  return {
    part: (site, question) =>
      atWorkbench(site.benches, (bench) => follow(site, question, { bench, tuning })),
    finish,
  };
}

function* follow(
  site: SiteData,
  question: RetentionQuestion,
  { bench, tuning }: { readonly bench: Workbench; readonly tuning: Tuning },
): Generator<undefined, RetentionPart> {
  const look = createLook(site, question, bench);
  const active: ActiveBlock[] = [];
  for (const block of site.blocks) {
    const found = look(block);
    if (found) active.push(found);
    yield;
  }
  const { buckets, period } = question;
  const tally = createTally(buckets.length);
  const chunks = activityByVisitor(active, createBuckets(buckets, period.until), period, {
    bench,
    tuning,
  });
  for (const chunk of chunks) {
    yield;
    if (!chunk) continue;
    const { order, visitors, buckets: within, marks, count } = chunk;
    let last = -1;
    for (let place = 0; place < count; place += 1) {
      const one = order[place]!;
      if (visitors[one] !== last) {
        tally.endVisitor();
        last = visitors[one]!;
      }
      tally.add(within[one]!, marks[one]!);
    }
    tally.endVisitor();
  }
  return tally.part();
}

/** @returns What of a block matters; undefined if nothing does. */
function createLook(site: SiteData, question: RetentionQuestion, bench: Workbench) {
  const { begins, returns } = question;
  const select = createSelect(site.facts, question);
  const begin = begins === "first visit" ? undefined : createMatcher(begins, site.facts);
  const roomFor = createMarkRoom(begin || returns !== "anything" ? site.blocks : [], bench);
  const active = returns === "anything" ? undefined : createMatcher(returns, site.facts);
  return (block: Block): ActiveBlock | undefined => {
    const selected = select(block);
    if (!selected) return undefined;
    const beginning = begin ? undefined : block.sessionNumbers("isNew");
    const found = { block, sessions: selected.sessions, beginning };
    if (!begin && !active) return { ...found, marks: selected.events?.map(bothMarks) };
    const anything = anyEvent(block);
    // In the order of the bits `BEGINS` and `IS_ACTIVE`.
    const matches = [begin ? begin(block) : anything, active ? active(block) : anything];
    const marks = markEvents(block, { ...selected, sessions: undefined }, matches, roomFor(block));
    return marks && { ...found, marks };
  };
}

const bothMarks = (selected: number): number => selected * (BEGINS | IS_ACTIVE);

const anyEvent = (block: Block): BlockMatch => ({
  names: new Uint8Array(block.terms("name").terms.length).fill(1),
  pages: undefined,
});

interface Tally {
  /** What the visitor under way did in a bucket. */
  add(bucket: number, mark: number): void;
  endVisitor(): void;
  part(): RetentionPart;
}

function createTally(buckets: number): Tally {
  const visitors = new Uint32Array(buckets);
  const active = new Uint32Array(buckets * buckets);
  // Of the visitor under way: the cohort, and the buckets it was active in, each once.
  let cohort = buckets;
  let size = 0;
  const activeIn = new Uint32Array(buckets);
  const isActiveIn = new Uint8Array(buckets);
  return {
    add(bucket, mark) {
      if ((mark & BEGINS) !== 0 && bucket < cohort) cohort = bucket;
      if ((mark & IS_ACTIVE) === 0 || isActiveIn[bucket] === 1) return;
      isActiveIn[bucket] = 1;
      activeIn[size] = bucket;
      size += 1;
    },
    endVisitor() {
      if (cohort < buckets) visitors[cohort]! += 1;
      for (let index = 0; index < size; index += 1) {
        const bucket = activeIn[index]!;
        isActiveIn[bucket] = 0;
        if (bucket >= cohort) active[cohort * buckets + bucket]! += 1;
      }
      cohort = buckets;
      size = 0;
    },
    part: () => ({ visitors, active }),
  };
}

function finish(
  parts: readonly RetentionPart[],
  { buckets: { length } }: RetentionQuestion,
): RetentionAnswer {
  const sum = (of: (own: RetentionPart) => number) =>
    parts.reduce((total, own) => total + of(own), 0);
  return {
    cohorts: Array.from({ length }, (_, cohort) => ({
      visitors: sum(({ visitors }) => visitors[cohort]!),
      active: Array.from({ length: length - cohort }, (__, later) =>
        sum(({ active }) => active[cohort * length + cohort + later]!),
      ),
    })),
  };
}
