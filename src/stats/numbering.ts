import type { Block } from "./block.ts";
import { dimensionColumn, type DimensionColumn } from "./dimension-column.ts";
import type { Dimension } from "./dimensions.ts";
import type { Codes } from "./look-up.ts";
import type { SiteFacts } from "./site-data.ts";

/** A column of a block whose codes stand for numbers that are the same in all blocks. */
export interface Numbered {
  readonly of: "session" | "event";
  readonly codes: Codes;
  /** The number of each code. */
  readonly numbers: Uint32Array;
}

/** Numbers the values of a dimension 0, 1, 2 … as blocks bring them. */
export interface Numbering {
  add(block: Block): Numbered;
  /** How many there are so far. */
  size(): number;
  /** What a number stands for; of time it is the number of the bucket. */
  textOf(number: number): string;
}

export function numberingOf(facts: SiteFacts, dimension: Dimension, zone: string): Numbering {
  const terms = numberTerms();
  const texts = numberTexts();
  return {
    add(block) {
      const { of, codes, values } = dimensionColumn(block, facts, dimension, zone);
      return { of, codes, numbers: numbersOf(values) };
    },
    size: () => terms.list.length + texts.list.length, // one of the two is empty
    textOf: (number) =>
      terms.list.length > 0 ? facts.textOf(terms.list[number]!) : texts.list[number]!,
  };

  function numbersOf(values: DimensionColumn["values"]): Uint32Array {
    if (!("terms" in values)) return Uint32Array.from(values.texts, texts.numberOf);
    const numbers = new Uint32Array(values.terms.length);
    for (let code = 0; code < numbers.length; code++) {
      numbers[code] = terms.numberOf(values.terms[code]!);
    }
    return numbers;
  }
}

/** An array rather than a map: blocks share most of their terms, and there are many blocks. */
function numberTerms() {
  const list: number[] = [];
  let known = new Uint32Array(1024); // the number plus one; 0 where there is none yet
  return {
    list,
    numberOf(term: number): number {
      if (term >= known.length) {
        const grown = new Uint32Array(Math.max(known.length * 2, term + 1));
        grown.set(known);
        known = grown;
      }
      if (known[term] === 0) known[term] = list.push(term);
      return known[term]! - 1;
    },
  };
}

function numberTexts() {
  const list: string[] = [];
  const known = new Map<string, number>();
  return {
    list,
    numberOf(text: string): number {
      let number = known.get(text);
      if (number === undefined) {
        number = list.push(text) - 1;
        known.set(text, number);
      }
      return number;
    },
  };
}

/** Sessions that lie in one bucket as a whole, and those that reach into another. */
export interface TimeSplit {
  readonly ofSessions: Numbered;
  /** Good for the events of the sessions that are marked. */
  readonly ofEvents: Numbered;
  /** 1 for sessions in several buckets. */
  readonly several: Uint8Array;
}

export interface TimeNumbering extends Numbering {
  split(block: Block): TimeSplit;
}

/** Numbers moments by the bucket they fall into. */
export function numberTime(buckets: readonly number[], until: number): TimeNumbering {
  const bounds = Float64Array.from([...buckets, until]);
  const numbers = Uint32Array.from(buckets, (_, index) => index);
  return {
    add(block) {
      const { events } = bucketCodes(block, bounds, true);
      return { of: "event", codes: events, numbers };
    },
    split(block) {
      const { sessions, events, several } = bucketCodes(block, bounds, false);
      return {
        ofSessions: { of: "session", codes: sessions, numbers },
        ofEvents: { of: "event", codes: events, numbers },
        several,
      };
    },
    size: () => buckets.length,
    textOf: String,
  };
}

/**
 * Moments outside of all buckets get the nearest; who asks has not selected them.
 *
 * @param all Whether events of sessions in one bucket are wanted too.
 */
function bucketCodes(block: Block, bounds: Float64Array, all: boolean) {
  const sessions = new Uint16Array(block.sessions);
  const events = new Uint16Array(block.events);
  const several = new Uint8Array(block.sessions);
  const started = block.sessionNumbers("started");
  const offset = block.sessionNumbers("offset");
  const after = block.eventNumbers("after");
  const last = bounds.length - 2;
  let bucket = 0;
  for (let session = 0; session < block.sessions; session++) {
    const start = started[session]!;
    if (start < bounds[bucket]! || start >= bounds[bucket + 1]!) bucket = bucketAt(bounds, start);
    sessions[session] = bucket;
    const [first, end] = [offset[session]!, offset[session + 1]!];
    const isOne = bucket === last || start + after[end - 1]! < bounds[bucket + 1]!;
    if (!isOne) several[session] = 1;
    if (isOne && !all) continue;
    let current = bucket;
    for (let event = first; event < end; event++) {
      while (current < last && start + after[event]! >= bounds[current + 1]!) current += 1;
      events[event] = current;
    }
  }
  return { sessions, events, several };
}

function bucketAt(bounds: Float64Array, at: number): number {
  let [low, high] = [0, bounds.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (bounds[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
