import type { Block } from "./block.ts";
import { createBuckets } from "./bucket-of.ts";
import { createMatcher, type BlockMatch } from "./match.ts";
import { markEvents } from "./hits.ts";
import type { Operation } from "./operation.ts";
import { visitorChunks } from "./order.ts";
import type { RetentionAnswer, RetentionQuestion } from "./question.ts";
import { createSelect, selectedEvents } from "./select.ts";
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

interface Marked {
  readonly block: Block;
  readonly marks: Uint8Array;
}

function* part(site: SiteData, question: RetentionQuestion): Generator<undefined, RetentionPart> {
  const mark = createMarker(site, question);
  const marked: Marked[] = [];
  for (const block of site.blocks) {
    const marks = mark(block);
    if (marks) marked.push({ block, marks });
    yield;
  }
  const tally = createTally(question.buckets.length);
  const addSession = createSessionReader(marked, question, tally);
  for (const chunk of visitorChunks(marked.map(({ block }) => block))) {
    let last = -1;
    for (let index = 0; index < chunk.count; index += 1) {
      if (chunk.visitor[index] !== last) {
        tally.endVisitor();
        last = chunk.visitor[index]!;
      }
      addSession(chunk.block[index]!, chunk.session[index]!);
    }
    tally.endVisitor();
    yield;
  }
  return tally.part();
}

/** @returns For a block the marks of its events; undefined if none has any. */
function createMarker(site: SiteData, question: RetentionQuestion) {
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
    return matches.some(Boolean)
      ? markEvents(block, selectedEvents(block, selected), matches)
      : undefined;
  };
}

/** Hands what is marked of a session to the tally. */
function createSessionReader(
  marked: readonly Marked[],
  { period, buckets, begins }: RetentionQuestion,
  tally: Tally,
) {
  const bucketOf = createBuckets(buckets, period.until);
  const columns = marked.map(({ block, marks }) => ({
    started: block.sessionNumbers("started"),
    offset: block.sessionNumbers("offset"),
    isNew: block.sessionNumbers("isNew"),
    after: block.eventNumbers("after"),
    marks,
  }));
  return (index: number, session: number): void => {
    const { started, offset, isNew, after, marks } = columns[index]!;
    const mask = begins === "first visit" && isNew[session] === 0 ? IS_ACTIVE : BEGINS | IS_ACTIVE;
    const begin = started[session]!;
    const end = offset[session + 1]!;
    for (let event = offset[session]!; event < end; event += 1) {
      const mark = marks[event]! & mask;
      if (mark !== 0) tally.add(bucketOf(begin + after[event]!), mark);
    }
  };
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
