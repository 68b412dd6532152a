/** Writes one line an occasion; never a secret, never what a visitor sent. */
export interface Log {
  info(message: string): void;
  /** For operators: what went wrong and its cause, once. */
  error(message: string, cause?: unknown): void;
  detail(message: string): void;
}

export type LogLevel = "quiet" | "normal" | "verbose";

/** @param level `quiet` leaves errors only, `verbose` adds details. */
export function createLog(level: LogLevel, write: (line: string) => void = console.log): Log {
  const line = (kind: string, message: string) =>
    write(`${new Date().toISOString()} ${kind} ${message}`);
  return {
    info(message) {
      if (level !== "quiet") line("info", message);
    },
    error(message, cause) {
      line("error", cause === undefined ? message : `${message}: ${describe(cause)}`);
    },
    detail(message) {
      if (level === "verbose") line("detail", message);
    },
  };
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause === undefined ? "" : ` (caused by ${describe(cause.cause)})`;
  return `${cause.stack ?? cause.message}${inner}`;
}
