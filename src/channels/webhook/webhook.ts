import { createHmac } from "node:crypto";
import { Refusal } from "../../lib/errors.ts";
import { guardedFetch } from "../../lib/guarded-fetch.ts";
import type { Channel, OutgoingMessage, Sent } from "../channel.ts";

export interface WebhookParts {
  /** `whsec_…`, with which receivers check that it was us. */
  readonly secret: () => string;
  readonly now: () => number;
  readonly allowNetworks: readonly string[];
}

/** Statuses that may be another later; every other 4xx is the sender's mistake. */
const TRY_AGAIN = new Set([408, 409, 425, 429]);

/** Posts JSON to an address somebody typed, signed per Standard Webhooks. */
export function createWebhookChannel({ secret, now, allowNetworks }: WebhookParts): Channel {
  return {
    name: "webhook",
    atOnce: 10,
    async send(message) {
      const body = JSON.stringify(message.payload);
      const seconds = Math.floor(now() / 1000);
      try {
        const { status, headers } = await guardedFetch(message.recipient, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            "user-agent": "Footfall",
            ...signature(message, secret(), seconds, body),
          },
          body,
          allowNetworks,
          ignoresBody: true,
        });
        return outcomeOf(status, headers["retry-after"], now());
      } catch (error) {
        if (error instanceof Refusal) return { outcome: "rejected", reason: error.message };
        const reason = error instanceof Error ? error.message : String(error);
        return { outcome: "retry", reason: reason.slice(0, 300) };
      }
    },
    stop() {},
  };
}

/** @see Standard Webhooks, "Signature scheme": HMAC-SHA256 over id, timestamp and body. */
function signature({ publicId }: OutgoingMessage, secret: string, seconds: number, body: string) {
  const bytes = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signed = createHmac("sha256", bytes)
    .update(`${publicId}.${seconds}.${body}`)
    .digest("base64");
  return {
    "webhook-id": publicId,
    "webhook-timestamp": String(seconds),
    "webhook-signature": `v1,${signed}`,
  };
}

function outcomeOf(status: number, retryAfter: string | undefined, now: number): Sent {
  if (status >= 200 && status < 300) return { outcome: "sent", reference: String(status) };
  const reason = `The receiver answered ${status}`;
  if (status < 500 && !TRY_AGAIN.has(status)) return { outcome: "rejected", reason };
  const retryAfterMs = parseRetryAfter(retryAfter, now);
  return { outcome: "retry", reason, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Seconds or a date, at most a day. @see RFC 9110, section 10.2.3. */
function parseRetryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return ms > 0 ? Math.min(Math.round(ms), 24 * 60 * 60 * 1000) : undefined;
}
