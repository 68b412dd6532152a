import type { RecordedEvent } from "../events/event.ts";
import { cancelMessages } from "../messages/outbox.ts";
import type { Connection } from "../store/connection.ts";
import { parseFlow, passes, type FlowDefinition } from "./flow.ts";
import { addToLedger, countStep, endRun } from "./ledger.ts";

/** Starts and stops runs by events, in the transaction that stores these. */
export interface Enroller {
  /** The hook of ingest. @returns Whether a run began. */
  record(connection: Connection, events: readonly RecordedEvent[], now: number): boolean;
  /** Reads the published flows anew; after each publish, pause and removal. */
  reload(connection: Connection): void;
}

interface Published {
  readonly flowId: number;
  readonly versionId: number;
  readonly flow: FlowDefinition;
}

/**
 * Makes the part that listens to events for flows.
 *
 * What listens is kept by site and event, so an event that nobody waits for costs a look into
 * a map. A flow whose stop event comes later than its pause still stops.
 */
export function createEnroller(): Enroller {
  let starts = new Map<string, Published[]>();
  let stops = new Map<string, Published[]>();

  return {
    reload(connection) {
      starts = new Map();
      stops = new Map();
      for (const { state, ...published } of readPublished(connection)) {
        const { trigger, stop } = published.flow;
        if (state === "active") add(starts, `${trigger.siteId} ${trigger.event}`, published);
        if (stop) add(stops, `${trigger.siteId} ${stop.event}`, published);
      }
    },

    record(connection, events, now) {
      if (starts.size === 0 && stops.size === 0) return false;
      let began = false;
      for (const event of events) {
        if (!event.defined) continue;
        const name = `${event.siteId} ${event.name}`;
        // First stop, then start: a flow that both starts and stops on one event begins anew.
        for (const { flowId } of stops.get(name) ?? []) stopRuns(connection, flowId, event, now);
        for (const published of starts.get(name) ?? []) {
          if (enrol(connection, published, event, now)) began = true;
        }
      }
      return began;
    },
  };
}

function add(index: Map<string, Published[]>, name: string, published: Published): void {
  index.set(name, [...(index.get(name) ?? []), published]);
}

function readPublished(connection: Connection): (Published & { state: string })[] {
  const rows = connection
    .prepare(
      `select f.id, f.state, v.id as version_id, v.definition from flows f
       join flow_versions v on v.id = f.version_id
       where f.removed_at is null and f.state in ('active', 'paused')`,
    )
    .all() as { id: number; state: string; version_id: number; definition: string }[];
  return rows.map((row) => ({
    flowId: row.id,
    versionId: row.version_id,
    state: row.state,
    flow: parseFlow(JSON.parse(row.definition)),
  }));
}

/** Lets one person or visitor in, if the flow's entry rule does. */
function enrol(
  connection: Connection,
  { flowId, versionId, flow }: Published,
  event: RecordedEvent,
  now: number,
): boolean {
  if (!passes(flow.trigger.filter, event.properties)) return false;
  const [first] = flow.steps;
  if (!first) return false;
  const last = findLastRun(connection, flowId, event);
  if (last?.inside || (last && !mayEnterAgain(flow, last.startedAt, now))) return false;

  const subject =
    event.contactId === undefined ? `visitor:${event.visitorId}` : `contact:${event.contactId}`;
  const entryKey = flow.entry.again === "never" ? "once" : `event:${event.id}`;
  const { changes, lastInsertRowid } = connection
    .prepare(
      `insert or ignore into runs (flow_id, version_id, subject, contact_id, visitor_id, site_id,
         entry_key, state, step_id, seq, entered_at, wake_at, event, started_at)
       values (?, ?, ?, ?, ?, ?, ?, 'active', ?, 1, ?, ?, ?, ?)`,
    )
    .run([
      flowId,
      versionId,
      subject,
      event.contactId ?? null,
      event.visitorId,
      event.siteId,
      entryKey,
      first.id,
      now,
      now,
      JSON.stringify(startEvent(event)),
      now,
    ]);
  if (changes === 0) return false;
  const runId = Number(lastInsertRowid);
  addToLedger(connection, { runId, seq: 1, step: first, outcome: "entered", at: now });
  countStep(connection, flowId, first.id, "entered");
  return true;
}

function startEvent({ name, at, page, url, title, source, properties }: RecordedEvent) {
  return { name, at, page, url, title, source, properties: properties ?? {} };
}

/** The last run of whoever did this, as a visitor or as a contact. */
function findLastRun(connection: Connection, flowId: number, event: RecordedEvent) {
  const row = connection
    .prepare(
      `select max(started_at) as started_at, max(state in ('active', 'held')) as inside from runs
       where flow_id = ? and (contact_id = ? or visitor_id = ?)`,
    )
    .get([flowId, event.contactId ?? null, event.visitorId]) as {
    started_at: number | null;
    inside: number | null;
  };
  if (row.started_at === null) return undefined;
  return { startedAt: row.started_at, inside: row.inside === 1 };
}

function mayEnterAgain({ entry }: FlowDefinition, startedAt: number, now: number): boolean {
  if (entry.again === "never") return false;
  return entry.again === "every time" || now >= startedAt + (entry.ms ?? 0);
}

function stopRuns(connection: Connection, flowId: number, event: RecordedEvent, now: number): void {
  const rows = connection
    .prepare(
      `select id from runs where flow_id = ? and state in ('active', 'held')
         and (contact_id = ? or visitor_id = ?)`,
    )
    .all([flowId, event.contactId ?? null, event.visitorId]) as { id: number }[];
  for (const { id } of rows) stopRun(connection, id, `stopped by ${event.name}`, now);
}

/** Ends a run before its end and calls back what it has not sent yet. */
export function stopRun(connection: Connection, runId: number, reason: string, now: number): void {
  cancelMessages(connection, runId, reason, now);
  endRun(connection, runId, "stopped", reason, now);
}

/** A visitor became known: its runs are the contact's now, and what waited for that goes on. */
export function adoptVisitorRuns(
  connection: Connection,
  visitorId: number,
  contactId: number,
  now: number,
): void {
  connection
    .prepare(
      `update runs set contact_id = ?,
         wake_at = case when state = 'held' then ? else wake_at end,
         reason = case when state = 'held' then null else reason end,
         state = case when state = 'held' then 'active' else state end
       where visitor_id = ? and contact_id is null and state in ('active', 'held')`,
    )
    .run([contactId, now, visitorId]);
}

/** A contact was verified: what was held for it goes on. */
export function releaseHeld(connection: Connection, contactId: number, now: number): void {
  connection
    .prepare(
      `update runs set state = 'active', wake_at = ?, reason = null
       where contact_id = ? and state = 'held'`,
    )
    .run([now, contactId]);
}

/** Visitors turned out not to be who they claimed: what they began for that contact stops. */
export function stopRunsOfVisitors(
  connection: Connection,
  visitorIds: readonly number[],
  contactId: number,
  now: number,
): void {
  const rows = connection
    .prepare(
      `select id from runs where contact_id = ? and state in ('active', 'held')
         and visitor_id in (select value from json_each(?))`,
    )
    .all([contactId, JSON.stringify(visitorIds)]) as { id: number }[];
  for (const { id } of rows) stopRun(connection, id, "the visitor was somebody else", now);
}
