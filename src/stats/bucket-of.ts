/** Cells of the table by which a bucket is found; a few for each of the most buckets there are. */
const CELLS = 4096;

export interface Buckets {
  /** The number of the bucket a moment is in; only for moments that are in one. */
  of(moment: number): number;
  /** Where each of them ends. */
  readonly ends: Float64Array;
}

/**
 * Finds the bucket of a moment, quickly: buckets are not equally long where clocks change.
 *
 * @param starts Where each begins, rising.
 * @param until Where the last one ends.
 */
export function createBuckets(starts: readonly number[], until: number): Buckets {
  const [from = 0] = starts;
  const width = Math.max(until - from, 1) / CELLS;
  const ends = Float64Array.from([...starts.slice(1), until]);
  const first = new Uint16Array(CELLS);
  for (let cell = 1, bucket = 0; cell < CELLS; cell += 1) {
    // Rounding may put a moment into the next cell, but never far: the cell begins a bit earlier.
    while (ends[bucket]! <= from + (cell - 0.001) * width) bucket += 1;
    first[cell] = bucket;
  }
  return {
    of(moment) {
      let bucket = first[((moment - from) / width) | 0]!;
      while (moment >= ends[bucket]!) bucket += 1;
      return bucket;
    },
    ends,
  };
}
