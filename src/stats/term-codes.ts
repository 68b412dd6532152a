import type { TermColumn } from "./block.ts";

/** Collects the terms of one column and gives each a code in order of appearance. */
export interface TermCodes {
  add(term: number): void;
  column(): TermColumn;
}

/**
 * Starts a column of terms; code 0 is always term 0, whether or not it occurs.
 *
 * @param length How many will be added.
 */
export function createTermCodes(length: number): TermCodes {
  const codes = new Uint32Array(length);
  const terms = [0];
  const known = new Map([[0, 0]]);
  let count = 0;
  // Neighbours are often alike: a session has one host, a visitor one browser.
  let lastTerm = 0;
  let lastCode = 0;
  return {
    add(term) {
      if (term !== lastTerm) {
        let code = known.get(term);
        if (code === undefined) {
          code = terms.length;
          known.set(term, code);
          terms.push(term);
        }
        lastTerm = term;
        lastCode = code;
      }
      codes[count] = lastCode;
      count += 1;
    },
    column: () => ({
      codes: terms.length > MOST_NARROW ? codes : Uint16Array.from(codes),
      terms: Uint32Array.from(terms),
    }),
  };
}

/** Entries of a dictionary whose codes still fit 16 bits. */
export const MOST_NARROW = 0x1_0000;
