import { holdsOnServer } from "../events/condition.ts";
import { PAGE_VIEW, type RecordedEvent } from "../events/event.ts";
import { useArrival } from "../identity/arrival.ts";
import { type IdentityHooks } from "../identity/identify.ts";
import { contactAt, type Session, type Visitor } from "../identity/session.ts";
import { confirmTie, tieProvisionally } from "../identity/tie.ts";
import { createVisitors, type VisitorRef } from "../identity/visitors.ts";
import type { Connection } from "../store/connection.ts";
import { insertAll, type Row } from "./bulk-insert.ts";
import { writeContactEvents } from "./contact-events.ts";
import { findFreshEvents } from "./dedupe.ts";
import type { Hit, HitEvent, Outcome, VisitFacts } from "./hit.ts";
import { identifyVisitor } from "./identify-visitor.ts";
import { createSessions, EVENT_HEAD, VISITOR_HEAD } from "./sessions.ts";
import { createTerms } from "./terms.ts";
import { createUndefinedNames } from "./undefined-names.ts";

/** Writes batches of hits; one for the life of the store, since it knows who is about. */
export interface Recorder {
  /**
   * Writes a batch in the transaction that is open, the hits in the order given.
   *
   * @returns An outcome for each hit, and what was stored.
   */
  record(connection: Connection, hits: readonly Hit[], now: number): Recorded;
  /** To be called when a transaction did not happen: nothing it taught may be kept. */
  forget(): void;
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
  readonly reason: "not matching" | "paused" | "too many names" | "claim refused" | "link refused";
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
  readonly isSigned: (siteId: number, subject: string, signature: string) => boolean;
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
  let nextEvent: number | undefined;
  let lastBatch = 0;

  const forget = () => {
    visitors.forget();
    terms.forget();
    undefinedNames.forget();
    nextEvent = undefined;
  };

  const record = (connection: Connection, hits: readonly Hit[], now: number): Recorded => {
    lastBatch = Math.max(now, lastBatch + 1);
    nextEvent ??= readCounter(connection) + 1;
    const firstId = nextEvent;
    const fresh = findFreshEvents(connection, hits, lastBatch);
    const fine = hits.filter((hit) => (fresh.get(hit)?.length ?? 0) > 0);
    const outcomes = new Map<Hit, Outcome>(
      hits.map((hit) => [hit, { stored: 0, undefinedNames: [], notes: [] }]),
    );
    const dropped: Dropped[] = [];

    visitors.load(connection, uniqueRefs(fine));
    terms.intern(connection, wantedTerms(fine));
    const sessions = createSessions(connection, terms, visitors);

    const newVisitors: Row[] = [];
    const eventRows: Row[] = [];
    const pending: Pending[] = [];
    const afterwards: (() => void)[] = [];
    const tied: { visitorId: number; contactId: number }[] = [];
    const firstEventSites = new Set<number>();
    let othersChanged = false;

    for (const hit of fine) {
      const { site } = hit;
      const outcome = outcomes.get(hit)!;
      const ref = { siteId: site.id, key: hit.visitorKey };
      let visitor = visitors.find(ref);
      if (!visitor) {
        visitor = visitors.add(connection, ref);
        const first = Math.min(...hit.events.map(({ at }) => at));
        newVisitors.push([visitor.id, site.id, visitor.number, ref.key, hit.visitorKind, first]);
      }
      const known = visitor;
      const arrival =
        hit.link && hit.mayBeTied
          ? useArrival(connection, hit.link, site.id, known.id, now)
          : undefined;
      if (arrival && arrival.outcome !== "known") {
        dropped.push({
          siteId: site.id,
          reason: "link refused",
          detail: `ff_id was ${arrival.outcome}`,
        });
      }
      const arrived = arrival?.outcome === "known" ? arrival : undefined;
      if (arrived?.first) {
        afterwards.push(() => tieProvisionally(connection, known, arrived.contactId, arrived.at));
      }
      const source = arrived ? "email" : hit.facts.source;

      for (const event of fresh.get(hit) ?? []) {
        if (event.name === "consent") continue;
        if (event.name === "interact") {
          afterwards.push(() => {
            if (!confirmTie(connection, known)) return;
            tied.push({ visitorId: known.id, contactId: known.contactId! });
            identity.onTied(connection, known.id, known.contactId!);
          });
          continue;
        }
        if (event.name === "identify") {
          afterwards.push(() => {
            const said = identifyVisitor(connection, known, hit, event, identity, isSigned, now);
            if (said.outcome === "tied") {
              tied.push({ visitorId: known.id, contactId: said.contactId });
              othersChanged ||= said.untied.length > 0;
              return;
            }
            outcome.notes.push(`identify: ${said.reason}`);
            dropped.push({ siteId: site.id, reason: "claim refused", detail: said.reason });
          });
          continue;
        }

        const isView = event.name === PAGE_VIEW;
        const definition = site.definitions.get(event.name);
        const session = sessions.sessionFor(known, hit, event, {
          source,
          anew: isView && arrived?.first === true,
        });
        if (definition?.state === "paused") {
          dropped.push({ siteId: site.id, reason: "paused", detail: event.name });
          continue;
        }
        const visit = { source: sessions.sourceOf(session) };
        if (definition && !holdsOnServer(definition.conditions, visit)) {
          dropped.push({
            siteId: site.id,
            reason: "not matching",
            detail: `${event.name}: traffic source is ${visit.source}`,
          });
          continue;
        }
        if (!isView && !definition) {
          if (!undefinedNames.note(connection, site.id, event, now)) {
            dropped.push({ siteId: site.id, reason: "too many names", detail: event.name });
            continue;
          }
          outcome.undefinedNames.push(event.name);
        }

        sessions.count(session, hit, event.at, isView);
        const id = nextEvent;
        nextEvent += 1;
        outcome.stored += 1;
        if (site.firstEventAt === null) firstEventSites.add(site.id);
        eventRows.push([
          site.id,
          event.at,
          id,
          session.id,
          known.id,
          terms.idOf(site.id, event.name),
          terms.idOf(site.id, hit.path),
          hit.page.title === "" ? null : terms.idOf(site.id, hit.page.title),
          terms.idOf(site.id, hit.page.url.hostname),
          event.properties ? JSON.stringify(event.properties) : null,
        ]);
        pending.push({
          hit,
          event,
          visitor: known,
          session,
          id,
          source: visit.source,
          defined: isView || definition !== undefined,
        });
      }
    }

    insertAll(connection, VISITOR_HEAD, newVisitors);
    sessions.write();
    insertAll(connection, EVENT_HEAD, eventRows);
    if (nextEvent !== firstId) {
      connection.prepare("update counters set value = ? where name = 'event'").run([nextEvent - 1]);
    }
    for (const siteId of firstEventSites) {
      connection
        .prepare("update sites set first_event_at = ? where id = ? and first_event_at is null")
        .run([now, siteId]);
    }
    for (const act of afterwards) act();

    const events = pending.map(toRecorded);
    writeContactEvents(connection, events);
    for (const hook of hooks) hook(connection, events, now);
    if (othersChanged) visitors.forget();
    return {
      outcomes: hits.map((hit) => outcomes.get(hit)!),
      events,
      firstEventSites: [...firstEventSites],
      tied,
      dropped,
    };
  };

  return { record, forget };
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
    url: hit.page.url.href,
    source,
    country: hit.facts.country,
    device: hit.facts.device,
    properties: event.properties,
    defined,
  };
}

function uniqueRefs(hits: readonly Hit[]): VisitorRef[] {
  const refs = new Map<string, VisitorRef>();
  for (const { site, visitorKey } of hits) {
    refs.set(`${site.id}:${visitorKey}`, { siteId: site.id, key: visitorKey });
  }
  return [...refs.values()];
}

function wantedTerms(hits: readonly Hit[]): Map<number, Set<string>> {
  const wanted = new Map<number, Set<string>>();
  for (const hit of hits) {
    let texts = wanted.get(hit.site.id);
    if (!texts) {
      texts = new Set(["email"]);
      wanted.set(hit.site.id, texts);
    }
    texts.add(hit.path).add(hit.page.url.hostname);
    if (hit.page.title !== "") texts.add(hit.page.title);
    for (const { name } of hit.events) texts.add(name);
    for (const text of factTexts(hit.facts)) if (text !== undefined) texts.add(text);
  }
  return wanted;
}

function factTexts(facts: VisitFacts): (string | undefined)[] {
  return [
    facts.source,
    facts.referrer,
    facts.utmSource,
    facts.utmMedium,
    facts.utmCampaign,
    facts.utmTerm,
    facts.utmContent,
    facts.country,
    facts.language,
    facts.device,
    facts.browser,
    facts.system,
  ];
}

function readCounter(connection: Connection): number {
  const row = connection.prepare("select value from counters where name = 'event'").get() as {
    value: number;
  };
  return row.value;
}
