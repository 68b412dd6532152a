import type { Connection } from "../store/connection.ts";
import type {
  CountsQuery,
  Figures,
  Glance,
  GlanceQuery,
  Occurrence,
  OccurrencesQuery,
  Overview,
  OverviewQuery,
  Row,
  Span,
} from "./query.ts";

// Counted are page views and events that have a definition; the ids of their names are looked
// up once a report, so that undefined names are in no figure and join as soon as defined.
interface Names {
  readonly view: number;
  readonly defined: readonly number[];
}

function readNames(connection: Connection, siteId: number): Names {
  const rows = connection
    .prepare(
      `/* readNames */ select t.id, t.text = 'page_view' as is_view from terms t
       where t.site_id = ?1 and (t.text = 'page_view' or t.text in (
         select name from definitions where site_id = ?1 and removed_at is null))`,
    )
    .all([siteId]) as { id: number; is_view: number }[];
  const view = rows.find((row) => row.is_view === 1)?.id ?? 0;
  return { view, defined: rows.filter((row) => row.is_view === 0).map(({ id }) => id) };
}

const NOTHING: Figures = { visitors: 0, sessions: 0, views: 0, events: 0 };

/** Totals, series and top lists of a site in a period, and the figures to compare with. */
export function overview(connection: Connection, query: OverviewQuery): Overview {
  const { siteId, period, previous, previousUntil } = query;
  const names = readNames(connection, siteId);
  return {
    totals: totals(connection, siteId, names, period),
    previousTotals: totals(connection, siteId, names, { ...previous, until: previousUntil }),
    series: series(connection, siteId, names, period),
    previousSeries: series(connection, siteId, names, previous),
    pages: topPages(connection, siteId, names, period),
    sources: topSources(connection, siteId, names, period),
    events: topEvents(connection, siteId, names, period),
  };
}

const namesJson = ({ view, defined }: Names) => JSON.stringify([view, ...defined]);

function totals(connection: Connection, siteId: number, names: Names, span: Span): Figures {
  const row = connection
    .prepare(
      `/* totals */ select count(distinct visitor_id) as visitors,
         count(distinct session_id) as sessions,
         coalesce(sum(name = ?), 0) as views, coalesce(sum(name <> ?), 0) as events
       from events where site_id = ? and at >= ? and at < ?
         and name in (select value from json_each(?))`,
    )
    .get([names.view, names.view, siteId, span.from, span.until, namesJson(names)]) as Figures;
  // The row carries more than its columns.
  const { visitors, sessions, views, events } = row;
  return { visitors, sessions, views, events };
}

/** Each bucket is a range of the clustered key, so a series reads every event once. */
function series(connection: Connection, siteId: number, names: Names, span: Span): Figures[] {
  const bounds = span.buckets.map((from, index) => [from, span.buckets[index + 1] ?? span.until]);
  const rows = connection
    .prepare(
      `/* series */ select j.key as bucket, count(distinct e.visitor_id) as visitors,
         count(distinct e.session_id) as sessions,
         sum(e.name = ?) as views, sum(e.name <> ?) as events
       from json_each(?) j
       cross join events e on e.site_id = ? and e.at >= j.value ->> 0 and e.at < j.value ->> 1
       where e.name in (select value from json_each(?))
       group by j.key`,
    )
    .all([names.view, names.view, JSON.stringify(bounds), siteId, namesJson(names)]) as (Figures & {
    bucket: number;
  })[];
  const found = new Map(rows.map(({ bucket, ...figures }) => [bucket, figures]));
  return bounds.map((_, index) => found.get(index) ?? NOTHING);
}

const TOP = 10;

function topPages(connection: Connection, siteId: number, names: Names, span: Span): Row[] {
  return connection
    .prepare(
      `/* topPages */ select t.text as name, g.visitors, g.count from (
         select page, count(distinct visitor_id) as visitors, count(*) as count from events
         where site_id = ? and at >= ? and at < ? and name = ?
         group by page order by visitors desc, count desc, page limit ${TOP}
       ) g join terms t on t.id = g.page order by g.visitors desc, g.count desc, t.text`,
    )
    .all([siteId, span.from, span.until, names.view]) as Row[];
}

function topSources(connection: Connection, siteId: number, names: Names, span: Span): Row[] {
  return connection
    .prepare(
      `/* topSources */ select t.text as name, g.visitors, g.count from (
         select s.source, count(distinct e.visitor_id) as visitors,
           count(distinct e.session_id) as count
         from events e join sessions s on s.id = e.session_id
         where e.site_id = ? and e.at >= ? and e.at < ?
           and e.name in (select value from json_each(?))
         group by s.source order by visitors desc limit ${TOP}
       ) g join terms t on t.id = g.source order by g.visitors desc, g.count desc, t.text`,
    )
    .all([siteId, span.from, span.until, namesJson(names)]) as Row[];
}

function topEvents(connection: Connection, siteId: number, names: Names, span: Span): Row[] {
  return connection
    .prepare(
      `/* topEvents */ select t.text as name, g.visitors, g.count from (
         select name, count(distinct visitor_id) as visitors, count(*) as count from events
         where site_id = ? and at >= ? and at < ?
           and name in (select value from json_each(?))
         group by name order by visitors desc limit ${TOP}
       ) g join terms t on t.id = g.name order by g.visitors desc, g.count desc, t.text`,
    )
    .all([siteId, span.from, span.until, JSON.stringify(names.defined)]) as Row[];
}

/** Who counts as being there now: active in the last five minutes. */
const NOW_MS = 5 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

/** What the card of a site shows. */
export function glance(connection: Connection, { siteId, now, startOfToday }: GlanceQuery): Glance {
  const names = readNames(connection, siteId);
  const firstHour = Math.floor(now / HOUR_MS) * HOUR_MS - 23 * HOUR_MS;
  const buckets = Array.from({ length: 24 }, (_, hour) => firstHour + hour * HOUR_MS);
  const day = { from: firstHour, until: now + 1, buckets };
  const lately = { from: now - NOW_MS, until: now + 1, buckets: [] };
  const today = { from: startOfToday, until: now + 1, buckets: [] };
  return {
    now: totals(connection, siteId, names, lately).visitors,
    today: totals(connection, siteId, names, today),
    hours: series(connection, siteId, names, day).map(({ visitors }) => visitors),
  };
}

/** Occurrences before a moment, newest first. */
export function occurrences(connection: Connection, query: OccurrencesQuery): Occurrence[] {
  return connection
    .prepare(
      `/* occurrences */ select e.id, e.at, n.text as name, p.text as page, i.text as title,
         o.text as source, d.text as device, c.text as country,
         r.text as region, y.text as city,
         v.number as visitorNumber,
         case when e.at >= v.tied_from then v.contact_id end as contactId, e.properties
       from events e
       join sessions s on s.id = e.session_id
       join visitors v on v.id = e.visitor_id
       join terms n on n.id = e.name
       join terms p on p.id = e.page
       join terms o on o.id = s.source
       join terms d on d.id = s.device
       left join terms i on i.id = e.title
       left join terms c on c.id = s.country
       left join terms r on r.id = s.region
       left join terms y on y.id = s.city
       where e.site_id = ?1 and e.at < ?2 and n.text <> 'engagement' and (?3 is null or e.name = (
         select id from terms where site_id = ?1 and text = ?3))
         and (?5 is null or (e.id > ?5 and e.at >= ?2 - 600000))
         and (?6 is null or p.text glob ?6)
       order by e.at desc, e.id desc limit ?4`,
    )
    .all([
      query.siteId,
      query.before,
      query.name ?? null,
      query.limit,
      query.afterId ?? null,
      query.page === undefined ? null : globOf(query.page),
    ]) as Occurrence[];
}

/** Of what SQLite's patterns know, ours know only `*`. */
const globOf = (pattern: string) => pattern.replaceAll(/[?[]/g, "[$&]");

/** How often each defined event, and the page view, occurred in a period. */
export function eventCounts(connection: Connection, query: CountsQuery): Row[] {
  const names = readNames(connection, query.siteId);
  return connection
    .prepare(
      `/* eventCounts */ select t.text as name, g.visitors, g.count from (
         select name, count(distinct visitor_id) as visitors, count(*) as count from events
         where site_id = ? and at >= ? and at < ? and name in (select value from json_each(?))
         group by name
       ) g join terms t on t.id = g.name`,
    )
    .all([query.siteId, query.from, query.until, namesJson(names)]) as Row[];
}

export const REPORTS = { overview, glance, occurrences, eventCounts };
