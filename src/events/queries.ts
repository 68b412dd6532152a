import { and, asc, desc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { Refusal } from "../lib/errors.ts";
import type { Store } from "../store/connection.ts";
import { definitions, refusalDetails, refusals, undefinedEvents } from "../store/schema.ts";
import type { Condition } from "./condition.ts";
import type { Definition, DefinitionDraft } from "./definition.ts";

/** Lists definitions by name; of one site, or of all. */
export async function listDefinitions(store: Store, siteId?: number): Promise<Definition[]> {
  const rows = await store
    .select()
    .from(definitions)
    .where(and(isNull(definitions.removedAt), siteId ? eq(definitions.siteId, siteId) : undefined))
    .orderBy(asc(definitions.name));
  return rows.map(fromRow);
}

/** @throws {Refusal} `missing`, if the site has no such definition. */
export async function getDefinition(store: Store, siteId: number, id: number): Promise<Definition> {
  const [row] = await store
    .select()
    .from(definitions)
    .where(
      and(eq(definitions.id, id), eq(definitions.siteId, siteId), isNull(definitions.removedAt)),
    );
  if (row) return fromRow(row);
  throw new Refusal("missing", "There is no such event. It may have been removed");
}

function fromRow(row: typeof definitions.$inferSelect): Definition {
  return { ...row, conditions: JSON.parse(row.conditions) as Condition[] };
}

async function refuseTakenName(tx: Store, siteId: number, name: string, id?: number) {
  const [taken] = await tx
    .select({ id: definitions.id })
    .from(definitions)
    .where(
      and(
        eq(definitions.siteId, siteId),
        eq(definitions.name, name),
        isNull(definitions.removedAt),
      ),
    );
  if (taken && taken.id !== id) {
    throw new Refusal("conflict", `This site has an event "${name}" already`);
  }
}

/**
 * Adds a definition. What was seen under its name before it was defined counts from now on.
 *
 * @throws {Refusal} `conflict`, if the site has an event of that name.
 */
export async function addDefinition(
  tx: Store,
  siteId: number,
  draft: DefinitionDraft,
  now: number,
): Promise<Definition> {
  await refuseTakenName(tx, siteId, draft.name);
  const [row] = await tx
    .insert(definitions)
    .values({
      siteId,
      name: draft.name,
      trigger: draft.trigger,
      conditions: JSON.stringify(draft.conditions),
      state: "active",
      createdAt: now,
      changedAt: now,
    })
    .returning();
  await tx
    .delete(undefinedEvents)
    .where(and(eq(undefinedEvents.siteId, siteId), eq(undefinedEvents.name, draft.name)));
  return fromRow(row!);
}

/**
 * Saves a changed definition.
 *
 * @param revision The one the person saw when they began.
 * @throws {Refusal} `conflict`, if somebody saved meanwhile or the new name is taken.
 */
export async function changeDefinition(
  tx: Store,
  siteId: number,
  id: number,
  draft: DefinitionDraft,
  revision: number,
  now: number,
): Promise<void> {
  await refuseTakenName(tx, siteId, draft.name, id);
  const { rowsAffected } = await tx
    .update(definitions)
    .set({
      name: draft.name,
      trigger: draft.trigger,
      conditions: JSON.stringify(draft.conditions),
      revision: revision + 1,
      changedAt: now,
    })
    .where(
      and(
        eq(definitions.id, id),
        eq(definitions.siteId, siteId),
        eq(definitions.revision, revision),
      ),
    );
  if (rowsAffected === 1) return;
  throw new Refusal(
    "conflict",
    "Somebody else saved this event meanwhile. What you entered is still here: save again to put it in place of theirs",
  );
}

/** Lets an event rest: the pixel no longer looks for it, and what pages send is not recorded. */
export async function pauseDefinition(tx: Store, siteId: number, id: number, paused: boolean) {
  await tx
    .update(definitions)
    .set({ state: paused ? "paused" : "active" })
    .where(and(eq(definitions.id, id), eq(definitions.siteId, siteId)));
}

/** Takes a definition away; what it recorded stays. */
export async function removeDefinition(tx: Store, siteId: number, id: number, now: number) {
  await tx
    .update(definitions)
    .set({ removedAt: now })
    .where(and(eq(definitions.id, id), eq(definitions.siteId, siteId)));
}

/** Brings a removed definition back. @throws {Refusal} `conflict`, if its name is taken. */
export async function restoreDefinition(tx: Store, siteId: number, id: number) {
  const [gone] = await tx
    .select()
    .from(definitions)
    .where(
      and(eq(definitions.id, id), eq(definitions.siteId, siteId), isNotNull(definitions.removedAt)),
    );
  if (!gone) return;
  await refuseTakenName(tx, siteId, gone.name);
  await tx.update(definitions).set({ removedAt: null }).where(eq(definitions.id, id));
}

/** Lists removed definitions whose names are free, so that they can be brought back. */
export function listRemovedDefinitions(store: Store, siteId: number) {
  return store
    .select({ id: definitions.id, name: definitions.name })
    .from(definitions)
    .where(
      and(
        eq(definitions.siteId, siteId),
        isNotNull(definitions.removedAt),
        sql`${definitions.name} not in (
          select name from definitions where site_id = ${siteId} and removed_at is null)`,
      ),
    )
    .orderBy(desc(definitions.removedAt))
    .limit(50);
}

/** Lists event names that pages sent and nobody defined, newest first. */
export function listUndefinedEvents(store: Store, siteId: number) {
  return store
    .select()
    .from(undefinedEvents)
    .where(eq(undefinedEvents.siteId, siteId))
    .orderBy(desc(undefinedEvents.lastAt))
    .limit(100);
}

/** Lists what was not recorded since a day, summed by reason, most first. */
export function listRefusals(store: Store, siteId: number, sinceDay: string) {
  return store
    .select({
      reason: refusals.reason,
      count: sql<number>`sum(${refusals.count})`,
      // SQLite takes the other columns from the row that holds the maximum.
      lastAt: sql<number>`max(${refusals.lastAt})`,
      detail: refusals.detail,
    })
    .from(refusals)
    .where(and(eq(refusals.siteId, siteId), sql`${refusals.day} >= ${sinceDay}`))
    .groupBy(refusals.reason)
    .orderBy(sql`sum(${refusals.count}) desc`);
}

/** Lists what was not recorded since a day, by day and reason, the first day first. */
export function listRefusalDays(store: Store, siteId: number, sinceDay: string) {
  return store
    .select({
      day: refusals.day,
      reason: refusals.reason,
      count: refusals.count,
      lastAt: refusals.lastAt,
      detail: refusals.detail,
    })
    .from(refusals)
    .where(and(eq(refusals.siteId, siteId), sql`${refusals.day} >= ${sinceDay}`))
    .orderBy(asc(refusals.day), asc(refusals.reason));
}

/**
 * Lists what was not recorded since a day in detail, most first.
 *
 * Of each day and reason only the last few distinct ones are known, so these add up to less
 * than the counts of the reasons.
 */
export function listRefusalDetails(store: Store, siteId: number, sinceDay: string) {
  return store
    .select({
      reason: refusalDetails.reason,
      detail: refusalDetails.detail,
      count: sql<number>`sum(${refusalDetails.count})`,
      lastAt: sql<number>`max(${refusalDetails.lastAt})`,
    })
    .from(refusalDetails)
    .where(and(eq(refusalDetails.siteId, siteId), sql`${refusalDetails.day} >= ${sinceDay}`))
    .groupBy(refusalDetails.reason, refusalDetails.detail)
    .orderBy(sql`sum(${refusalDetails.count}) desc`, asc(refusalDetails.detail));
}
