import type { Block } from "./block.ts";
import { createBuckets } from "./bucket-of.ts";
import { createMatcher, type BlockMatch } from "./match.ts";
import { hitsByVisitor, type Marked } from "./hits.ts";
import { markEvents } from "./mark-events.ts";
import type { Operation } from "./operation.ts";
import type { RetentionAnswer, RetentionQuestion } from "./question.ts";
import { createSelect } from "./select.ts";
import type { SiteData } from "./site-data.ts";

/** What one worker counted on one site. */
export interface RetentionPart {
  /** Visitors of each cohort. */
  readonly visitors: Uint32Array;
  /** For each cohort and bucket, not counted from that of the cohort, the visitors active in it. */
  readonly active: Uint32Array;
}

/** Who comes back. */
export const retention: Operation<RetentionQuestion, RetentionPart, RetentionAnswer> = {
  part,
  finish,
};

/** Marks of events: may make somebody a visitor of a cohort; is being active. */
const BEGINS = 1;
const IS_ACTIVE = 2;

function* part(site: SiteData, question: RetentionQuestion): Generator<undefined, RetentionPart> {
  const bucketOf = createBuckets(question.buckets, question.period.until);
  const mark = createMarker(site, question, bucketOf);
  const marked: Marked[] = [];
  for (const block of site.blocks) {
    const marks = mark(block);
    if (marks) marked.push({ block, marks });
    yield;
  }
  const tally = createTally(question.buckets.length);
  for (const { order, visitors, at, marks, count } of hitsByVisitor(marked)) {
    let last = -1;
    for (let place = 0; place < count; place += 1) {
      const hit = order[place]!;
      if (visitors[hit] !== last) {
        tally.endVisitor();
        last = visitors[hit]!;
      }
      tally.add(bucketOf(at[hit]!), marks[hit]!);
    }
    tally.endVisitor();
    yield;
  }
  return tally.part();
}

/** @returns For a block the marks of its events; undefined if none has any. */
function createMarker(
  site: SiteData,
  question: RetentionQuestion,
  bucketOf: (moment: number) => number,
) {
  const { begins, returns } = question;
  const select = createSelect(site.facts, question);
  const begin = begins === "first visit" ? undefined : createMatcher(begins, site.facts);
  const active = returns === "anything" ? undefined : createMatcher(returns, site.facts);
  return (block: Block): Uint8Array | undefined => {
    const selected = select(block);
    if (!selected) return undefined;
    const anything: BlockMatch = {
      names: new Uint8Array(block.terms("name").terms.length).fill(1),
      pages: undefined,
    };
    const matches = [begin ? begin(block) : anything, active ? active(block) : anything];
    const marks = markEvents(block, selected, matches);
    if (marks) thinOut(block, marks, question, bucketOf);
    return marks;
  };
}

/**
 * Leaves of a session that lies in one bucket a single event marked, for all of them, and lets
 * nobody begin with a visit that is not the first.
 */
function thinOut(
  block: Block,
  marks: Uint8Array,
  { begins, period }: RetentionQuestion,
  bucketOf: (moment: number) => number,
): void {
  const started = block.sessionNumbers("started");
  const offset = block.sessionNumbers("offset");
  const after = block.eventNumbers("after");
  const isNew = begins === "first visit" ? block.sessionNumbers("isNew") : undefined;
  for (let session = 0; session < block.sessions; session += 1) {
    const mask = isNew === undefined || isNew[session] === 1 ? BEGINS | IS_ACTIVE : IS_ACTIVE;
    const from = offset[session]!;
    const until = offset[session + 1]!;
    const first = started[session]!;
    const last = first + after[until - 1]!;
    const isInOne =
      first >= period.from && last < period.until && bucketOf(first) === bucketOf(last);
    let all = 0;
    for (let event = from; event < until; event += 1) {
      const mark = marks[event]! & mask;
      all |= mark;
      marks[event] = isInOne ? 0 : mark;
    }
    if (isInOne) marks[from] = all;
  }
}

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
