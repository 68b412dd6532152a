import { Refusal } from "./errors.ts";

/** Writes one line an occasion; never a secret, never what a visitor sent. */
export interface Log {
  info(message: string): void;
  /** For operators: what went wrong and its cause, once. */
  error(message: string, cause?: unknown): void;
  detail(message: string): void;
}

export type LogLevel = "quiet" | "normal" | "verbose";

const REPEAT_MS = 60_000;
const MOST_TOLD = 200;

/** @param level `quiet` leaves errors only, `verbose` adds details. */
export function createLog(level: LogLevel, write: (line: string) => void = console.log): Log {
  const line = (kind: string, message: string) =>
    write(`${new Date().toISOString()} ${kind} ${message}`);
  const told = new Map<string, { at: number; more: number }>();

  /** The same error, over and over, is one line a minute that says how often. */
  const repeats = (name: string): string | undefined => {
    const now = performance.now();
    const last = told.get(name);
    if (last && now - last.at < REPEAT_MS) {
      last.more += 1;
      return undefined;
    }
    if (told.size > MOST_TOLD) told.clear();
    told.set(name, { at: now, more: 0 });
    return last && last.more > 0 ? ` (and ${last.more} times more since it was told last)` : "";
  };

  return {
    info(message) {
      if (level !== "quiet") line("info", message);
    },
    error(message, cause) {
      const more = repeats(`${message} ${cause instanceof Error ? cause.message : ""}`);
      if (more === undefined) return;
      line("error", `${cause === undefined ? message : `${message}: ${describe(cause)}`}${more}`);
    },
    detail(message) {
      if (level === "verbose") line("detail", message);
    },
  };
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  // Where a fault of the disk was noticed tells nobody anything.
  if (cause instanceof Refusal) return cause.message;
  const inner = cause.cause === undefined ? "" : ` (caused by ${describe(cause.cause)})`;
  const { code } = cause as { code?: unknown };
  const known = typeof code === "string" && code !== "" ? `${code} ` : "";
  // A stack need not begin with the message, and some leave it out.
  const stack = cause.stack?.includes(cause.message)
    ? cause.stack
    : `${cause.name}: ${cause.message}\n${cause.stack ?? ""}`;
  return `${known}${stack}${inner}`;
}
