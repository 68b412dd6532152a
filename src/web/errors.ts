import { LimitRefusal, Refusal, type RefusalKind } from "../lib/errors.ts";

const STATUS: Readonly<Record<RefusalKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  denied: 403,
  missing: 404,
  conflict: 409,
  "too large": 413,
  limited: 429,
  unavailable: 503,
};

/** Seconds after which another try makes sense when nothing better is known. */
const RETRY_AFTER_S = 5;

export interface Answer {
  readonly status: number;
  readonly message: string;
  readonly headers: Record<string, string>;
}

/**
 * Turns whatever was thrown into what the caller is told.
 *
 * A refusal says what is wrong; anything else is a bug, told without detail.
 */
export function answerTo(error: unknown): Answer {
  if (!(error instanceof Refusal)) {
    return { status: 500, message: "Something went wrong here; it has been noted", headers: {} };
  }
  const status = STATUS[error.kind];
  const retryAfterS =
    error instanceof LimitRefusal ? Math.ceil(error.retryAfterMs / 1000) : RETRY_AFTER_S;
  const again = status === 429 || status === 503;
  return {
    status,
    message: error.message,
    headers: again ? { "retry-after": String(Math.max(1, retryAfterS)) } : {},
  };
}
