import { LONGEST_SESSION_MS } from "../events/session-length.ts";
import { belongsTo, type Session, type Visitor } from "../identity/session.ts";
import { findSessionAt, type Visitors } from "../identity/visitors.ts";
import type { Connection } from "../store/connection.ts";
import { insertAll, updateAll, type Row } from "./bulk-insert.ts";
import type { Hit, HitEvent, VisitFacts } from "./hit.ts";
import type { Terms } from "./terms.ts";

export const EVENT_HEAD = `insert into events
  (site_id, id, at, session_id, visitor_id, name, page, title, host, properties)`;

const SESSION_HEAD = `insert into sessions
  (id, site_id, visitor_id, started_at, last_at, views, events, entry_page, exit_page, source,
   referrer, utm_source, utm_medium, utm_campaign, utm_term, utm_content, country, language,
   device, browser, system, screen, version, region, city, is_new)`;

/** The sessions one batch begins or goes on with. */
export interface Sessions {
  /** Finds the session an event belongs to, or begins one. */
  sessionFor(visitor: Visitor, hit: Hit, event: HitEvent, visit: VisitStart): Session;
  count(session: Session, hit: Hit, at: number, isView: boolean): void;
  /** Finds the session whose page was looked at until a moment; none is begun by that. */
  lookedAt(visitor: Visitor, at: number): Session | undefined;
  /** Notes that a session was still under way. */
  goOn(session: Session, at: number): void;
  sourceOf(session: Session): string;
  /** Writes what is new and what has changed. */
  write(): void;
}

export interface VisitStart {
  readonly source: string;
  /**
   * Whether a link led here. Followed for the first time it begins a visit of its own; of an
   * unnamed one only the source tells whether the visit under way is the one it began.
   */
  readonly anew: "none" | "first" | "unnamed";
}

export function createSessions(connection: Connection, terms: Terms, visitors: Visitors): Sessions {
  const begun = new Map<Session, { hit: Hit; isNew: boolean }>();
  const goneOn = new Set<Session>();
  const begunEarlier = new Set<Session>();
  const ofVisitor = new Map<number, Set<Session>>();
  const sources = new Map<number, string>();

  /** One object for one session, whatever the batch does to it: else its counts would not add up. */
  const know = (session: Session) => {
    const known = ofVisitor.get(session.visitorId) ?? new Set();
    ofVisitor.set(session.visitorId, known.add(session));
  };

  const begin = (visitor: Visitor, hit: Hit, at: number, source: string): Session => {
    const id = (text: string) => terms.idOf(hit.site.id, text);
    const page = id(hit.path);
    const session: Session = {
      id: visitors.nextSessionId(connection),
      visitorId: visitor.id,
      startedAt: at,
      lastAt: at,
      views: 0,
      events: 0,
      entryPage: page,
      exitPage: page,
      source: id(source),
      campaign: campaignOf(hit.facts, id),
    };
    begun.set(session, { hit, isNew: visitor.isNew });
    visitor.isNew = false;
    sources.set(session.source, source);
    know(session);
    if (!visitor.session || visitor.session.startedAt <= at) visitor.session = session;
    return session;
  };

  const earlierSession = (visitor: Visitor, at: number): Session | undefined => {
    const here = [...(ofVisitor.get(visitor.id) ?? [])];
    const known = here.find((session) => belongsTo(session, at));
    if (known) return known;
    const stored = findSessionAt(connection, visitor.id, at);
    if (!stored) return undefined;
    return [visitor.session, ...here].find((session) => session?.id === stored.id) ?? stored;
  };

  const sourceOf = (session: Session): string => {
    let source = sources.get(session.source);
    if (source === undefined) {
      const row = connection
        .prepare("select text from terms where id = ?")
        .get([session.source]) as { text: string };
      source = row.text;
      sources.set(session.source, source);
    }
    return source;
  };

  return {
    sessionFor(visitor, hit, event, { source, anew }) {
      const latest = visitor.session;
      if (latest && belongsTo(latest, event.at)) {
        const another =
          anew === "first" ||
          (anew === "unnamed" && sourceOf(latest) !== source) ||
          startsAnother(latest, hit, event, terms);
        if (!another || event.at < latest.startedAt) return latest;
        return begin(visitor, hit, event.at, source);
      }
      // Late: the page was offline, and newer visits are known already.
      if (latest && event.at < latest.startedAt) {
        const earlier = earlierSession(visitor, event.at);
        if (earlier) return earlier;
      }
      return begin(visitor, hit, event.at, source);
    },

    count(session, hit, at, isView) {
      know(session);
      if (isView) session.views += 1;
      else session.events += 1;
      const page = terms.idOf(hit.site.id, hit.path);
      if (at < session.startedAt) {
        session.startedAt = at;
        if (isView) session.entryPage = page;
        begunEarlier.add(session);
      }
      if (at >= session.lastAt) {
        session.lastAt = at;
        if (isView) session.exitPage = page;
      }
      goneOn.add(session);
    },

    lookedAt(visitor, at) {
      const latest = visitor.session;
      const here = [latest, ...(ofVisitor.get(visitor.id) ?? [])].filter(
        (session) => session !== undefined && belongsTo(session, at),
      ) as Session[];
      // The newest that had begun: a link of a campaign begins a visit while the page that was
      // left still has its word to say.
      const [begunBy] = here
        .filter(({ startedAt }) => startedAt <= at)
        .sort((a, b) => b.startedAt - a.startedAt || b.id - a.id);
      if (begunBy) return begunBy;
      const stored = findSessionAt(connection, visitor.id, at);
      return here.find(({ id }) => id === stored?.id) ?? stored ?? here[0];
    },

    goOn(session, at) {
      know(session);
      session.lastAt = Math.max(session.lastAt, at);
      goneOn.add(session);
    },

    sourceOf,

    write() {
      const rows: Row[] = [];
      for (const [session, { hit, isNew }] of begun) {
        rows.push([...sessionRow(session, hit, terms), Number(isNew)]);
      }
      insertAll(connection, SESSION_HEAD, rows);
      const old = (sessions: Set<Session>) => [...sessions].filter((each) => !begun.has(each));
      updateAll(connection, "sessions", GOING_ON, old(goneOn).map(goingOnRow));
      updateAll(connection, "sessions", BEGINNING, old(begunEarlier).map(beginningRow));
    },
  };
}

// Two updates, since an update writes every index that has one of its columns, changed or not:
// when a session began stands in two, and hardly ever changes.
const GOING_ON = ["last_at", "views", "events", "exit_page"];
const BEGINNING = ["started_at", "entry_page"];

const goingOnRow = ({ id, lastAt, views, events, exitPage }: Session): Row => [
  id,
  lastAt,
  views,
  events,
  exitPage,
];

const beginningRow = ({ id, startedAt, entryPage }: Session): Row => [id, startedAt, entryPage];

/** A page opened by another campaign's link begins a visit of its own, as in the field. */
function startsAnother(session: Session, hit: Hit, event: HitEvent, terms: Terms): boolean {
  if (event.name !== "page_view" || event.at - session.startedAt > LONGEST_SESSION_MS) return false;
  const campaign = campaignOf(hit.facts, (text) => terms.idOf(hit.site.id, text));
  return campaign !== null && campaign !== session.campaign;
}

function campaignOf(facts: VisitFacts, id: (text: string) => number): number | null {
  const campaign = facts.utmCampaign ?? facts.utmSource;
  return campaign === undefined ? null : id(campaign);
}

function sessionRow(session: Session, { site, facts }: Hit, terms: Terms): Row {
  const id = (text: string | undefined) => (text === undefined ? null : terms.idOf(site.id, text));
  return [
    session.id,
    site.id,
    session.visitorId,
    session.startedAt,
    session.lastAt,
    session.views,
    session.events,
    session.entryPage,
    session.exitPage,
    session.source,
    id(facts.referrer),
    id(facts.utmSource),
    id(facts.utmMedium),
    id(facts.utmCampaign),
    id(facts.utmTerm),
    id(facts.utmContent),
    id(facts.country),
    id(facts.language),
    id(facts.device),
    id(facts.browser),
    id(facts.system),
    facts.screen ?? null,
    id(facts.version),
    id(facts.region),
    id(facts.city),
  ];
}
