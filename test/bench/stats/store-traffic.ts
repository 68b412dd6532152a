import { insertAll, type Row } from "../../../src/ingest/bulk-insert.ts";
import { VISITOR_HEAD, visitorRow } from "../../../src/identity/visitors.ts";
import { readVisitorSecret } from "../../../src/store/visitor-secret.ts";
import type { Connection } from "../../../src/store/connection.ts";
import { FIRST_AT, WORDS, type BenchSession, type Word } from "./traffic.ts";

export const SITE_ID = 1;

const EVENT_HEAD = `insert into events
  (site_id, id, at, session_id, visitor_id, name, page, title, host, properties)`;
const SESSION_HEAD = `insert into sessions
  (id, site_id, visitor_id, started_at, last_at, views, events, entry_page, exit_page, source,
   referrer, utm_source, utm_medium, utm_campaign, utm_term, utm_content, country, language,
   device, browser, system, screen, is_new, version, region, city)`;

export type Terms = Readonly<Record<Word | "engagement", readonly number[]>>;

/** Makes the site, the definitions of its events and the terms. */
export function prepareSite(connection: Connection): Terms {
  connection
    .prepare(
      `insert into sites (id, key, domain, kind, privacy, identify_secret, first_event_at, created_at)
       values (?, 'bench', 'shop.example', 'website', 'storage', '', ?, ?)`,
    )
    .run([SITE_ID, FIRST_AT, FIRST_AT]);
  for (const name of WORDS.name.slice(1)) {
    connection
      .prepare(
        `insert into definitions (site_id, name, trigger, state, created_at, changed_at)
         values (?, ?, 'manual', 'active', 0, 0)`,
      )
      .run([SITE_ID, name]);
  }
  return readTerms(connection);
}

/** The terms of all words, made where they are missing. */
export function readTerms(connection: Connection): Terms {
  const intern = (text: string): number => {
    if (text === "") return 0;
    connection
      .prepare("insert or ignore into terms (site_id, text) values (?, ?)")
      .run([SITE_ID, text]);
    const row = connection
      .prepare("select id from terms where site_id = ? and text = ?")
      .get([SITE_ID, text]) as { id: number };
    return row.id;
  };
  const words = Object.entries(WORDS).map(([word, texts]) => [word, texts.map(intern)]);
  return { ...Object.fromEntries(words), engagement: [intern("engagement")] } as Terms;
}

/** Writes one day as ingest would have left it; each view that was measured has its engagement. */
export function storeDay(
  connection: Connection,
  terms: Terms,
  sessions: readonly BenchSession[],
  lastEvent: number,
): number {
  const secret = readVisitorSecret(connection);
  const events: Row[] = [];
  const visitors: Row[] = [];
  let id = lastEvent;
  const sessionRows = sessions.map((session): Row => {
    const { visitor } = session;
    const first = session.events[0]!;
    if (session.isNew) {
      // As the pixel makes them: the time, and then by chance.
      const key = `${first.at.toString(36)}-visitor-${visitor.toString(36).padStart(8, "0")}`;
      visitors.push(visitorRow(secret, { siteId: SITE_ID, key, id: visitor }, "storage", first.at));
    }
    let lastAt = 0;
    let views = 0;
    const add = (at: number, name: number, page: number, properties: string | null) => {
      id += 1;
      lastAt = Math.max(lastAt, at);
      events.push([
        SITE_ID,
        id,
        at,
        session.id,
        visitor,
        name,
        terms.page[page]!,
        terms.title[page]!,
        terms.host[0]!,
        properties,
      ]);
    };
    for (const { at, name, page, engaged, scroll, cents, sku } of session.events) {
      if (name === 0) views += 1;
      add(at, terms.name[name]!, page, propertiesOf(cents, sku));
      if (engaged < 0) continue;
      add(at + engaged * 100, terms.engagement[0]!, page, JSON.stringify({ engaged, scroll }));
    }
    const seen = session.events.filter(({ name }) => name === 0);
    const or = (term: number) => (term === 0 ? null : term);
    return [
      session.id,
      SITE_ID,
      visitor,
      first.at,
      lastAt,
      views,
      session.events.length - views,
      terms.page[seen[0]!.page]!,
      terms.page[seen.at(-1)!.page]!,
      terms.source[session.source]!,
      or(terms.referrer[session.referrer]!),
      null,
      null,
      or(terms.campaign[session.campaign]!),
      null,
      null,
      terms.country[session.country]!,
      terms.language[session.language]!,
      terms.device[session.device]!,
      terms.browser[session.browser]!,
      terms.system[session.system]!,
      session.screen,
      session.isNew ? 1 : 0,
      terms.version[session.version]!,
      terms.region[session.region]!,
      terms.city[session.city]!,
    ];
  });
  // In the order of their coming.
  visitors.sort((a, b) => Buffer.compare(a[1] as Buffer, b[1] as Buffer));
  insertAll(connection, VISITOR_HEAD, visitors);
  noteIds(connection, visitors.length);
  insertAll(connection, SESSION_HEAD, sessionRows);
  insertAll(connection, EVENT_HEAD, events);
  return id;
}

/** Visitors are numbered from 1 in order of their first day, so the one range just grows. */
function noteIds(connection: Connection, count: number): void {
  connection
    .prepare(
      `insert into visitor_ranges (first_id, site_id, first_number, used, size)
       values (1, ?1, 1, ?2, ?2)
       on conflict (first_id) do update set used = used + ?2, size = size + ?2`,
    )
    .run([SITE_ID, count]);
}

export function propertiesOf(cents: number, sku: number): string | null {
  if (sku < 0) return null;
  const value = cents > 0 ? `,"value":${cents / 100}` : "";
  return `{"sku":"${WORDS.sku[sku]}"${value}}`;
}
