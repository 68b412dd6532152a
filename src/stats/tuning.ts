/** Where one way of counting becomes quicker than another, as measured. */
export interface Tuning {
  /**
   * Events of a range of visitors that are listed, and of a stretch of a block. Each range looks
   * things up anew in every block; room for its lists is taken once.
   */
  readonly chunkEvents: number;
  /** What funnels and retention gather of a range and sort: so much stays in the cache of a core. */
  readonly gathered: number;
  /**
   * Words of 32 bits, one bit a visitor and group. More than fits into the second cache of a core:
   * a block is in order of visitor, so marks are written from front to back.
   */
  readonly mostWords: number;
  /** Up to so many pairs of values each pair there can be is a group, whether it occurs or not. */
  readonly allPairs: number;
  /** Up to so many a table of all is quicker than looking up those that occur. */
  readonly densePairs: number;
}

export const TUNING: Tuning = {
  chunkEvents: 1 << 19,
  gathered: 1 << 18,
  mostWords: 1 << 20,
  allPairs: 1 << 12,
  densePairs: 1 << 22,
};
