import type { Connection } from "../store/connection.ts";
import { belongsTo, type Session, type Visitor } from "./session.ts";

/** The visitors ingest works on, kept in memory while they are about. */
export interface Visitors {
  /** Reads those of a batch that are not in memory, all at once; one may be named often. */
  load(connection: Connection, wanted: readonly VisitorRef[]): void;
  find(ref: VisitorRef): Visitor | undefined;
  /** Makes a visitor in memory; the caller writes the row in the same transaction. */
  add(connection: Connection, ref: VisitorRef): Visitor;
  nextSessionId(connection: Connection): number;
  /** Lets go of what is known, after a transaction that did not happen. */
  forget(): void;
}

export interface VisitorRef {
  readonly siteId: number;
  readonly key: string;
}

/** Visitors a generation holds; two generations are kept, about 40 MB when full. */
const GENERATION = 40_000;

/**
 * Keeps visitors in two generations: who was not seen while one filled up is let go.
 *
 * That is nearly least-recently-used, without touching a list for every event.
 */
export function createVisitors(): Visitors {
  let young = new Generation();
  let old = new Generation();
  let nextVisitor: number | undefined;
  let nextSession: number | undefined;
  const nextNumbers = new Map<number, number>();

  const keep = (visitor: Visitor) => {
    if (young.size >= GENERATION) {
      old = young;
      young = new Generation();
    }
    young.add(visitor);
  };

  const find = (ref: VisitorRef): Visitor | undefined => {
    const known = young.find(ref);
    if (known) return known;
    const visitor = old.find(ref);
    if (visitor) keep(visitor);
    return visitor;
  };

  return {
    find,

    load(connection, wanted) {
      const missing = new Map<string, VisitorRef>();
      for (const ref of wanted) {
        if (!find(ref)) missing.set(`${ref.siteId}:${ref.key}`, ref);
      }
      if (missing.size === 0) return;
      readVisitors(connection, [...missing.values()]).forEach(keep);
    },

    add(connection, ref) {
      nextVisitor ??= highest(connection, "select max(id) as highest from visitors") + 1;
      const number =
        nextNumbers.get(ref.siteId) ??
        highest(
          connection,
          // By the newest visitor: the plus keeps the other index, which would read all of them, out.
          "select number as highest from visitors where +site_id = ? order by id desc limit 1",
          ref.siteId,
        ) + 1;
      nextNumbers.set(ref.siteId, number + 1);
      const visitor: Visitor = {
        id: nextVisitor,
        siteId: ref.siteId,
        number,
        key: ref.key,
        contactId: null,
        tiedFrom: null,
        pendingContactId: null,
        pendingFrom: null,
        session: undefined,
        isNew: true,
      };
      nextVisitor += 1;
      keep(visitor);
      return visitor;
    },

    nextSessionId(connection) {
      nextSession ??= highest(connection, HIGHEST_SESSION) + 1;
      nextSession += 1;
      return nextSession - 1;
    },

    forget() {
      young = new Generation();
      old = new Generation();
      nextVisitor = undefined;
      nextSession = undefined;
      nextNumbers.clear();
    },
  };
}

/** By site, then by key: one name made of both would have to be made for each look. */
class Generation {
  private readonly bySite = new Map<number, Map<string, Visitor>>();
  size = 0;

  find({ siteId, key }: VisitorRef): Visitor | undefined {
    return this.bySite.get(siteId)?.get(key);
  }

  add(visitor: Visitor): void {
    let ofSite = this.bySite.get(visitor.siteId);
    if (!ofSite) {
      ofSite = new Map();
      this.bySite.set(visitor.siteId, ofSite);
    }
    ofSite.set(visitor.key, visitor);
    this.size += 1;
  }
}

// Rows of sealed sessions go, and their ids must not come again.
const HIGHEST_SESSION = `select max(
  coalesce((select max(id) from sessions), 0),
  coalesce((select max(next_session) from seals), 0)) as highest`;

function highest(connection: Connection, sql: string, ...parameters: number[]): number {
  const row = connection.prepare(sql).get(parameters) as { highest: number | null } | undefined;
  return row?.highest ?? 0;
}

interface VisitorRow {
  readonly id: number;
  readonly site_id: number;
  readonly number: number;
  readonly key: string;
  readonly contact_id: number | null;
  readonly tied_from: number | null;
  readonly pending_contact_id: number | null;
  readonly pending_from: number | null;
  readonly session_id: number | null;
}

// `cross join` keeps the list outside: asked with `in`, the index was searched by site only,
// which grew with the number of visitors.
const READ_VISITORS = `/* readVisitors */
  select v.id, v.site_id, v.number, v.key, v.contact_id, v.tied_from,
    v.pending_contact_id, v.pending_from,
    (select s.id from sessions s where s.visitor_id = v.id order by s.started_at desc limit 1)
      as session_id
  from json_each(?) j
  cross join visitors v on v.site_id = j.value ->> 0 and v.key = j.value ->> 1`;

function readVisitors(connection: Connection, refs: readonly VisitorRef[]): Visitor[] {
  const wanted = JSON.stringify(refs.map(({ siteId, key }) => [siteId, key]));
  const rows = connection.prepare(READ_VISITORS).all([wanted]) as VisitorRow[];
  return rows.map((row) => ({
    id: row.id,
    siteId: row.site_id,
    number: row.number,
    key: row.key,
    contactId: row.contact_id,
    tiedFrom: row.tied_from,
    pendingContactId: row.pending_contact_id,
    pendingFrom: row.pending_from,
    session: row.session_id === null ? undefined : readSession(connection, row.session_id),
    isNew: false,
  }));
}

interface SessionRow {
  readonly id: number;
  readonly visitor_id: number;
  readonly started_at: number;
  readonly last_at: number;
  readonly views: number;
  readonly events: number;
  readonly entry_page: number;
  readonly exit_page: number;
  readonly source: number;
  readonly campaign: number | null;
}

const SESSION_COLUMNS = `id, visitor_id, started_at, last_at, views, events, entry_page, exit_page,
  source, coalesce(utm_campaign, utm_source) as campaign`;

function readSession(connection: Connection, id: number): Session | undefined {
  const row = connection.prepare(`select ${SESSION_COLUMNS} from sessions where id = ?`).get([id]);
  return row ? fromRow(row as SessionRow) : undefined;
}

/** Finds the session, newest first, that a late event of a visitor belongs to. */
export function findSessionAt(
  connection: Connection,
  visitorId: number,
  at: number,
): Session | undefined {
  const row = connection
    .prepare(
      `select ${SESSION_COLUMNS} from sessions
       where visitor_id = ? and started_at <= ? order by started_at desc limit 1`,
    )
    .get([visitorId, at]);
  const session = row ? fromRow(row as SessionRow) : undefined;
  return session && belongsTo(session, at) ? session : undefined;
}

function fromRow(row: SessionRow): Session {
  return {
    id: row.id,
    visitorId: row.visitor_id,
    startedAt: row.started_at,
    lastAt: row.last_at,
    views: row.views,
    events: row.events,
    entryPage: row.entry_page,
    exitPage: row.exit_page,
    source: row.source,
    campaign: row.campaign,
  };
}
