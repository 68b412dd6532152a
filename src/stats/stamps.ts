/** Which of many things, told by rising numbers, each group has met last. */
export interface Stamps {
  of: Int32Array<ArrayBuffer>;
  last: number;
}

export const createStamps = (): Stamps => ({ of: new Int32Array(0), last: 0 });

const MOST = 2 ** 31 - 1;

/**
 * Makes sure that so many more stamps can be given to so many groups.
 *
 * Stamps go on rising from question to question, so that none is met again; where they would run
 * over, all is forgotten.
 */
export function prepareStamps(stamps: Stamps, groups: number, more: number): void {
  if (stamps.of.length < groups) stamps.of = new Int32Array(groups * 2);
  if (stamps.last + more < MOST) return;
  stamps.of.fill(0);
  stamps.last = 0;
}
