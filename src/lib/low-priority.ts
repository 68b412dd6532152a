import { dlopen, FFIType, ptr } from "bun:ffi";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setPriority } from "node:os";

/** A tenth of a core where others want it, all of it where nobody does. */
const NICENESS = 10;
const SCHED_IDLE = 5;

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

/**
 * Lets this process, and the threads it starts from now on, have what no other process wants.
 *
 * There is no way back: who may not raise a priority may not leave this one. Where others want
 * everything, it gets nothing, so that somebody must watch over it from outside; see
 * `Helper.times()`. Does nothing where it could not be watched.
 *
 * @see sched(7), SCHED_IDLE
 */
export function standBack(): void {
  if (process.platform !== "linux") return;
  try {
    readFileSync("/proc/self/schedstat");
    const libc = openLibc();
    const priority = new Int32Array(1);
    for (const task of readdirSync("/proc/self/task")) {
      libc.symbols.sched_setscheduler(Number(task), SCHED_IDLE, ptr(priority));
    }
    libc.close();
  } catch {
    // Not permitted, or a system unlike others: it is fair then, as everywhere else.
  }
}

function openLibc() {
  const symbols = {
    sched_setscheduler: {
      args: [FFIType.i32, FFIType.i32, FFIType.ptr],
      returns: FFIType.i32,
    },
  } as const;
  try {
    return dlopen("libc.so.6", symbols);
  } catch {
    const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
    return dlopen(`libc.musl-${machine}.so.1`, symbols);
  }
}
