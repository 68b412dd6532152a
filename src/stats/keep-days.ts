import { and, eq, lte, sql } from "drizzle-orm";
import { Refusal } from "../lib/errors.ts";
import type { Store } from "../store/connection.ts";
import { segments, sites } from "../store/schema.ts";

/** Below this, segments that are not full yet would be dropped late, and reports say little. */
const FEWEST_DAYS = 30;
const MOST_DAYS = 36_500;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Reads for how many days events are to be kept.
 *
 * @returns `null` for ever, if nothing was typed.
 * @throws {Refusal} `invalid`, if it is no number of days, or too few.
 */
export function parseKeepDays(input: string): number | null {
  const typed = input.trim();
  if (typed === "") return null;
  const days = Number(typed);
  if (Number.isInteger(days) && days >= FEWEST_DAYS && days <= MOST_DAYS) return days;
  throw new Refusal("invalid", `Enter a number of days, ${FEWEST_DAYS} at least`);
}

export async function findKeepDays(store: Store, siteId: number): Promise<number | null> {
  const [row] = await store
    .select({ days: sites.keepDays })
    .from(sites)
    .where(eq(sites.id, siteId));
  return row?.days ?? null;
}

export async function setKeepDays(tx: Store, siteId: number, days: number | null): Promise<void> {
  await tx.update(sites).set({ keepDays: days }).where(eq(sites.id, siteId));
}

/** What keeping events of a site for so many days would remove now: whole segments. */
export async function countOutdated(store: Store, siteId: number, days: number, now: number) {
  const before = Math.floor(now / DAY_MS) * DAY_MS - days * DAY_MS;
  const [row] = await store
    .select({ events: sql<number>`coalesce(sum(${segments.events}), 0)` })
    .from(segments)
    .where(
      and(eq(segments.siteId, siteId), eq(segments.state, "live"), lte(segments.untilAt, before)),
    );
  const firstDay = new Date(before).toISOString().slice(0, 10);
  return { days, firstDay, events: row?.events ?? 0 };
}
