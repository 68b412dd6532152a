import { and, asc, desc, eq, isNotNull, isNull, ne, sql } from "drizzle-orm";
import { Refusal } from "../lib/errors.ts";
import type { Store } from "../store/connection.ts";
import { goals } from "../store/schema.ts";
import type { Goal, GoalDraft } from "./goal.ts";

const COLUMNS = {
  id: goals.id,
  siteId: goals.siteId,
  name: goals.name,
  kind: goals.kind,
  match: goals.match,
  value: goals.value,
};

/** Lists the goals of a site by name. */
export function listGoals(store: Store, siteId: number): Promise<Goal[]> {
  return store
    .select(COLUMNS)
    .from(goals)
    .where(and(eq(goals.siteId, siteId), isNull(goals.removedAt)))
    .orderBy(asc(goals.name));
}

/** @throws {Refusal} `missing`, if the site has no such goal. */
export async function getGoal(store: Store, siteId: number, id: number): Promise<Goal> {
  const [goal] = await store
    .select(COLUMNS)
    .from(goals)
    .where(and(eq(goals.id, id), eq(goals.siteId, siteId), isNull(goals.removedAt)));
  if (goal) return goal;
  throw new Refusal("missing", "There is no such goal. It may have been removed");
}

/** @throws {Refusal} `conflict`, if the site has a goal of that name. */
export async function addGoal(
  tx: Store,
  siteId: number,
  draft: GoalDraft,
  by: { userId: number; now: number },
): Promise<number> {
  await refuseTaken(tx, siteId, draft.name);
  const [row] = await tx
    .insert(goals)
    .values({ siteId, ...draft, createdBy: by.userId, createdAt: by.now })
    .returning({ id: goals.id });
  return row!.id;
}

/** @throws {Refusal} `conflict`, if the site has another goal of that name. */
export async function changeGoal(tx: Store, goal: Goal, draft: GoalDraft): Promise<void> {
  await refuseTaken(tx, goal.siteId, draft.name, goal.id);
  await tx.update(goals).set(draft).where(eq(goals.id, goal.id));
}

/** Takes a goal off the lists; what was recorded does not depend on it. */
export async function removeGoal(tx: Store, goal: Goal, now: number): Promise<void> {
  await tx.update(goals).set({ removedAt: now }).where(eq(goals.id, goal.id));
}

/** Brings a removed goal back. @throws {Refusal} `conflict`, if its name is taken. */
export async function restoreGoal(tx: Store, siteId: number, id: number): Promise<void> {
  const [gone] = await tx
    .select(COLUMNS)
    .from(goals)
    .where(and(eq(goals.id, id), eq(goals.siteId, siteId), isNotNull(goals.removedAt)));
  if (!gone) return;
  await refuseTaken(tx, siteId, gone.name);
  await tx.update(goals).set({ removedAt: null }).where(eq(goals.id, id));
}

/** Lists removed goals whose names are free, so that they can be brought back. */
export function listRemovedGoals(store: Store, siteId: number) {
  return store
    .select({ id: goals.id, name: goals.name })
    .from(goals)
    .where(
      and(
        eq(goals.siteId, siteId),
        isNotNull(goals.removedAt),
        sql`${goals.name} not in (
          select name from goals where site_id = ${siteId} and removed_at is null)`,
      ),
    )
    .orderBy(desc(goals.removedAt))
    .limit(50);
}

async function refuseTaken(tx: Store, siteId: number, name: string, exceptId = 0): Promise<void> {
  const [taken] = await tx
    .select({ id: goals.id })
    .from(goals)
    .where(
      and(
        eq(goals.siteId, siteId),
        eq(goals.name, name),
        isNull(goals.removedAt),
        ne(goals.id, exceptId),
      ),
    );
  if (!taken) return;
  throw new Refusal("conflict", `This site has a goal "${name}" already`, { field: "name" });
}
