/** Where one way of counting becomes quicker than another, as measured. */
export interface Tuning {
  /** Events of a range of visitors: each range looks things up anew in every block. */
  readonly chunkEvents: number;
  /** Words of 32 bits, one bit a visitor and group; what fits into the second cache of a core. */
  readonly mostWords: number;
  /** Up to so many pairs of values each pair there can be is a group, whether it occurs or not. */
  readonly allPairs: number;
  /** Up to so many a table of all is quicker than looking up those that occur. */
  readonly densePairs: number;
}

export const TUNING: Tuning = {
  chunkEvents: 1 << 18,
  mostWords: 1 << 18,
  allPairs: 1 << 12,
  densePairs: 1 << 22,
};
