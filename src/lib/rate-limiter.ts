import ipaddr from "ipaddr.js";

export type Taken = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

/** Lets each key have so much in a time, and no more. */
export interface RateLimiter {
  /** @param cost How many at once; @param now Epoch ms. */
  take(key: string, cost: number, now: number): Taken;
}

export interface RateLimit {
  /** Both the refill of a minute and what may come at once. */
  readonly perMinute: number;
  /** Keys remembered; past it those that are full again go. */
  readonly mostKeys?: number;
}

interface Bucket {
  level: number;
  at: number;
}

const MINUTE_MS = 60_000;

/**
 * Makes a token bucket for each key.
 *
 * A clock that goes back neither fills nor empties a bucket. The memory is bounded: keys that
 * have not been seen longest are forgotten, which can only ever be generous to them.
 */
export function createRateLimiter({ perMinute, mostKeys = 50_000 }: RateLimit): RateLimiter {
  const buckets = new Map<string, Bucket>();

  return {
    take(key, cost, now) {
      const known = buckets.get(key);
      const bucket = known ?? { level: perMinute, at: now };
      const passedMs = Math.max(0, now - bucket.at);
      bucket.level = Math.min(perMinute, bucket.level + (passedMs * perMinute) / MINUTE_MS);
      bucket.at = now;

      // A map keeps the order of insertion: what is used goes to its end.
      buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > mostKeys) buckets.delete(buckets.keys().next().value!);

      // What costs more than a bucket holds may take a full one, and goes into debt for the rest:
      // else it would be sent again and again, and never get through.
      const needed = Math.min(cost, perMinute);
      if (bucket.level >= needed) {
        bucket.level -= cost;
        return { ok: true };
      }
      const missing = needed - bucket.level;
      return { ok: false, retryAfterMs: Math.ceil((missing * MINUTE_MS) / perMinute) };
    },
  };
}

/**
 * The part of an address that stands for one household: all of a v4 address, the first 64
 * bits of a v6 one, which its holder can change below at will.
 */
export function addressPrefix(address: string): string {
  if (!address.includes(":")) return address;
  try {
    const parsed = ipaddr.process(address);
    if (parsed.kind() === "ipv4") return parsed.toString();
    const parts = (parsed as ipaddr.IPv6).parts.slice(0, 4);
    return parts.map((part) => part.toString(16)).join(":");
  } catch {
    return address;
  }
}
