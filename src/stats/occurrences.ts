import type { Block } from "./block.ts";
import { happeningsAt, type Place } from "./happenings.ts";
import type { Operation } from "./operation.ts";
import type { Happening, OccurrencesQuestion } from "./question.ts";
import { createSelect, selectedEvents } from "./select.ts";
import type { SiteData } from "./site-data.ts";

/**
 * What happened last, newest first.
 *
 * What happened at one moment is in order of session and place in it, highest first: the same
 * on every page, whatever came in between.
 */
export const occurrences: Operation<
  OccurrencesQuestion,
  readonly Happening[],
  readonly Happening[]
> = { part, finish };

interface Found extends Place {
  readonly at: number;
  readonly sessionId: number;
  readonly inSession: number;
  readonly block: Block;
}

type Moment = Pick<Found, "at" | "sessionId" | "inSession">;

const newestFirst = (a: Moment, b: Moment): number =>
  b.at - a.at || b.sessionId - a.sessionId || b.inSession - a.inSession;

function* part(
  site: SiteData,
  question: OccurrencesQuestion,
): Generator<undefined, readonly Happening[]> {
  const select = createSelect(site.facts, question);
  const newest = createNewest(question);
  const blocks = site.blocks.toSorted((a, b) => b.until - a.until);
  for (const block of blocks) {
    // Blocks overlap in time; but from here on they all end before what was found begins.
    if (block.until - 1 < newest.oldest()) break;
    const selected = select(block);
    if (selected) newest.lookInto(block, selectedEvents(block, selected));
    yield;
  }
  return tell(site, newest.found());
}

/** Keeps the newest that were found, as many as are asked for. */
function createNewest({ limit, before }: OccurrencesQuestion) {
  const end = before ? momentOf(before) : undefined;
  let found: Found[] = [];
  let oldest = -Infinity;
  const cut = () => {
    found = found.sort(newestFirst).slice(0, limit);
    if (found.length === limit) oldest = found.at(-1)?.at ?? Infinity;
  };
  return {
    /** What is older than this is not wanted any more. */
    oldest: () => oldest,
    found() {
      cut();
      return found;
    },
    lookInto(block: Block, chosen: Uint8Array): void {
      const since = block.sessionNumbers("since");
      const offset = block.sessionNumbers("offset");
      const ids = block.sessionNumbers("session");
      const after = block.eventNumbers("after");
      for (let session = 0; session < block.sessions; session += 1) {
        const begin = block.from + since[session]!;
        const first = offset[session]!;
        const last = offset[session + 1]! - 1;
        if (begin + after[last]! < oldest || (end && begin > end.at)) continue;
        for (let event = first; event <= last; event += 1) {
          const at = begin + after[event]!;
          if (chosen[event] === 0 || at < oldest) continue;
          const place = { session, event, block };
          const one = { ...place, at, sessionId: ids[session]!, inSession: event - first };
          if (end === undefined || newestFirst(end, one) < 0) found.push(one);
        }
        if (found.length >= 2 * limit + 100) cut();
      }
      cut();
    },
  };
}

function momentOf({ at, key }: { readonly at: number; readonly key: string }): Moment {
  const [sessionId = 0, inSession = 0] = key.split(".").map(Number);
  return { at, sessionId, inSession };
}

function tell(site: SiteData, found: readonly Found[]): Happening[] {
  const told = new Map<Found, Happening>();
  for (const [block, own] of Map.groupBy(found, (one) => one.block)) {
    const happenings = happeningsAt(site, block, own);
    own.forEach((one, index) => told.set(one, happenings[index]!));
  }
  return found.map((one) => told.get(one)!);
}

function finish(
  parts: readonly (readonly Happening[])[],
  { limit }: OccurrencesQuestion,
): readonly Happening[] {
  return parts
    .flat()
    .map((happening) => ({ happening, moment: momentOf(happening) }))
    .sort((a, b) => newestFirst(a.moment, b.moment))
    .slice(0, limit)
    .map(({ happening }) => happening);
}
