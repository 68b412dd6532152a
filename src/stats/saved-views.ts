import { and, asc, eq, isNotNull, isNull, ne } from "drizzle-orm";
import { Refusal } from "../lib/errors.ts";
import type { Store } from "../store/connection.ts";
import { savedViews } from "../store/schema.ts";
import { parseReportName } from "./goal.ts";

/** Named filters of a report, kept as the query of its address and shared with the team. */
export interface SavedView {
  readonly id: number;
  readonly siteId: number;
  readonly name: string;
  readonly report: ViewedReport;
  readonly query: string;
}

export type ViewedReport = "overview" | "retention";

const COLUMNS = {
  id: savedViews.id,
  siteId: savedViews.siteId,
  name: savedViews.name,
  report: savedViews.report,
  query: savedViews.query,
};

/** So many names a menu can hold. */
const MOST_VIEWS = 100;

/** Lists the saved views of a report by name. */
export function listSavedViews(
  store: Store,
  siteId: number,
  report: ViewedReport,
): Promise<SavedView[]> {
  return store
    .select(COLUMNS)
    .from(savedViews)
    .where(
      and(
        eq(savedViews.siteId, siteId),
        eq(savedViews.report, report),
        isNull(savedViews.removedAt),
      ),
    )
    .orderBy(asc(savedViews.name));
}

/** @throws {Refusal} `missing`, if the site has no such view. */
export async function getSavedView(store: Store, siteId: number, id: number): Promise<SavedView> {
  const [view] = await store
    .select(COLUMNS)
    .from(savedViews)
    .where(and(eq(savedViews.id, id), eq(savedViews.siteId, siteId), isNull(savedViews.removedAt)));
  if (view) return view;
  throw new Refusal("missing", "There is no such view. It may have been removed");
}

/** @throws {Refusal} `invalid` or `conflict`, if the name cannot be or is taken. */
export async function addSavedView(
  tx: Store,
  view: Omit<SavedView, "id">,
  by: { userId: number; now: number },
): Promise<number> {
  const name = parseReportName(view.name);
  const { siteId, report, query } = view;
  const others = await listSavedViews(tx, siteId, report);
  if (others.length >= MOST_VIEWS) {
    throw new Refusal("invalid", `${MOST_VIEWS} views at most: remove one first`);
  }
  await refuseTaken(tx, { ...view, name });
  const [row] = await tx
    .insert(savedViews)
    .values({ siteId, name, report, query, createdBy: by.userId, createdAt: by.now })
    .returning({ id: savedViews.id });
  return row!.id;
}

/** @throws {Refusal} `invalid` or `conflict`, if the name cannot be or is taken. */
export async function renameSavedView(tx: Store, view: SavedView, input: string): Promise<void> {
  const name = parseReportName(input);
  await refuseTaken(tx, { ...view, name }, view.id);
  await tx.update(savedViews).set({ name }).where(eq(savedViews.id, view.id));
}

export async function removeSavedView(tx: Store, view: SavedView, now: number): Promise<void> {
  await tx.update(savedViews).set({ removedAt: now }).where(eq(savedViews.id, view.id));
}

/** Brings a removed view back. @throws {Refusal} `conflict`, if its name was taken meanwhile. */
export async function restoreSavedView(tx: Store, siteId: number, id: number) {
  const [gone] = await tx
    .select(COLUMNS)
    .from(savedViews)
    .where(
      and(eq(savedViews.id, id), eq(savedViews.siteId, siteId), isNotNull(savedViews.removedAt)),
    );
  if (!gone) throw new Refusal("missing", "There is no removed view of this kind");
  await refuseTaken(tx, gone);
  await tx.update(savedViews).set({ removedAt: null }).where(eq(savedViews.id, id));
  return gone;
}

async function refuseTaken(tx: Store, view: Omit<SavedView, "id">, except = 0): Promise<void> {
  const [taken] = await tx
    .select({ id: savedViews.id })
    .from(savedViews)
    .where(
      and(
        eq(savedViews.siteId, view.siteId),
        eq(savedViews.report, view.report),
        eq(savedViews.name, view.name),
        isNull(savedViews.removedAt),
        ne(savedViews.id, except),
      ),
    );
  if (!taken) return;
  throw new Refusal("conflict", `There is a view "${view.name}" already`, { field: "name" });
}
