/** Cells of the table by which a bucket is found; a few for each of the most buckets there are. */
const CELLS = 4096;

/**
 * Finds the bucket of a moment, quickly: buckets are not equally long where clocks change.
 *
 * @param buckets Where each begins, rising; the first is where time begins.
 * @param until Where the last one ends.
 * @returns For a moment in between, the number of its bucket.
 */
export function createBuckets(
  buckets: readonly number[],
  until: number,
): (moment: number) => number {
  const [from = 0] = buckets;
  const width = Math.max(until - from, 1) / CELLS;
  const ends = Float64Array.from([...buckets.slice(1), Infinity]);
  const first = new Uint16Array(CELLS);
  for (let cell = 1, bucket = 0; cell < CELLS; cell += 1) {
    // Rounding may put a moment into the next cell, but never far: the cell begins a bit earlier.
    while (ends[bucket]! <= from + (cell - 0.001) * width) bucket += 1;
    first[cell] = bucket;
  }
  return (moment) => {
    let bucket = first[((moment - from) / width) | 0]!;
    while (moment >= ends[bucket]!) bucket += 1;
    return bucket;
  };
}
