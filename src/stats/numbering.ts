import type { Block } from "./block.ts";
import {
  CLOCK_TEXTS,
  clockSlots,
  dimensionColumn,
  type DimensionColumn,
} from "./dimension-column.ts";
import type { Dimension } from "./dimensions.ts";
import type { Codes } from "./look-up.ts";
import type { SiteFacts } from "./site-data.ts";
import { eventCodes, slotsOf, type Slots } from "./slots.ts";

/** A column of a block whose codes stand for numbers that are the same in all blocks. */
export type Numbered = NumberedCodes | NumberedSlots;

export interface NumberedCodes {
  readonly of: "session" | "event";
  readonly codes: Codes;
  /** The number of each code. */
  readonly numbers: Uint32Array;
}

/** By the time of a session; of those that reach into another slot nothing is told. */
export interface NumberedSlots {
  readonly of: "session";
  readonly slots: Slots;
  /** The number of each code of a slot. */
  readonly numbers: Uint32Array;
}

/** Numbers the values of a dimension 0, 1, 2 … as blocks bring them. */
export interface Numbering {
  add(block: Block): NumberedCodes;
  /**
   * By session, for what differs from event to event but seldom within a session; `undefined`
   * where that cannot be told.
   */
  bySlots?(block: Block): NumberedSlots | undefined;
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
    ...((dimension === "hour" || dimension === "weekday") && {
      bySlots(block: Block): NumberedSlots | undefined {
        const slots = clockSlots(block, dimension, zone);
        const numbers = numbersOf({ texts: CLOCK_TEXTS[dimension] });
        return slots && { of: "session", slots, numbers };
      },
    }),
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

/** Numbers moments by the bucket they fall into. */
export function numberTime(buckets: readonly number[], until: number): Numbering {
  const bounds = Float64Array.from([...buckets, until]);
  const numbers = Uint32Array.from(buckets, (_, index) => index);
  const slots = (block: Block) =>
    slotsOf(block, (first, last) => {
      const bucket = bucketAt(bounds, first);
      return bucketAt(bounds, last) === bucket ? bucket : undefined;
    });
  return {
    add(block) {
      const found = slots(block);
      const codes = found ? eventCodes(block, found) : bucketCodes(block, bounds);
      return { of: "event", codes, numbers };
    },
    bySlots(block) {
      const found = slots(block);
      return found && { of: "session", slots: found, numbers };
    },
    size: () => buckets.length,
    textOf: String,
  };
}

/** Moments outside of all buckets get the nearest; who asks has not selected them. */
function bucketCodes(block: Block, bounds: Float64Array): Uint16Array {
  const codes = new Uint16Array(block.events);
  const since = block.sessionNumbers("since");
  const offset = block.sessionNumbers("offset");
  const after = block.eventNumbers("after");
  const last = bounds.length - 2;
  for (let session = 0; session < block.sessions; session++) {
    const start = block.from + since[session]!;
    let bucket = bucketAt(bounds, start);
    for (let event = offset[session]!; event < offset[session + 1]!; event++) {
      while (bucket < last && start + after[event]! >= bounds[bucket + 1]!) bucket += 1;
      codes[event] = bucket;
    }
  }
  return codes;
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
