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
    // Zero where the system has the file but keeps no account.
    const [ranNs] = readFileSync("/proc/self/schedstat", "utf8").split(" ");
    const call = SCHED_SETSCHEDULER[process.arch];
    if (Number(ranNs) === 0 || call === undefined) return;
    const libc = openLibc();
    const priority = new Int32Array(1);
    for (const task of readdirSync("/proc/self/task")) {
      libc.symbols.syscall(call, Number(task), SCHED_IDLE, ptr(priority));
    }
    libc.close();
  } catch {
    // Not permitted, or a system unlike others: it is fair then, as everywhere else.
  }
}

/** By its number: what musl has under its name does nothing. */
const SCHED_SETSCHEDULER: Readonly<Record<string, bigint>> = { x64: 144n, arm64: 119n };

function openLibc() {
  const symbols = {
    syscall: {
      args: [FFIType.i64, FFIType.i64, FFIType.i64, FFIType.ptr],
      returns: FFIType.i64,
    },
  } as const;
  try {
    return dlopen("libc.so.6", symbols);
  } catch {
    const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
    return dlopen(`libc.musl-${machine}.so.1`, symbols);
  }
}
