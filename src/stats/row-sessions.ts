import { LONGEST_SESSION_MS, SESSION_GAP_MS } from "../events/session-length.ts";
import type { Connection } from "../store/connection.ts";
import type { RawEvent, RawSession } from "./block.ts";

/** Facts of a session as its row tells them. */
export type SessionFacts = Omit<RawSession, "events">;

/** A row of `events`. */
export interface EventRow {
  readonly id: number;
  readonly sessionId: number;
  readonly at: number;
  readonly name: number;
  readonly page: number;
  readonly title: number;
  readonly host: number;
  readonly properties: string | null;
}

/** The terms that decide what a row is. */
export interface RowTerms {
  readonly view: number;
  readonly engagement: number;
}

export const SESSION_FACTS = `s.id, s.visitor_id as visitorId, s.last_at as lastAt, s.is_new as isNew,
  coalesce(s.screen, 0) as screen, s.source, coalesce(s.referrer, 0) as referrer,
  coalesce(s.utm_source, 0) as utmSource, coalesce(s.utm_medium, 0) as utmMedium,
  coalesce(s.utm_campaign, 0) as utmCampaign, coalesce(s.utm_term, 0) as utmTerm,
  coalesce(s.utm_content, 0) as utmContent, coalesce(s.country, 0) as country,
  coalesce(s.region, 0) as region, coalesce(s.city, 0) as city,
  coalesce(s.language, 0) as language, s.device, s.browser, coalesce(s.version, 0) as version,
  s.system`;

type FactsRow = Omit<SessionFacts, "isNew" | "terms"> & { isNew: number } & SessionFacts["terms"];

export function toFacts({
  id,
  visitorId,
  lastAt,
  isNew,
  screen,
  ...terms
}: FactsRow): SessionFacts {
  return { id, visitorId, lastAt, isNew: isNew === 1, screen, terms };
}

/**
 * A condition on a row `s` of `sessions`: nothing that happens now can belong to it any more.
 *
 * A late event still can, and reopens it.
 */
export const OVER = "(s.last_at < ? or s.started_at < ?)";
/** What its parameters are. */
export const overBounds = (now: number) => [now - SESSION_GAP_MS, now - LONGEST_SESSION_MS];

export function readRowTerms(connection: Connection, siteId: number): RowTerms {
  const rows = connection
    .prepare(
      `/* readRowTerms */ select id, text from terms
       where site_id = ? and text in ('page_view', 'engagement')`,
    )
    .all([siteId]) as { id: number; text: string }[];
  const idOf = (text: string) => rows.find((row) => row.text === text)?.id ?? 0;
  return { view: idOf("page_view"), engagement: idOf("engagement") };
}

/**
 * Makes a session of its facts and rows, and of what is sealed of it already.
 *
 * What tells how long a page was looked at is no event of its own: it goes into the view it is
 * about, the latest one of the same page at or before it. Without such a view it is left out.
 *
 * @param rows In order of their ids.
 * @param sealed Came before all rows.
 * @returns `undefined` if no event is left.
 */
export function toRawSession(
  facts: SessionFacts,
  rows: readonly EventRow[],
  terms: RowTerms,
  sealed: readonly RawEvent[] = [],
): RawSession | undefined {
  const found: Numbered[] = sealed.map((event) => ({ id: 0, event: { ...event } }));
  const looks: EventRow[] = [];
  for (const row of rows) {
    if (row.name === terms.engagement) looks.push(row);
    else found.push({ id: row.id, event: toRawEvent(row) });
  }
  if (found.length === 0) return undefined;
  found.sort((a, b) => a.event.at - b.event.at || a.id - b.id);
  for (const look of looks) foldIn(found, look, terms.view);
  const events = found.map(({ event }) => event);
  return { ...facts, lastAt: Math.max(facts.lastAt, events.at(-1)!.at), events };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Sealed events have no id any more; all of them came before. */
interface Numbered {
  readonly id: number;
  readonly event: Mutable<RawEvent>;
}

const MOST_ENGAGED = 65_534;

function foldIn(found: readonly Numbered[], look: EventRow, view: number): void {
  const viewed = found.findLast(
    ({ id, event: { name, page, at } }) =>
      name === view && page === look.page && (at < look.at || (at === look.at && id < look.id)),
  )?.event;
  if (!viewed) return;
  const { engaged = 0, scroll = 0 } = JSON.parse(look.properties ?? "{}") as {
    engaged?: number;
    scroll?: number;
  };
  viewed.engaged = Math.min(Math.max(0, viewed.engaged - 1) + engaged, MOST_ENGAGED) + 1;
  viewed.scroll = Math.max(viewed.scroll, scroll + 1);
}

function toRawEvent({ at, name, page, title, host, properties }: EventRow): Mutable<RawEvent> {
  const parsed =
    properties === null ? undefined : (JSON.parse(properties) as Record<string, unknown>);
  return { at, name, page, title, host, engaged: 0, scroll: 0, properties: parsed };
}
