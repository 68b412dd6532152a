import type { Connection } from "../store/connection.ts";
import { visitorNumberSql } from "../store/visitor-number.ts";

/** Something that happened, as the live view shows it. */
export interface Occurrence {
  /** Rises as events come in. */
  readonly id: number;
  readonly at: number;
  readonly name: string;
  readonly page: string;
  readonly title: string | null;
  readonly source: string;
  readonly device: string;
  readonly country: string | null;
  readonly region: string | null;
  readonly city: string | null;
  readonly visitorNumber: number;
  readonly contactId: number | null;
  readonly properties: string | null;
}

export interface ArrivedQuery {
  readonly siteId: number;
  /** Of one event; undefined: of all. */
  readonly name: string | undefined;
  /** On pages with such a path, in which `*` stands for anything. */
  readonly page: string | undefined;
  /** Only those that came after this one. */
  readonly afterId: number;
  /** And happened since, epoch ms. */
  readonly since: number;
  readonly limit: number;
}

/** So many of the newest are looked through; a stream that broke off missed fewer. */
const MOST_ROWS = 2000;

/**
 * Events that came since a live view last heard of any, newest first.
 *
 * From rows alone: what is minutes old is not sealed.
 */
export function listArrived(connection: Connection, query: ArrivedQuery): Occurrence[] {
  return connection
    .prepare(
      `/* listArrived */ select e.id, e.at, n.text as name, p.text as page, i.text as title,
         o.text as source, d.text as device, c.text as country,
         r.text as region, y.text as city,
         ${visitorNumberSql("e.visitor_id")} as visitorNumber,
         case when e.at >= t.since then t.contact_id end as contactId, e.properties
       from (
         select * from events where site_id = ?1 and id > ?2 order by id desc limit ${MOST_ROWS}
       ) e
       join sessions s on s.id = e.session_id
       left join ties t on t.visitor_id = e.visitor_id and t.is_pending = 0
       join terms n on n.id = e.name
       join terms p on p.id = e.page
       join terms o on o.id = s.source
       join terms d on d.id = s.device
       left join terms i on i.id = e.title
       left join terms c on c.id = s.country
       left join terms r on r.id = s.region
       left join terms y on y.id = s.city
       where e.at >= ?3 and n.text <> 'engagement' and (?4 is null or n.text = ?4)
         and (?5 is null or p.text glob ?5)
       order by e.at desc, e.id desc limit ?6`,
    )
    .all([
      query.siteId,
      query.afterId,
      query.since,
      query.name ?? null,
      query.page === undefined ? null : globOf(query.page),
      query.limit,
    ]) as Occurrence[];
}

/** Of what SQLite's patterns know, ours know only `*`. */
const globOf = (pattern: string) => pattern.replaceAll(/[?[]/g, "[$&]");

/** The newest event of a site that is still a row; 0 if none is. */
export function lastArrived(connection: Connection, siteId: number): number {
  const row = connection
    .prepare("/* lastArrived */ select max(id) as id from events where site_id = ?")
    .get([siteId]) as { id: number | null };
  return row.id ?? 0;
}
