import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";

/** A tenth of a core where others want it, all of it where nobody does. */
const NICENESS = 10;

/**
 * Lets the thread that calls this go after the others of the process.
 *
 * Linux keeps a priority for each thread and takes a thread's number where a process is meant;
 * elsewhere nothing happens, and the scheduler is fair instead of polite.
 *
 * @see setpriority(2), "C library/kernel differences"
 */
export function lowerPriority(): void {
  try {
    const thread = Number(readlinkSync("/proc/thread-self").split("/").pop());
    if (Number.isInteger(thread)) setPriority(thread, NICENESS);
  } catch {
    // No Linux, or not permitted.
  }
}
