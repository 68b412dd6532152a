/** Runs what it is given one after the other. */
export interface OneAtATime {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>;
  /** How many run or wait. */
  size(): number;
}

export function createOneAtATime(): OneAtATime {
  let last: Promise<unknown> = Promise.resolve();
  let size = 0;
  return {
    run<T>(work: () => Promise<T>): Promise<T> {
      size += 1;
      const done = last
        .catch(() => undefined)
        .then(work)
        .finally(() => {
          size -= 1;
        });
      last = done;
      return done;
    },
    async idle() {
      while (size > 0) await last.catch(() => undefined);
    },
    size: () => size,
  };
}
