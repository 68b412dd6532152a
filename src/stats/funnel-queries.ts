import { and, asc, desc, eq, isNotNull, isNull } from "drizzle-orm";
import { Refusal } from "../lib/errors.ts";
import type { Store } from "../store/connection.ts";
import { funnels } from "../store/schema.ts";
import type { FunnelDraft, SavedFunnel } from "./saved-funnel.ts";

const COLUMNS = {
  id: funnels.id,
  siteId: funnels.siteId,
  name: funnels.name,
  steps: funnels.steps,
  withinMs: funnels.withinMs,
  revision: funnels.revision,
};

/** Lists the funnels of a site by name. */
export function listFunnels(store: Store, siteId: number): Promise<SavedFunnel[]> {
  return store
    .select(COLUMNS)
    .from(funnels)
    .where(and(eq(funnels.siteId, siteId), isNull(funnels.removedAt)))
    .orderBy(asc(funnels.name), asc(funnels.id));
}

/** @throws {Refusal} `missing`, if the site has no such funnel. */
export async function getFunnel(store: Store, siteId: number, id: number): Promise<SavedFunnel> {
  const [funnel] = await store
    .select(COLUMNS)
    .from(funnels)
    .where(and(eq(funnels.id, id), eq(funnels.siteId, siteId), isNull(funnels.removedAt)));
  if (funnel) return funnel;
  throw new Refusal("missing", "There is no such funnel. It may have been removed");
}

export async function addFunnel(
  tx: Store,
  siteId: number,
  draft: FunnelDraft,
  by: { userId: number; now: number },
): Promise<number> {
  const [row] = await tx
    .insert(funnels)
    .values({
      siteId,
      name: draft.name,
      steps: [...draft.steps],
      withinMs: draft.withinMs,
      createdBy: by.userId,
      createdAt: by.now,
      changedAt: by.now,
    })
    .returning({ id: funnels.id });
  return row!.id;
}

/**
 * Saves a changed funnel.
 *
 * @param revision The one the person saw when they began.
 * @throws {Refusal} `conflict`, if somebody saved meanwhile.
 */
export async function changeFunnel(
  tx: Store,
  funnel: Pick<SavedFunnel, "id" | "siteId">,
  draft: FunnelDraft,
  revision: number,
  now: number,
): Promise<void> {
  const { rowsAffected } = await tx
    .update(funnels)
    .set({
      name: draft.name,
      steps: [...draft.steps],
      withinMs: draft.withinMs,
      revision: revision + 1,
      changedAt: now,
    })
    .where(
      and(
        eq(funnels.id, funnel.id),
        eq(funnels.siteId, funnel.siteId),
        eq(funnels.revision, revision),
        isNull(funnels.removedAt),
      ),
    );
  if (rowsAffected === 1) return;
  throw new Refusal(
    "conflict",
    "Somebody else saved this funnel meanwhile. What you entered is still here: save again to put it in place of theirs",
  );
}

/** Takes a funnel off the list; what was recorded does not depend on it. */
export async function removeFunnel(tx: Store, funnel: SavedFunnel, now: number): Promise<void> {
  await tx.update(funnels).set({ removedAt: now }).where(eq(funnels.id, funnel.id));
}

/** Brings a removed funnel back. */
export async function restoreFunnel(tx: Store, siteId: number, id: number): Promise<void> {
  await tx
    .update(funnels)
    .set({ removedAt: null })
    .where(and(eq(funnels.id, id), eq(funnels.siteId, siteId)));
}

/** Lists removed funnels, last removed first. */
export function listRemovedFunnels(store: Store, siteId: number) {
  return store
    .select({ id: funnels.id, name: funnels.name })
    .from(funnels)
    .where(and(eq(funnels.siteId, siteId), isNotNull(funnels.removedAt)))
    .orderBy(desc(funnels.removedAt))
    .limit(50);
}
