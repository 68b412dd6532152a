/** Work of one question, done bit by bit. */
export interface Task {
  readonly id: number;
  /** Yields now and then; what it returns or throws is the outcome. */
  readonly steps: Generator<undefined, unknown>;
  readonly done: (result: unknown) => void;
  readonly failed: (error: unknown) => void;
  /** Whether it goes before all that wait: little is left of a question that waited already. */
  readonly isLast?: boolean;
  /** Whether it has its turns only where nothing else waits. */
  readonly isIdle?: boolean;
}

export interface Turns {
  add(task: Task): void;
  /** Ends the work of a question where it stands. */
  cancel(id: number): void;
  /** From now on leaves the processor to others so many times longer than it had it. */
  rest(factor: number): void;
}

/** Most questions are answered within it, in the room the one before has left. */
const FIRST_TURN_MS = 50;
/** Long enough to get on with, short enough for the next question not to notice. */
const TURN_MS = 10;
/** After a step that takes long others have waited long enough. */
const LONGEST_REST_MS = 200;
/** For what waits longer than this there is no rest any more: whoever asked loses patience. */
const LONG_MS = 4000;

/**
 * Gives questions their turns, one after the other, in one thread.
 *
 * A slow one so delays a quick one by a few turns, not by all of its time. Every few milliseconds
 * the thread hears of what is cancelled, and rests if it was told to. What counts is the
 * processor's time: by the clock, where others want processors as well, questions would be put
 * away before they got anywhere, and all of a page hold room for what they work with at once.
 */
export function createTurns(): Turns {
  const waiting: Task[] = [];
  /** When each came, and what it has left of its turn; in ms. */
  const states = new WeakMap<Task, { readonly cameAt: number; leftMs: number }>();
  let running = false;
  let restFactor = 0;

  const next = () => waiting.find(({ isIdle }) => !isIdle) ?? waiting[0];

  /** @returns Whether it is over. */
  const workOn = ({ steps, done, failed }: Task, spentMs: () => number): boolean => {
    try {
      do {
        const step = steps.next();
        if (step.done) {
          done(step.value);
          return true;
        }
      } while (spentMs() < TURN_MS);
    } catch (error) {
      failed(error);
      return true;
    }
    return false;
  };

  const putBack = (task: Task, tookMs: number) => {
    const state = states.get(task)!;
    state.leftMs -= tookMs;
    if (state.leftMs > 0) {
      waiting.unshift(task);
      return;
    }
    state.leftMs = TURN_MS;
    waiting.push(task);
  };

  const restMs = (task: Task, tookMs: number): number => {
    const isLong = performance.now() - states.get(task)!.cameAt > LONG_MS;
    return isLong ? 0 : Math.min(tookMs * restFactor, LONGEST_REST_MS);
  };

  const run = async () => {
    running = true;
    for (let task = next(); task; task = next()) {
      const spentMs = createStopwatch();
      const isOver = workOn(task, spentMs);
      const tookMs = spentMs();
      waiting.splice(waiting.indexOf(task), 1);
      if (!isOver) putBack(task, tookMs);
      await pause(restMs(task, tookMs));
    }
    running = false;
  };

  return {
    add(task) {
      const leftMs = task.isIdle ? TURN_MS : FIRST_TURN_MS;
      states.set(task, { cameAt: performance.now(), leftMs });
      if (task.isLast) waiting.unshift(task);
      else waiting.push(task);
      if (!running) void run();
    },
    cancel(id) {
      const index = waiting.findIndex((task) => task.id === id);
      if (index < 0) return;
      const [task] = waiting.splice(index, 1);
      task!.steps.return(undefined);
    },
    rest(factor) {
      restFactor = factor;
    },
  };
}

const pause = (ms: number) =>
  new Promise((resolve) => (ms < 1 ? setImmediate(resolve) : setTimeout(resolve, ms)));

/** @returns Tells for how many ms this thread has had a processor since. */
function createStopwatch(): () => number {
  const begun = processorMs();
  return () => processorMs() - begun;
}

/** Elsewhere what the system tells is not of this thread alone, if it tells anything. */
const processorMs =
  process.platform === "linux"
    ? () => {
        const { user, system } = process.threadCpuUsage();
        return (user + system) / 1000;
      }
    : () => performance.now();
