import { and, desc, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import { Refusal } from "../lib/errors.ts";
import type { Store } from "../store/connection.ts";
import { visitorNumberSql } from "../store/visitor-number.ts";
import { flows, flowVersions, runs, runSteps, stepCounts } from "../store/schema.ts";
import { EMPTY_FLOW, parseFlow, type FlowDefinition } from "./flow.ts";

export type FlowState = "draft" | "active" | "paused";
export type RunState = "active" | "held" | "done" | "stopped" | "failed";

/** A flow as it is edited. */
export interface Flow {
  readonly id: number;
  readonly name: string;
  readonly state: FlowState;
  readonly draft: FlowDefinition;
  readonly revision: number;
  /** The published version's number; undefined before the first publishing. */
  readonly version: number | undefined;
  /** Whether the draft differs from what is published. */
  readonly isChanged: boolean;
}

/** How many runs are in each state. */
export type RunFigures = Readonly<Record<RunState | "entered", number>>;

/** How many are at a step now, and what became of those who were. */
export interface StepFigures {
  readonly entered: number;
  readonly waiting: number;
  readonly held: number;
  readonly done: number;
  readonly skipped: number;
  readonly stopped: number;
  readonly failed: number;
}

/** Lists flows by name, with their figures. */
export async function listFlows(store: Store) {
  const rows = await store
    .select()
    .from(flows)
    .where(isNull(flows.removedAt))
    .orderBy(flows.name, flows.id);
  return Promise.all(
    rows.map(async (row) => ({
      id: row.id,
      name: row.name,
      state: row.state,
      trigger: parseFlow(JSON.parse(row.draft)).trigger,
      figures: await countRuns(store, row.id),
    })),
  );
}

/** @throws {Refusal} `missing`, if there is no such flow. */
export async function getFlow(store: Store, id: number): Promise<Flow> {
  const [row] = await store
    .select({
      id: flows.id,
      name: flows.name,
      state: flows.state,
      draft: flows.draft,
      revision: flows.revision,
      version: flowVersions.number,
      published: flowVersions.definition,
    })
    .from(flows)
    .leftJoin(flowVersions, eq(flowVersions.id, flows.versionId))
    .where(and(eq(flows.id, id), isNull(flows.removedAt)));
  if (!row) throw new Refusal("missing", "There is no such flow. It may have been removed");
  const { published, version, draft, ...rest } = row;
  return {
    ...rest,
    draft: parseFlow(JSON.parse(draft)),
    version: version ?? undefined,
    isChanged: published !== null && published !== draft,
  };
}

/** Makes a flow that does nothing yet. @returns Its id. */
export async function addFlow(tx: Store, name: string, now: number): Promise<number> {
  const [row] = await tx
    .insert(flows)
    .values({
      name,
      state: "draft",
      draft: JSON.stringify(EMPTY_FLOW),
      createdAt: now,
      changedAt: now,
    })
    .returning({ id: flows.id });
  return row!.id;
}

/**
 * Saves a draft.
 *
 * @param revision The one the person saw.
 * @throws {Refusal} `conflict`, if somebody saved meanwhile.
 */
export async function saveDraft(
  tx: Store,
  id: number,
  change: { readonly name?: string; readonly draft?: FlowDefinition },
  revision: number,
  now: number,
): Promise<void> {
  const { rowsAffected } = await tx
    .update(flows)
    .set({
      ...(change.name !== undefined && { name: change.name }),
      ...(change.draft !== undefined && { draft: JSON.stringify(change.draft) }),
      revision: revision + 1,
      changedAt: now,
    })
    .where(and(eq(flows.id, id), eq(flows.revision, revision), isNull(flows.removedAt)));
  if (rowsAffected === 1) return;
  throw new Refusal(
    "conflict",
    "Somebody else changed this flow meanwhile. What you entered is still here: look at theirs on the left, and save again to put yours in its place",
  );
}

/** Makes the draft a version that never changes, and lets people in. */
export async function publishFlow(
  tx: Store,
  flow: Flow,
  userId: number | null,
  now: number,
): Promise<void> {
  const [last] = await tx
    .select({ number: sql<number>`coalesce(max(${flowVersions.number}), 0)` })
    .from(flowVersions)
    .where(eq(flowVersions.flowId, flow.id));
  const [version] = await tx
    .insert(flowVersions)
    .values({
      flowId: flow.id,
      number: (last?.number ?? 0) + 1,
      definition: JSON.stringify(flow.draft),
      publishedAt: now,
      publishedBy: userId,
    })
    .returning({ id: flowVersions.id });
  await tx
    .update(flows)
    .set({ versionId: version!.id, state: "active", changedAt: now })
    .where(eq(flows.id, flow.id));
}

/** Lists flows that were removed and can be brought back, newest first. */
export function listRemovedFlows(store: Store) {
  return store
    .select({ id: flows.id, name: flows.name })
    .from(flows)
    .where(isNotNull(flows.removedAt))
    .orderBy(desc(flows.removedAt))
    .limit(50);
}

/** Lists what was ever published of a flow, oldest first. */
export async function listVersions(store: Store, flowId: number) {
  const rows = await store
    .select({ id: flowVersions.id, definition: flowVersions.definition })
    .from(flowVersions)
    .where(eq(flowVersions.flowId, flowId))
    .orderBy(flowVersions.number);
  return rows.map(({ id, definition }) => ({ id, definition: parseFlow(JSON.parse(definition)) }));
}

/** Takes nobody in any more, and holds people where they are; or goes on. */
export async function setFlowState(tx: Store, id: number, state: "active" | "paused") {
  await tx
    .update(flows)
    .set({ state })
    .where(and(eq(flows.id, id), sql`${flows.versionId} is not null`));
}

/** Takes a flow out of sight; its people stand still. Can be undone. */
export async function removeFlow(tx: Store, id: number, now: number) {
  await tx
    .update(flows)
    .set({
      removedAt: now,
      state: sql`case when ${flows.state} = 'active' then 'paused' else ${flows.state} end`,
    })
    .where(eq(flows.id, id));
}

export async function restoreFlow(tx: Store, id: number) {
  await tx.update(flows).set({ removedAt: null }).where(eq(flows.id, id));
}

/** Counts a flow's runs by state. */
export async function countRuns(store: Store, flowId: number): Promise<RunFigures> {
  const rows = await store
    .select({ state: runs.state, count: sql<number>`count(*)` })
    .from(runs)
    .where(eq(runs.flowId, flowId))
    .groupBy(runs.state);
  const figures = { entered: 0, active: 0, held: 0, done: 0, stopped: 0, failed: 0 };
  for (const { state, count } of rows) {
    figures[state] = count;
    figures.entered += count;
  }
  return figures;
}

const NO_FIGURES: StepFigures = {
  entered: 0,
  waiting: 0,
  held: 0,
  done: 0,
  skipped: 0,
  stopped: 0,
  failed: 0,
};

/** Counts by step: who stands there, and what became of the others. */
export async function countSteps(store: Store, flowId: number): Promise<Map<string, StepFigures>> {
  const figures = new Map<string, Record<keyof StepFigures, number>>();
  const of = (stepId: string) => {
    const known = figures.get(stepId) ?? { ...NO_FIGURES };
    figures.set(stepId, known);
    return known;
  };
  const past = await store.select().from(stepCounts).where(eq(stepCounts.flowId, flowId));
  for (const { stepId, outcome, count } of past) of(stepId)[outcome] = count;
  const present = await store
    .select({ stepId: runs.stepId, state: runs.state, count: sql<number>`count(*)` })
    .from(runs)
    .where(and(eq(runs.flowId, flowId), sql`${runs.state} in ('active', 'held')`))
    .groupBy(runs.stepId, runs.state);
  for (const { stepId, state, count } of present) {
    of(stepId)[state === "held" ? "held" : "waiting"] = count;
  }
  return figures;
}

export interface RunFilter {
  readonly flowId?: number;
  readonly contactId?: number;
  readonly stepId?: string | undefined;
  readonly state?: RunState | undefined;
  /** Only runs older than this one, for paging. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Lists runs, newest first, with who they are. */
export function listRuns(
  store: Store,
  { flowId, contactId, stepId, state, before, limit }: RunFilter,
) {
  return store
    .select({
      id: runs.id,
      flowId: runs.flowId,
      versionId: runs.versionId,
      flowName: flows.name,
      contactId: runs.contactId,
      visitorNumber: sql<number | null>`${sql.raw(visitorNumberSql("runs.visitor_id"))}`,
      email: sql<string | null>`(select value from identities
        where contact_id = ${runs.contactId} order by kind = 'email' desc limit 1)`,
      state: runs.state,
      stepId: runs.stepId,
      reason: runs.reason,
      startedAt: runs.startedAt,
      endedAt: runs.endedAt,
      wakeAt: runs.wakeAt,
    })
    .from(runs)
    .innerJoin(flows, eq(flows.id, runs.flowId))
    .where(
      and(
        flowId === undefined ? undefined : eq(runs.flowId, flowId),
        contactId === undefined ? undefined : eq(runs.contactId, contactId),
        stepId === undefined ? undefined : eq(runs.stepId, stepId),
        state === undefined ? undefined : eq(runs.state, state),
        before === undefined ? undefined : lt(runs.id, before),
      ),
    )
    .orderBy(desc(runs.id))
    .limit(limit);
}

/** @throws {Refusal} `missing`, if there is no such run. */
export async function getRun(store: Store, id: number) {
  const [row] = await store
    .select({
      id: runs.id,
      flowId: runs.flowId,
      flowName: flows.name,
      version: flowVersions.number,
      definition: flowVersions.definition,
      contactId: runs.contactId,
      visitorNumber: sql<number | null>`${sql.raw(visitorNumberSql("runs.visitor_id"))}`,
      email: sql<string | null>`(select value from identities
        where contact_id = ${runs.contactId} order by kind = 'email' desc limit 1)`,
      state: runs.state,
      reason: runs.reason,
      event: runs.event,
      startedAt: runs.startedAt,
      endedAt: runs.endedAt,
    })
    .from(runs)
    .innerJoin(flows, eq(flows.id, runs.flowId))
    .innerJoin(flowVersions, eq(flowVersions.id, runs.versionId))
    .where(eq(runs.id, id));
  if (row) return row;
  throw new Refusal("missing", "There is no such run");
}

/**
 * Everything that happened in a run, in its order.
 *
 * Much of it happens within one millisecond: then what comes of a step stands after its beginning.
 */
export function listLedger(store: Store, runId: number) {
  const rank = sql`case ${runSteps.outcome} when 'entered' then 0 when 'retried' then 1
    when 'held' then 2 when 'waiting' then 2 when 'sending' then 2 else 3 end`;
  return store
    .select()
    .from(runSteps)
    .where(eq(runSteps.runId, runId))
    .orderBy(runSteps.seq, runSteps.at, rank);
}

/** The flows that an event of a site starts or stops, drafts too. */
export async function listFlowsUsing(store: Store, siteId: number, event: string) {
  const rows = await store.select().from(flows).where(isNull(flows.removedAt));
  return rows
    .filter((row) => {
      const { trigger, stop } = parseFlow(JSON.parse(row.draft));
      const starts = trigger.siteId === siteId && trigger.event === event;
      return starts || (stop?.event === event && (stop.siteId ?? trigger.siteId) === siteId);
    })
    .map(({ id, name }) => ({ id, name }));
}
