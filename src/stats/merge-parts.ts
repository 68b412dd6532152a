import type { PeriodPart } from "./counter.ts";

/** Finds groups of several parts that have the same keys. */
export interface Merger {
  /** @returns For each group of the part its number among the groups of all parts. */
  add(part: PeriodPart): Uint32Array;
  size(): number;
  /** The key of a group in each dimension. */
  keysOf(group: number): readonly string[];
}

/** By text: each site has terms of its own. */
export function createMerger(dimensions: number): Merger {
  const numberings = Array.from({ length: dimensions }, createTexts);
  const pairs = createPairs();
  return {
    add({ keys }) {
      const [first, second] = keys.map(({ texts, codes }, side) => {
        const numbers = texts.map(numberings[side]!.numberOf);
        return codes.map((code) => numbers[code]!);
      });
      return second ? first!.map((a, group) => pairs.numberOf(a, second[group]!)) : first!;
    },
    size: () => (dimensions === 2 ? pairs.size() : numberings[0]!.list.length),
    keysOf: (group) =>
      dimensions === 2
        ? pairs.of(group).map((number, side) => numberings[side]!.list[number]!)
        : [numberings[0]!.list[group]!],
  };
}

function createTexts() {
  const list: string[] = [];
  const known = new Map<string, number>();
  return {
    list,
    numberOf(text: string): number {
      let number = known.get(text);
      if (number === undefined) known.set(text, (number = list.push(text) - 1));
      return number;
    },
  };
}

/** More texts than this would not fit into memory. */
const MOST_TEXTS = 2 ** 26;

function createPairs() {
  const known = new Map<number, number>();
  const keys: number[] = [];
  return {
    size: () => keys.length,
    of: (pair: number): number[] => [
      Math.floor(keys[pair]! / MOST_TEXTS),
      keys[pair]! % MOST_TEXTS,
    ],
    numberOf(first: number, second: number): number {
      const key = first * MOST_TEXTS + second;
      let number = known.get(key);
      if (number === undefined) known.set(key, (number = keys.push(key) - 1));
      return number;
    },
  };
}

/**
 * Adds up what parts counted.
 *
 * @param numbers For each part the numbers of its groups; those from `size` on are left out.
 * @returns For each tally one number a group.
 */
export function addUp(
  parts: readonly PeriodPart[],
  numbers: readonly Uint32Array[],
  size: number,
  tallies: number,
): Float64Array[] {
  return Array.from({ length: tallies }, (_, tally) => {
    const sums = new Float64Array(size);
    for (const [index, part] of parts.entries()) {
      const counts = part.groups[tally]!;
      const places = numbers[index]!;
      for (let group = 0; group < counts.length; group++) {
        const place = places[group]!;
        if (place < size) sums[place]! += counts[group]!;
      }
    }
    return sums;
  });
}
