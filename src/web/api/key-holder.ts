import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { bearerOf, type ApiKey, type Scope } from "../../auth/api-key.ts";
import { findApiKey, noteApiKeyUse } from "../../auth/queries.ts";
import { hashToken } from "../../auth/sign-in.ts";
import { LimitRefusal, Refusal } from "../../lib/errors.ts";
import { createRateLimiter } from "../../lib/rate-limiter.ts";

/** Ten figures a second from one program leave the engine for the people who look at screens. */
export const REQUESTS_PER_MINUTE = 600;
/** How often the use of a key is written down; each request would be a transaction. */
const NOTE_EVERY_MS = 60_000;

export type CheckKey = (request: Request, scope: Scope) => Promise<ApiKey>;

/**
 * Makes the check of the keys that programs send, with one limit for each key.
 *
 * @throws {Refusal} `unauthenticated`, if there is no good key; `denied`, if it is not meant for
 *   this; `limited`, with the time to wait.
 */
export function createKeyCheck({ store, write, now, log }: App): CheckKey {
  const limiter = createRateLimiter({ perMinute: REQUESTS_PER_MINUTE });

  return async (request, scope) => {
    const key = bearerOf(request.headers.get("authorization"));
    const holder = key === undefined ? undefined : await findApiKey(store, hashToken(key));
    if (!holder) {
      throw new Refusal(
        "unauthenticated",
        "Send a key as Authorization: Bearer KEY; keys are made in the admin under Settings, API keys",
      );
    }
    const taken = limiter.take(String(holder.id), 1, now());
    if (!taken.ok) {
      throw new LimitRefusal(
        `A key may ask ${REQUESTS_PER_MINUTE} times a minute; Retry-After says when to go on`,
        taken.retryAfterMs,
      );
    }
    if (!holder.scopes.includes(scope)) {
      throw new Refusal("denied", `The key "${holder.name}" lacks the scope ${scope}`);
    }
    const usedAgoMs = now() - (holder.usedAt ?? 0);
    if (usedAgoMs >= NOTE_EVERY_MS) {
      // Nobody waits for it: who reads figures must not queue behind what is being recorded.
      write((tx) => noteApiKeyUse(tx, holder.id, now()), "upkeep").catch((error) =>
        log.error("the use of an API key was not noted", error),
      );
    }
    return holder;
  };
}

/** Refuses whoever brings no key with this scope, before anything is looked at. */
export const keyHolder = (check: CheckKey, scope: Scope) =>
  new Elysia({ name: `key for ${scope}` }).derive({ as: "scoped" }, async ({ request }) => ({
    holder: await check(request, scope),
  }));
