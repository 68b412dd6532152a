import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A second process of this program, which works for the first and ends with it. */
export interface Helper {
  /** Hands it a message, copied; what it is sent before it runs waits for it. */
  send(message: unknown): void;
  /**
   * How long its threads ran, and how long they were ready to and had no processor, in ms.
   *
   * @returns Nothing where the system does not say, which is everywhere but on Linux.
   */
  times(): HelperTimes | undefined;
  /** Ends it at once; nothing is heard of it any more. @returns Resolves when it is gone. */
  end(): Promise<void>;
}

export interface HelperTimes {
  readonly ranMs: number;
  readonly waitedMs: number;
}

export interface HelperOptions {
  /** Which work it is to do; `main.ts` knows the names. */
  readonly name: string;
  /** Variables of its environment, unless whoever started this process has set them. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onMessage: (message: unknown) => void;
  /** Called if it ends without having been told to, or cannot be started; never before it returns. */
  readonly onBroken: (reason: string) => void;
}

/** What a helper has of the process that started it. */
export interface HelperChannel {
  /**
   * Resolves when the message has left: one that works on without waiting keeps most of a large
   * one until it is done.
   */
  send(message: unknown): Promise<void>;
  onMessage(listener: (message: unknown) => void): void;
}

/** The first word of a helper's command line; the second is its name. */
export const HELPER_WORD = "helper";

/**
 * Starts a helper.
 *
 * A process rather than a thread: threads of one process wait for each other whenever one of them
 * takes or gives back memory, and a thread that stands back while it holds what they share holds up
 * those it stood back for. What a process has held is free when it has ended.
 */
export function startHelper(options: HelperOptions): Helper {
  try {
    return start(options);
  } catch (error) {
    // A host that has no process or memory to give: told like an end that comes at once.
    const reason = `The process for ${options.name} could not be started: ${String(error)}`;
    queueMicrotask(() => options.onBroken(reason));
    return { send() {}, times: () => undefined, end: async () => {} };
  }
}

function start({ name, env, onMessage, onBroken }: HelperOptions): Helper {
  let isWanted = true;
  const child = Bun.spawn([...program(), HELPER_WORD, name], {
    env: { ...env, ...process.env },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
    serialization: "advanced",
    ipc(message) {
      if (isWanted) onMessage(message);
    },
    onExit(_, exitCode, signal) {
      if (!isWanted) return;
      isWanted = false;
      onBroken(`The process for ${name} ended by ${signal ?? `exit code ${exitCode}`}`);
    },
  });
  // A helper alone must not keep a command from ending.
  child.unref();
  return {
    send(message) {
      if (!isWanted) return;
      try {
        child.send(message);
      } catch {
        // One that has just ended says so by `onBroken`.
      }
    },
    times: () => timesOf(child.pid),
    async end() {
      isWanted = false;
      // All it does is read and work out: there is nothing to be finished.
      child.kill("SIGKILL");
      // One that stands back gets no processor to die on where others want them all.
      await Promise.race([child.exited, Bun.sleep(LONGEST_END_MS)]);
    },
  };
}

const LONGEST_END_MS = 2000;

/** Whose threads wait so many times longer than they run is starved. */
const STARVING = 8;

/**
 * Looks after a helper that stands back for others, see `standBack()`.
 *
 * @param onStarved Called once, if its threads waited for processors nearly all of a stretch.
 * @returns Ends it.
 */
export function watchHelper(helper: Helper, everyMs: number, onStarved: () => void): () => void {
  let before = helper.times();
  const timer = setInterval(() => {
    const after = helper.times();
    if (before && after && isStarved(before, after, everyMs)) {
      clearInterval(timer);
      onStarved();
    }
    before = after;
  }, everyMs);
  return () => clearInterval(timer);
}

export function isStarved(before: HelperTimes, after: HelperTimes, withinMs: number): boolean {
  const waitedMs = after.waitedMs - before.waitedMs;
  const ranMs = after.ranMs - before.ranMs;
  return waitedMs > withinMs / 2 && waitedMs > STARVING * ranMs;
}

/** The other end, in the helper: it ends when the process that started it has. */
export function openHelperChannel(): HelperChannel {
  beTakenFirst();
  process.on("disconnect", () => process.exit(0));
  // At a terminal they reach both; whoever started this one says when it ends.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
  return {
    send: (message) =>
      new Promise((resolve) => process.send!(message, undefined, undefined, () => resolve())),
    onMessage: (listener) => void process.on("message", listener),
  };
}

/** Where memory runs out, this process is taken before the one that stores events. */
function beTakenFirst(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "500");
  } catch {
    // No Linux.
  }
}

/**
 * How this very program is started again.
 *
 * By the link of the running process where there is one: the executable's own path may hold its
 * next release by now.
 */
function program(): string[] {
  const isFromSource = import.meta.path.endsWith("helper.ts");
  if (isFromSource) return [process.execPath, join(import.meta.dir, "..", "main.ts")];
  return [process.platform === "linux" ? "/proc/self/exe" : process.execPath];
}

/** @see proc(5), `/proc/pid/task/tid/schedstat`: run and waiting times in ns. */
function timesOf(pid: number): HelperTimes | undefined {
  try {
    const tasks = `/proc/${pid}/task`;
    let ranMs = 0;
    let waitedMs = 0;
    for (const task of readdirSync(tasks)) {
      const [ran, waited] = readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ");
      ranMs += Number(ran) / 1e6;
      waitedMs += Number(waited) / 1e6;
    }
    return { ranMs, waitedMs };
  } catch {
    return undefined;
  }
}
