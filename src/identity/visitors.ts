import { timedDigest } from "../lib/timed-digest.ts";
import type { Connection } from "../store/connection.ts";
import { visitorNumberSql } from "../store/visitor-number.ts";
import { readVisitorSecret } from "../store/visitor-secret.ts";
import { belongsTo, type Session, type Visitor } from "./session.ts";
import { createVisitorNumbers } from "./visitor-numbers.ts";

/** The visitors ingest works on, kept in memory while they are about. */
export interface Visitors {
  /** Reads those of a batch that are not in memory, all at once; one may be named often. */
  load(connection: Connection, wanted: readonly VisitorRef[]): void;
  find(ref: VisitorRef): Visitor | undefined;
  /** Makes a visitor in memory; the caller writes the row in the same transaction, see `rowOf`. */
  add(connection: Connection, ref: VisitorRef): Visitor;
  /**
   * A row of a new visitor for `VISITOR_HEAD`.
   *
   * @param at Epoch ms, of the first event; what a browser keeps nothing of is known for a day.
   */
  rowOf(
    connection: Connection,
    visitor: Visitor,
    kind: "storage" | "cookieless",
    at: number,
  ): ReturnType<typeof visitorRow>;
  /** Writes what ids were given to those who were made. */
  writeNumbers(connection: Connection): void;
  nextSessionId(connection: Connection): number;
  /** Lets go of what is known, after a transaction that did not happen. */
  forget(): void;
}

export interface VisitorRef {
  readonly siteId: number;
  readonly key: string;
}

export const VISITOR_HEAD = "insert into visitors (site_id, key, id, cookieless_day)";

const DAY_MS = 24 * 60 * 60 * 1000;

/** @param secret See `readVisitorSecret()`. */
export function visitorRow(
  secret: Uint8Array,
  { siteId, key, id }: Pick<Visitor, "siteId" | "key" | "id">,
  kind: "storage" | "cookieless",
  at: number,
) {
  const cookielessDay = kind === "cookieless" ? Math.floor(at / DAY_MS) : null;
  return [siteId, timedDigest(secret, key), id, cookielessDay] as const;
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
  let nextSession: number | undefined;
  const numbers = createVisitorNumbers();
  let secret: Uint8Array | undefined;

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
      secret ??= readVisitorSecret(connection);
      readVisitors(connection, secret, [...missing.values()]).forEach(keep);
    },

    add(connection, ref) {
      const visitor: Visitor = {
        ...numbers.next(connection, ref.siteId),
        siteId: ref.siteId,
        key: ref.key,
        contactId: null,
        tiedFrom: null,
        pendingContactId: null,
        pendingFrom: null,
        session: undefined,
        isNew: true,
      };
      keep(visitor);
      return visitor;
    },

    rowOf(connection, visitor, kind, at) {
      secret ??= readVisitorSecret(connection);
      return visitorRow(secret, visitor, kind, at);
    },

    writeNumbers: numbers.write,

    nextSessionId(connection) {
      nextSession ??= highestSession(connection) + 1;
      nextSession += 1;
      return nextSession - 1;
    },

    forget() {
      young = new Generation();
      old = new Generation();
      nextSession = undefined;
      numbers.forget();
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

function highestSession(connection: Connection): number {
  return (connection.prepare(HIGHEST_SESSION).get() as { highest: number }).highest;
}

interface VisitorRow {
  /** Of those that were asked for. */
  readonly place: number;
  readonly id: number;
  readonly number: number;
  readonly contactId: number | null;
  readonly since: number | null;
  readonly isPending: number | null;
  readonly sessionId: number | null;
}

// `cross join` keeps the list outside: asked with `in`, the index was searched by site only,
// which grew with the number of visitors.
const READ_VISITORS = `/* readVisitors */
  select j.key as place, v.id, ${visitorNumberSql("v.id")} as number,
    t.contact_id as contactId, t.since, t.is_pending as isPending,
    (select s.id from sessions s where s.visitor_id = v.id order by s.started_at desc limit 1)
      as sessionId
  from json_each(?) j
  cross join visitors v on v.site_id = j.value ->> 0 and v.key = unhex(j.value ->> 1)
  left join ties t on t.visitor_id = v.id`;

function readVisitors(
  connection: Connection,
  secret: Uint8Array,
  refs: readonly VisitorRef[],
): Visitor[] {
  const wanted = JSON.stringify(
    refs.map(({ siteId, key }) => [siteId, timedDigest(secret, key).toString("hex")]),
  );
  const rows = connection.prepare(READ_VISITORS).all([wanted]) as VisitorRow[];
  return rows.map(({ place, id, number, sessionId, ...tie }) => ({
    ...refs[place]!,
    id,
    number,
    contactId: tie.isPending === 0 ? tie.contactId : null,
    tiedFrom: tie.isPending === 0 ? tie.since : null,
    pendingContactId: tie.isPending === 1 ? tie.contactId : null,
    pendingFrom: tie.isPending === 1 ? tie.since : null,
    session: sessionId === null ? undefined : readSession(connection, sessionId),
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
