/** One bit for each visitor of a range and each group. */
export interface Marks {
  /** Id of the first visitor. */
  first: number;
  /** Ids are this far apart at least: 2 to this power. */
  shift: number;
  /** How many visitors there may be. */
  width: number;
  /** Of 32 bits, for each visitor. */
  words: number;
  bits: Int32Array<ArrayBuffer>;
}

/**
 * Adds to each group how many visitors are marked in it.
 *
 * @param only 1 for visitors that count; undefined for all.
 * @param size How many groups there are.
 * @returns How many visitors are marked in any group.
 */
export function countMarks(
  { bits, width, words }: Marks,
  only: Uint8Array | undefined,
  size: number,
  to: Int32Array,
): number {
  if (only) leave(bits, width, words, only);
  if (words > 1) return countBitByBit(bits, width, words, to);
  const total = countMarked(bits, width);
  if (size === 1) to[0]! += total;
  else countByPlanes(bits, width, size, to);
  return total;
}

/** Nobody asks for all any more once only some are asked for. */
function leave(bits: Int32Array, width: number, words: number, only: Uint8Array): void {
  for (let place = 0; place < width; place++) {
    if (only[place] === 0) bits.fill(0, place * words, (place + 1) * words);
  }
}

function countMarked(bits: Int32Array, width: number): number {
  let total = 0;
  for (let place = 0; place < width; place++) total += bits[place] === 0 ? 0 : 1;
  return total;
}

/** How many words six planes can count before one of their counters would run over. */
const WORDS_A_ROUND = 63;

/**
 * Counts by planes: each holds one binary digit of 32 counters, and a word is added to all of
 * them at once. Taking the bits of each word one by one takes three times as long.
 */
function countByPlanes(bits: Int32Array, width: number, size: number, to: Int32Array): void {
  for (let start = 0; start < width; start += WORDS_A_ROUND) {
    const end = Math.min(start + WORDS_A_ROUND, width);
    let [ones, twos, fours, eights, sixteens, rest] = [0, 0, 0, 0, 0, 0];
    for (let place = start; place < end; place++) {
      let carry = bits[place]!;
      let next = ones & carry;
      ones ^= carry;
      carry = next;
      next = twos & carry;
      twos ^= carry;
      carry = next;
      next = fours & carry;
      fours ^= carry;
      carry = next;
      next = eights & carry;
      eights ^= carry;
      carry = next;
      next = sixteens & carry;
      sixteens ^= carry;
      rest ^= next;
    }
    for (let group = 0; group < size; group++) {
      to[group]! +=
        ((ones >>> group) & 1) +
        (((twos >>> group) & 1) << 1) +
        (((fours >>> group) & 1) << 2) +
        (((eights >>> group) & 1) << 3) +
        (((sixteens >>> group) & 1) << 4) +
        (((rest >>> group) & 1) << 5);
    }
  }
}

function countBitByBit(bits: Int32Array, width: number, words: number, to: Int32Array): number {
  let total = 0;
  let at = 0;
  for (let place = 0; place < width; place++) {
    let any = 0;
    for (let word = 0; word < words; word++, at++) {
      let rest = bits[at]!;
      any |= rest;
      while (rest !== 0) {
        const bit = 31 - Math.clz32(rest & -rest);
        to[(word << 5) + bit]! += 1;
        rest &= rest - 1;
      }
    }
    total += any === 0 ? 0 : 1;
  }
  return total;
}
