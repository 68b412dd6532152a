import { holdsOnServer } from "../events/condition.ts";
import { CONSENT, ENGAGEMENT, PAGE_VIEW, type RecordedEvent } from "../events/event.ts";
import { useArrival } from "../identity/arrival.ts";
import { type IdentityHooks } from "../identity/identify.ts";
import { contactAt, type Session, type Visitor } from "../identity/session.ts";
import { confirmTie, tieProvisionally } from "../identity/tie.ts";
import { createVisitors, VISITOR_HEAD, type VisitorRef } from "../identity/visitors.ts";
import type { Connection } from "../store/connection.ts";
import { insertAll, type Row } from "./bulk-insert.ts";
import { writeContactEvents } from "./contact-events.ts";
import { findFreshEvents } from "./dedupe.ts";
import type { Hit, HitEvent, Outcome } from "./hit.ts";
import { identifyVisitor } from "./identify-visitor.ts";
import { createSessions, EVENT_HEAD, type Sessions } from "./sessions.ts";
import { createTerms } from "./terms.ts";
import { createReopened } from "./reopened.ts";
import { wantedTerms } from "./wanted-terms.ts";
import { createUndefinedNames } from "./undefined-names.ts";

/** Writes batches of hits; one for the life of the store, since it knows who is about. */
export interface Recorder {
  /**
   * Writes a batch in the transaction that is open, the hits in the order given.
   *
   * @returns An outcome for each hit, and what was stored.
   */
  record(connection: Connection, hits: readonly Hit[], now: number): Recorded;
  /** To be called when a transaction did not happen, or others changed what it knows. */
  forget(): void;
  /**
   * Sessions of a site up to this one are being sealed: from the transaction that is open now,
   * what still comes for them is noted.
   */
  sealUpTo(siteId: number, sessionId: number): void;
}

export interface Recorded {
  readonly outcomes: readonly Outcome[];
  readonly events: readonly RecordedEvent[];
  /** Sites of which this batch stored the first event ever. */
  readonly firstEventSites: readonly number[];
  /** Visitors who became known: their past is filled in after the commit. */
  readonly tied: readonly { readonly visitorId: number; readonly contactId: number }[];
  readonly dropped: readonly Dropped[];
}

/** An event that was not stored, with the reason the owner is shown. */
export interface Dropped {
  readonly siteId: number;
  readonly reason:
    "not matching" | "paused" | "no visit" | "too many names" | "claim refused" | "link refused";
  readonly detail: string;
}

/** Called inside the transaction with what it stored; what it writes exists exactly with that. */
export type RecordedHook = (
  connection: Connection,
  events: readonly RecordedEvent[],
  now: number,
) => void;

export interface RecorderParts {
  readonly identity: IdentityHooks;
  readonly hooks: readonly RecordedHook[];
  /** Whether a signature is the site server's for what a page says of its visitor. */
  readonly isSigned: (siteId: number, text: string, signature: string) => boolean;
}

interface Pending {
  readonly hit: Hit;
  readonly event: HitEvent;
  readonly visitor: Visitor;
  readonly session: Session;
  readonly id: number;
  readonly source: string;
  readonly defined: boolean;
}

/** What one batch gathers before it is written. */
interface Batch {
  readonly connection: Connection;
  readonly now: number;
  readonly sessions: Sessions;
  readonly newVisitors: Row[];
  readonly eventRows: Row[];
  readonly pending: Pending[];
  readonly visitors: Map<number, Visitor>;
  /** Who is who: done when every visitor of the batch has a row. */
  readonly afterwards: (() => void)[];
  readonly outcomes: Map<Hit, Outcome>;
  readonly dropped: Dropped[];
  readonly tied: { visitorId: number; contactId: number }[];
  readonly firstEventSites: Set<number>;
  nextEvent: number;
  /** Visitors of other batches were changed: what is known of them is stale. */
  othersChanged: boolean;
}

/** Ids taken at a time: written with each batch, the counter would be one more page to flush. */
const RESERVE = 10_000;

/** What of an event's row is not the same for all of its hit. */
interface NewEvent {
  readonly at: number;
  readonly sessionId: number;
  readonly visitorId: number;
  readonly event: HitEvent;
  readonly title: string;
  readonly host: string;
}

/** Whose events are looked at, and where their visit came from. */
interface Visit {
  readonly hit: Hit;
  readonly visitor: Visitor;
  readonly source: string;
  /** Whether a link led here: for the first time, or one of which no more may be known. */
  readonly arrival: "none" | "first" | "unnamed";
}

/**
 * Makes the part that turns hits into visitors, sessions and events.
 *
 * Ids go first: what was seen before is dropped before any other table is touched. Then the
 * rows of each table at once, and only then who is who, so that a visitor who is identified
 * in this batch has a row to be tied by.
 */
export function createRecorder({ identity, hooks, isSigned }: RecorderParts): Recorder {
  const visitors = createVisitors();
  const terms = createTerms();
  const undefinedNames = createUndefinedNames();
  const reopened = createReopened();
  let nextEvent: number | undefined;
  let reservedUntil = 0;
  let lastBatch = 0;

  const visitorOf = (batch: Batch, hit: Hit): Visitor => {
    const ref = refOf(hit);
    const known = visitors.find(ref);
    if (known) return known;
    const visitor = visitors.add(batch.connection, ref);
    const firstAt = Math.min(...hit.events.map(({ at }) => at));
    batch.newVisitors.push(visitors.rowOf(batch.connection, visitor, hit.visitorKind, firstAt));
    return visitor;
  };

  /** Looks up the one-time parameter a page was opened with; a wrong one is an anonymous visit. */
  const visitOf = (batch: Batch, hit: Hit): Visit => {
    const visitor = visitorOf(batch, hit);
    batch.visitors.set(visitor.id, visitor);
    const { source } = hit.facts;
    if (!hit.link) return { hit, visitor, source, arrival: hit.viaLink ? "unnamed" : "none" };
    const { connection, now } = batch;
    const arrival = useArrival(connection, hit.link, hit.site.id, visitor.id, now);
    if (arrival.outcome !== "known") {
      const detail = `ff_id was ${arrival.outcome}`;
      batch.dropped.push({ siteId: hit.site.id, reason: "link refused", detail });
      return { hit, visitor, source, arrival: "none" };
    }
    if (arrival.first) {
      const { contactId, at } = arrival;
      batch.afterwards.push(() => tieProvisionally(connection, visitor, contactId, at));
    }
    return { hit, visitor, source: "email", arrival: arrival.first ? "first" : "none" };
  };

  const confirm = (batch: Batch, visitor: Visitor) => {
    if (!confirmTie(batch.connection, visitor)) return;
    const { id, contactId, tiedFrom } = visitor;
    if (contactId === null || tiedFrom === null) return;
    batch.tied.push({ visitorId: id, contactId });
    identity.onTied(batch.connection, id, contactId, tiedFrom);
  };

  const identifyOne = (batch: Batch, { hit, visitor }: Visit, event: HitEvent) => {
    const { connection, now } = batch;
    const said = identifyVisitor(connection, visitor, hit, event, identity, isSigned, now);
    if (said.outcome === "tied") {
      batch.tied.push({ visitorId: visitor.id, contactId: said.contactId });
      batch.othersChanged ||= said.untied.length > 0;
      // What they did in this very batch is not the contact's either.
      for (const id of said.untied) letGo(batch.visitors.get(id));
      return;
    }
    const { reason } = said;
    batch.outcomes.get(hit)?.notes.push(`identify: ${reason}`);
    batch.dropped.push({ siteId: hit.site.id, reason: "claim refused", detail: reason });
  };

  /** Why an event is not recorded, if so; the owner is shown the reason. */
  const refusalOf = (
    batch: Batch,
    { site }: Hit,
    event: HitEvent,
    session: Session,
  ): Pick<Dropped, "reason" | "detail"> | undefined => {
    if (event.name === PAGE_VIEW) return undefined;
    const definition = site.definitions.get(event.name);
    if (!definition) {
      if (undefinedNames.note(batch.connection, site.id, event, batch.now)) return undefined;
      return { reason: "too many names", detail: event.name };
    }
    if (definition.state === "paused") return { reason: "paused", detail: event.name };
    const source = batch.sessions.sourceOf(session);
    if (holdsOnServer(definition.conditions, { source })) return undefined;
    return { reason: "not matching", detail: `${event.name}: traffic source is ${source}` };
  };

  const addRow = (
    batch: Batch,
    { site, path }: Hit,
    { at, sessionId, visitorId, event, title, host }: NewEvent,
  ): number => {
    const id = batch.nextEvent;
    batch.nextEvent += 1;
    const term = (text: string) => (text === "" ? null : terms.idOf(site.id, text));
    batch.eventRows.push([
      site.id,
      id,
      at,
      sessionId,
      visitorId,
      term(event.name),
      term(path),
      term(title),
      term(host),
      event.properties ? JSON.stringify(event.properties) : null,
    ]);
    return id;
  };

  const sessionOf = (batch: Batch, { hit, visitor, source, arrival }: Visit, event: HitEvent) => {
    const opens = event.name === PAGE_VIEW || event.name === CONSENT;
    return batch.sessions.sessionFor(visitor, hit, event, {
      source,
      anew: opens ? arrival : "none",
    });
  };

  const recordOne = (batch: Batch, visit: Visit, event: HitEvent) => {
    const { hit, visitor } = visit;
    const { site } = hit;
    const isView = event.name === PAGE_VIEW;
    const session = sessionOf(batch, visit, event);
    const refusal = refusalOf(batch, hit, event, session);
    if (refusal) {
      batch.dropped.push({ siteId: site.id, ...refusal });
      return;
    }
    const defined = isView || site.definitions.has(event.name);
    const outcome = batch.outcomes.get(hit)!;
    if (!defined) outcome.undefinedNames.push(event.name);
    outcome.stored += 1;
    if (site.firstEventAt === null) batch.firstEventSites.add(site.id);

    batch.sessions.count(session, hit, event.at, isView);
    const id = addRow(batch, hit, {
      at: event.at,
      sessionId: session.id,
      visitorId: visitor.id,
      event,
      title: hit.page.title,
      host: hit.page.url.hostname,
    });
    const origin = batch.sessions.sourceOf(session);
    batch.pending.push({ hit, event, visitor, session, id, source: origin, defined });
  };

  /** It counts for the page view it is about and for how long the visit was, nothing else. */
  const recordEngagement = (batch: Batch, hit: Hit, event: HitEvent) => {
    const session = viewersOf(hit)
      .map((ref) => visitors.find(ref))
      .map((visitor) => visitor && batch.sessions.lookedAt(visitor, event.at))
      .find((each) => each !== undefined && each.views > 0);
    if (!session) {
      const { id: siteId } = hit.site;
      batch.dropped.push({ siteId, reason: "no visit", detail: hit.path });
      return;
    }
    // The view took longer on its way than this did: never before what it is about.
    const at = Math.max(event.at, session.startedAt);
    batch.sessions.goOn(session, at);
    const { id: sessionId, visitorId } = session;
    addRow(batch, hit, { at, sessionId, visitorId, event, title: "", host: "" });
    batch.outcomes.get(hit)!.stored += 1;
  };

  const take = (batch: Batch, visit: Visit, event: HitEvent) => {
    // The visit goes on under an id that is kept, and keeps where it came from.
    if (event.name === CONSENT) sessionOf(batch, visit, event);
    else if (event.name === "interact") batch.afterwards.push(() => confirm(batch, visit.visitor));
    else if (event.name === "identify") {
      batch.afterwards.push(() => identifyOne(batch, visit, event));
    } else recordOne(batch, visit, event);
  };

  const begin = (connection: Connection, hits: readonly Hit[], now: number): Batch => ({
    connection,
    now,
    sessions: createSessions(connection, terms, visitors),
    newVisitors: [],
    eventRows: [],
    pending: [],
    visitors: new Map(),
    afterwards: [],
    outcomes: new Map(hits.map((hit) => [hit, { stored: 0, undefinedNames: [], notes: [] }])),
    dropped: [],
    tied: [],
    firstEventSites: new Set(),
    nextEvent: (nextEvent ??= (reservedUntil = readCounter(connection)) + 1),
    othersChanged: false,
  });

  return {
    record(connection, hits, now) {
      lastBatch = Math.max(now, lastBatch + 1);
      const fresh = findFreshEvents(connection, hits, lastBatch);
      const fine = hits.filter((hit) => (fresh.get(hit)?.length ?? 0) > 0);
      visitors.load(connection, fine.flatMap(viewersOf));
      terms.intern(connection, (isKnown) => wantedTerms(fine, isKnown));

      const batch = begin(connection, hits, now);
      for (const hit of fine) {
        let visit: Visit | undefined;
        for (const event of fresh.get(hit)!) {
          if (event.name === ENGAGEMENT) recordEngagement(batch, hit, event);
          else take(batch, (visit ??= visitOf(batch, hit)), event);
        }
      }
      writeBatch(batch);
      visitors.writeNumbers(connection);
      reopened.note(connection, batch.eventRows);
      nextEvent = batch.nextEvent;
      if (nextEvent > reservedUntil) {
        reservedUntil = nextEvent + RESERVE;
        writeCounter(connection, reservedUntil);
      }
      for (const act of batch.afterwards) act();

      const events = batch.pending.map(toRecorded);
      writeContactEvents(connection, events);
      for (const hook of hooks) hook(connection, events, now);
      if (batch.othersChanged) visitors.forget();
      return {
        outcomes: hits.map((hit) => batch.outcomes.get(hit)!),
        events,
        firstEventSites: [...batch.firstEventSites],
        tied: batch.tied,
        dropped: batch.dropped,
      };
    },

    forget() {
      visitors.forget();
      terms.forget();
      undefinedNames.forget();
      reopened.forget();
      nextEvent = undefined;
    },

    sealUpTo: reopened.sealUpTo,
  };
}

/** Visitors before the sessions and events that name them; a count that differs throws. */
function writeBatch(batch: Batch): void {
  const { connection, newVisitors, eventRows, sessions, firstEventSites, now } = batch;
  insertAll(connection, VISITOR_HEAD, newVisitors);
  sessions.write();
  insertAll(connection, EVENT_HEAD, eventRows);
  for (const siteId of firstEventSites) {
    connection
      .prepare("update sites set first_event_at = ? where id = ? and first_event_at is null")
      .run([now, siteId]);
  }
}

function toRecorded({ hit, event, visitor, session, id, source, defined }: Pending): RecordedEvent {
  return {
    id,
    siteId: hit.site.id,
    at: event.at,
    name: event.name,
    visitorId: visitor.id,
    visitorNumber: visitor.number,
    sessionId: session.id,
    contactId: contactAt(visitor, event.at),
    page: hit.path,
    title: hit.page.title,
    url: hit.page.url.origin + hit.path,
    source,
    country: hit.facts.country,
    region: hit.facts.region,
    city: hit.facts.city,
    device: hit.facts.device,
    properties: event.properties,
    defined,
  };
}

function letGo(visitor: Visitor | undefined): void {
  if (!visitor) return;
  visitor.contactId = null;
  visitor.tiedFrom = null;
}

const refOf = ({ site, visitorKey }: Hit): VisitorRef => ({ siteId: site.id, key: visitorKey });

/** Who may have viewed the page that is told of, the likeliest first. */
const viewersOf = (hit: Hit): VisitorRef[] =>
  hit.formerKey === undefined
    ? [refOf(hit)]
    : [refOf(hit), { siteId: hit.site.id, key: hit.formerKey }];

/** What the counter holds: ids up to it are taken, or kept free for this process. */
function readCounter(connection: Connection): number {
  const row = connection.prepare("select value from counters where name = 'event'").get() as {
    value: number;
  };
  return row.value;
}

function writeCounter(connection: Connection, value: number): void {
  connection.prepare("update counters set value = ? where name = 'event'").run([value]);
}
