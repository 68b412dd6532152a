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

/** Most questions are answered within it: in one go, in the room the one before has left. */
const FIRST_TURN_MS = 50;
/** Long enough to get on with, short enough for the next question not to notice. */
const TURN_MS = 10;

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
  /** Ms that each has left of its turn; of those that began. */
  const left = new WeakMap<Task, number>();
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
    const leftMs = (left.get(task) ?? (task.isIdle ? TURN_MS : FIRST_TURN_MS)) - tookMs;
    left.set(task, leftMs > 0 ? leftMs : TURN_MS);
    if (leftMs > 0) waiting.unshift(task);
    else waiting.push(task);
  };

  const run = async () => {
    running = true;
    for (let task = next(); task; task = next()) {
      const spentMs = createStopwatch();
      const isOver = workOn(task, spentMs);
      const tookMs = spentMs();
      waiting.splice(waiting.indexOf(task), 1);
      if (!isOver) putBack(task, tookMs);
      await pause(tookMs * restFactor);
    }
    running = false;
  };

  return {
    add(task) {
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
  const spent = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  const begun = spent();
  return () => spent() - begun;
}
