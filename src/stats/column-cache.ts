/** A decoded column, with the bytes it takes. */
export interface Sized<T> {
  readonly value: T;
  readonly sizeBytes: number;
}

/** Decoded columns, up to a number of bytes; what was not asked for longest goes first. */
export interface ColumnCache {
  /**
   * What is kept under a key, or what `make` makes.
   *
   * @param key Block and column; the same key must stand for the same value for ever.
   * @throws whatever `make` throws; then nothing is kept.
   */
  take<T>(key: string, make: () => Sized<T>): T;
  readonly sizeBytes: number;
}

export function createColumnCache(budgetBytes: number): ColumnCache {
  // A Map keeps the order of insertion, so the first key is the one to go.
  const kept = new Map<string, Sized<unknown>>();
  let sizeBytes = 0;

  const makeRoom = () => {
    for (const [key, oldest] of kept) {
      if (sizeBytes <= budgetBytes) return;
      kept.delete(key);
      sizeBytes -= oldest.sizeBytes;
    }
  };

  return {
    take<T>(key: string, make: () => Sized<T>): T {
      const found = kept.get(key) as Sized<T> | undefined;
      if (found) {
        kept.delete(key);
        kept.set(key, found);
        return found.value;
      }
      const made = make();
      if (made.sizeBytes > budgetBytes) return made.value;
      // To make one column another may have been taken, never the same.
      kept.set(key, made);
      sizeBytes += made.sizeBytes;
      makeRoom();
      return made.value;
    },
    get sizeBytes() {
      return sizeBytes;
    },
  };
}
