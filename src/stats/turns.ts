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
}

/** Most questions are answered within it: in one go, in the room the one before has left. */
const FIRST_TURN_MS = 50;
/** Long enough to get on with, short enough for the next question not to notice. */
const TURN_MS = 10;

/**
 * Gives questions their turns, one after the other, in one thread.
 *
 * A slow one so delays a quick one by a few turns, not by all of its time. Between turns the
 * thread hears of what is cancelled.
 */
export function createTurns(): Turns {
  const waiting: Task[] = [];
  const begun = new WeakSet<Task>();
  let running = false;

  const next = () => waiting.find(({ isIdle }) => !isIdle) ?? waiting[0];

  const takeTurn = (task: Task): boolean => {
    const { steps, done, failed } = task;
    const isNew = !begun.has(task) && !task.isIdle;
    const until = performance.now() + (isNew ? FIRST_TURN_MS : TURN_MS);
    begun.add(task);
    try {
      do {
        const step = steps.next();
        if (step.done) {
          done(step.value);
          return true;
        }
      } while (performance.now() < until);
    } catch (error) {
      failed(error);
      return true;
    }
    return false;
  };

  const run = async () => {
    running = true;
    for (let task = next(); task; task = next()) {
      const over = takeTurn(task);
      waiting.splice(waiting.indexOf(task), 1);
      if (!over) waiting.push(task);
      await new Promise((resolve) => setImmediate(resolve));
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
  };
}
