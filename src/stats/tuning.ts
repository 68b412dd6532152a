/** Where one way of counting becomes quicker than another, as measured. */
export interface Tuning {
  /** Events of a range of visitors: each range looks things up anew in every block. */
  readonly chunkEvents: number;
  /** Words of 32 bits, one bit a visitor and group; what fits into the second cache of a core. */
  readonly mostWords: number;
  /** Up to so many pairs of values a table of all is quicker than looking them up. */
  readonly densePairs: number;
}

export const TUNING: Tuning = { chunkEvents: 1 << 18, mostWords: 1 << 18, densePairs: 1 << 22 };
