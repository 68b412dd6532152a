import { LimitRefusal } from "../lib/errors.ts";
import { createRateLimiter } from "../lib/rate-limiter.ts";

/** Keeps somebody who guesses passwords or tokens from guessing many. */
export interface GuessLimit {
  /** @throws {LimitRefusal} if this address or account has had its tries. */
  refuse(who: string, now: number): void;
}

/** A person needs a few tries, a guesser millions. */
const TRIES_A_MINUTE = 10;

export function createGuessLimit(): GuessLimit {
  const tries = createRateLimiter({ perMinute: TRIES_A_MINUTE });
  return {
    refuse(who, now) {
      const taken = tries.take(who, 1, now);
      if (taken.ok) return;
      throw new LimitRefusal("Too many tries: wait a minute and try again", taken.retryAfterMs);
    },
  };
}
