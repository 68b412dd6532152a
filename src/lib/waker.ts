/** Work that is done when there is some, by one worker at a time. */
export interface Waker {
  /** From now on waking does something. */
  start(): void;
  /** Does a turn now, or once more after the one that is being done. */
  wake(): void;
  /** Does a turn and waits for it, whether started or not; for tests. */
  turn(): Promise<void>;
  /** Waits for the turn that is being done, and does no other. */
  stop(): Promise<void>;
}

export interface Work {
  /** @returns When the next turn is due, epoch ms; `undefined` if only a wake can tell. */
  readonly turn: () => Promise<number | undefined>;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/** As long as a timer may be; past it the clock, which may have been set, is looked at again. */
const LONGEST_MS = 60_000;
const SHORTEST_MS = 5;
/** After a turn that failed, as on a full disk. */
const AGAIN_MS = 5000;

/** Makes a worker that sleeps until something is due: it never asks whether there is work. */
export function createWaker({ turn, now, onError }: Work): Waker {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turning: Promise<void> | undefined;
  let again = false;
  let running = false;

  const sleep = (ms: number) => {
    clearTimeout(timer);
    if (running) timer = setTimeout(wake, Math.min(Math.max(ms, SHORTEST_MS), LONGEST_MS));
  };

  const once = async () => {
    try {
      const dueAt = await turn();
      clearTimeout(timer);
      if (dueAt !== undefined) sleep(dueAt - now());
    } catch (error) {
      onError(error);
      sleep(AGAIN_MS);
    }
  };

  const wake = () => {
    if (!running) return;
    if (turning) {
      again = true;
      return;
    }
    turning = once().finally(() => {
      turning = undefined;
      if (!again) return;
      again = false;
      wake();
    });
  };

  return {
    start() {
      running = true;
      wake();
    },
    wake,
    async turn() {
      await turning;
      await once();
    },
    async stop() {
      running = false;
      clearTimeout(timer);
      await turning;
    },
  };
}
