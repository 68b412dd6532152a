import { createHash } from "node:crypto";
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

/** Versions by the flow they belong to. */
type Stopping = Map<number, Set<number>>;

/**
 * Makes the part that listens to events for flows.
 *
 * What listens is kept by site and event, so an event that nobody waits for costs a look into
 * a map. A run stays on its version, so it stops by what that one says, however often the flow
 * was published since, and also while the flow is paused or removed: who bought meanwhile must
 * not be reminded when it goes on.
 */
export function createEnroller(): Enroller {
  let starts = new Map<string, Published[]>();
  let stops = new Map<string, Stopping>();

  return {
    reload(connection) {
      starts = readStarts(connection);
      stops = readStops(connection);
    },

    record(connection, events, now) {
      if (starts.size === 0 && stops.size === 0) return false;
      let began = false;
      for (const event of events) {
        if (!event.defined) continue;
        const name = nameOf(event.siteId, event.name);
        // First stop, then start: a flow that both starts and stops on one event begins anew.
        const stopping = stops.get(name);
        if (stopping) stopRuns(connection, stopping, event, now);
        for (const published of starts.get(name) ?? []) {
          if (enrol(connection, published, event, now)) began = true;
        }
      }
      return began;
    },
  };
}

const nameOf = (siteId: number, event: string) => `${siteId} ${event}`;

function readStarts(connection: Connection): Map<string, Published[]> {
  const rows = connection
    .prepare(
      `select f.id, v.id as version_id, v.definition from flows f
       join flow_versions v on v.id = f.version_id
       where f.removed_at is null and f.state = 'active' order by f.id`,
    )
    .all() as { id: number; version_id: number; definition: string }[];
  const starts = new Map<string, Published[]>();
  for (const { id, version_id: versionId, definition } of rows) {
    const flow = parseFlow(JSON.parse(definition));
    const name = nameOf(flow.trigger.siteId, flow.trigger.event);
    starts.set(name, [...(starts.get(name) ?? []), { flowId: id, versionId, flow }]);
  }
  return starts;
}

function readStops(connection: Connection): Map<string, Stopping> {
  const rows = connection
    .prepare(
      `select flow_id, id, definition from flow_versions
       where json_extract(definition, '$.stop') is not null`,
    )
    .all() as { flow_id: number; id: number; definition: string }[];
  const stops = new Map<string, Stopping>();
  for (const { flow_id: flowId, id, definition } of rows) {
    const { stop, trigger } = parseFlow(JSON.parse(definition));
    if (!stop) continue;
    const name = nameOf(stop.siteId ?? trigger.siteId, stop.event);
    const stopping: Stopping = stops.get(name) ?? new Map();
    stopping.set(flowId, (stopping.get(flowId) ?? new Set()).add(id));
    stops.set(name, stopping);
  }
  return stops;
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
  const scope = scopeOf(flow, event);
  if (!first || scope === undefined) return false;
  const last = findLastRun(connection, flowId, scope, event);
  if (last?.inside || (last && !mayEnterAgain(flow, last.startedAt, now))) return false;

  const subject =
    event.contactId === undefined ? `visitor:${event.visitorId}` : `contact:${event.contactId}`;
  const entryKey = scope + (flow.entry.again === "never" ? "once" : `event:${event.id}`);
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

/**
 * What the entry rule is about: the person, or the person and a value such as an order id.
 *
 * A value is kept as a hash: it may be long, and is nobody's business once the run is over. It
 * has no blank in it, so the scope of a key is what comes before the first.
 *
 * @returns The beginning of the entry key; `undefined` if the event lacks the value.
 */
function scopeOf({ entry }: FlowDefinition, { properties }: RecordedEvent): string | undefined {
  if (entry.per === undefined) return "";
  const value = Object.hasOwn(properties ?? {}, entry.per) ? properties?.[entry.per] : undefined;
  if (value === undefined || value === null || value === "") return undefined;
  return `${createHash("sha256").update(String(value)).digest("base64url").slice(0, 22)} `;
}

interface SubjectRun {
  readonly id: number;
  readonly flow_id: number;
  readonly version_id: number;
  readonly entry_key: string;
  readonly started_at: number;
  readonly is_inside: number;
}

const SUBJECT_RUN = `select id, flow_id, version_id, entry_key, started_at,
  state in ('active', 'held') as is_inside from runs`;

/**
 * The runs of whoever did this: the contact's, and the visitor's while nobody knows it.
 *
 * On a shared computer the visitor of a known person's run may be somebody else by now, so to a
 * known person the visitor's other runs do not count.
 *
 * @param where An index has the flow next to the subject, another only who is inside.
 */
function runsOfSubject(
  connection: Connection,
  { contactId, visitorId }: RecordedEvent,
  where: "flow_id = ?" | "state in ('active', 'held')",
  values: readonly number[],
): SubjectRun[] {
  const read = (sql: string, ids: readonly number[]) =>
    connection.prepare(sql).all([...ids, ...values]) as SubjectRun[];
  if (contactId === undefined) {
    return read(`/* runsOfSubject */ ${SUBJECT_RUN} where visitor_id = ? and ${where}`, [
      visitorId,
    ]);
  }
  // Two searches: an "or" of the two reads all runs of the flow instead.
  return [
    ...read(`/* runsOfSubject */ ${SUBJECT_RUN} where contact_id = ? and ${where}`, [contactId]),
    ...read(
      `/* runsOfSubject */ ${SUBJECT_RUN} where visitor_id = ? and contact_id is null and ${where}`,
      [visitorId],
    ),
  ];
}

/** The last run of whoever did this, in the same scope. */
function findLastRun(connection: Connection, flowId: number, scope: string, event: RecordedEvent) {
  const runs = runsOfSubject(connection, event, "flow_id = ?", [flowId]).filter(
    ({ entry_key: key }) => key.slice(0, key.indexOf(" ") + 1) === scope,
  );
  if (runs.length === 0) return undefined;
  return {
    startedAt: Math.max(...runs.map(({ started_at: startedAt }) => startedAt)),
    inside: runs.some(({ is_inside: isInside }) => isInside === 1),
  };
}

function mayEnterAgain({ entry }: FlowDefinition, startedAt: number, now: number): boolean {
  if (entry.again === "never") return false;
  return entry.again === "every time" || now >= startedAt + (entry.ms ?? 0);
}

function stopRuns(
  connection: Connection,
  stopping: Stopping,
  event: RecordedEvent,
  now: number,
): void {
  const runs = runsOfSubject(connection, event, "state in ('active', 'held')", []);
  for (const { id, flow_id: flowId, version_id: versionId } of runs) {
    if (!stopping.get(flowId)?.has(versionId)) continue;
    stopRun(connection, id, `stopped by ${event.name}`, now);
  }
}

/** Ends a run before its end and calls back what it has not sent yet. */
export function stopRun(connection: Connection, runId: number, reason: string, now: number): void {
  cancelMessages(connection, runId, reason, now);
  endRun(connection, runId, "stopped", reason, now);
}
