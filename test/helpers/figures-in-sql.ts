import type Database from "libsql";
import type {
  AnswerRow,
  Condition,
  Filter,
  Match,
  Metric,
  Question,
  Stretch,
  Value,
} from "../../src/stats/question.ts";
import { termsOf, type Recorded } from "./tracked.ts";

// Figures in plain SQL over rows, slow and obvious: what the engine is held against. Nothing here
// may come from the engine.

/** Puts rows into the tables as ingest would, and makes one table of what there is to know. */
export function insertRecorded(database: Database.Database, recorded: Recorded): void {
  const insert = (sql: string, rows: readonly (readonly unknown[])[]) => {
    const statement = database.prepare(sql);
    for (const row of rows) statement.run(row.map((value) => value ?? null));
  };
  for (const site of [1, 2]) {
    insert(
      `insert into sites (id, key, domain, kind, privacy, identify_secret, created_at)
       values (?1, ?2, ?2, 'website', 'storage', '', 0)`,
      [[site, `site-${site}`]],
    );
    insert(
      `insert into terms (site_id, text, id) values (?, ?, ?)`,
      [...termsOf(recorded, site)].map(([text, id]) => [site, text, id]),
    );
    insert(
      `insert into definitions (site_id, name, trigger, state, created_at, changed_at, removed_at)
       values (?, ?, 'manual', 'active', 0, 0, ?)`,
      [
        [site, "buy", null],
        [site, "sign_up", null],
        [site, "nobody_defined_this", 1],
      ],
    );
  }
  insert(
    `insert into ties (visitor_id, site_id, contact_id, tied_by, since)
     values (?, ?, 1, 'identify', ?)`,
    [...recorded.visitors].flatMap(([id, { site, tiedFrom }]) =>
      tiedFrom === undefined ? [] : [[id, site, tiedFrom]],
    ),
  );
  insertSessions(insert, recorded);
  database.exec(FACTS);
}

function insertSessions(
  insert: (sql: string, rows: readonly (readonly unknown[])[]) => void,
  recorded: Recorded,
): void {
  const all = new Map([1, 2].map((site) => [site, termsOf(recorded, site)]));
  insert(
    `insert into sessions (id, site_id, visitor_id, started_at, last_at, views, events,
      entry_page, exit_page, source, referrer, utm_source, utm_medium, utm_campaign, utm_term,
      utm_content, country, language, device, browser, system, screen, is_new, version, region, city)
     values (?, ?, ?, ?, ?, 0, 0, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    recorded.sessions.map(({ id, site, visitor, isNew, screen, events, terms }) => {
      const of = (name: string) => all.get(site)!.get(terms[name]!);
      return [
        id,
        site,
        visitor,
        events[0]!.at,
        events.at(-1)!.at,
        of("source"),
        of("referrer"),
        of("utmSource"),
        of("utmMedium"),
        of("utmCampaign"),
        of("utmTerm"),
        of("utmContent"),
        of("country"),
        of("language"),
        of("device"),
        of("browser"),
        of("system"),
        screen || null,
        Number(isNew),
        of("version"),
        of("region"),
        of("city"),
      ];
    }),
  );
  insert(
    `insert into events (site_id, id, at, session_id, visitor_id, name, page, title, host,
      properties) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    recorded.sessions.flatMap(({ id, site, visitor, events }) => {
      const of = (text: string) => all.get(site)!.get(text);
      return events.map((event) => [
        site,
        event.id,
        event.at,
        id,
        visitor,
        of(event.name),
        of(event.page),
        of(event.title),
        of(event.host),
        event.properties && JSON.stringify(event.properties),
      ]);
    }),
  );
}

/** One row for each event that figures know, with all that may be asked of it, as text. */
const FACTS = `
create temp table rows as
  select e.*, n.text as event, p.text as path, coalesce(i.text, '') as title_text,
    coalesce(h.text, '') as host_text
  from events e join terms n on n.id = e.name join terms p on p.id = e.page
  left join terms i on i.id = e.title left join terms h on h.id = e.host;

create temp table engagements as
  select g.properties ->> 'engaged' as engaged, g.properties ->> 'scroll' as scroll,
    (select v.id from rows v where v.session_id = g.session_id and v.event = 'page_view'
       and v.page = g.page and (v.at, v.id) <= (g.at, g.id)
     order by v.at desc, v.id desc limit 1) as view
  from rows g where g.event = 'engagement';

create temp table visits as
  select s.*, max(r.at) as last, min(r.at) as first,
    sum(r.event = 'page_view') as view_count,
    sum(r.event not in ('page_view', 'engagement')) as other_count,
    coalesce((select path from rows v where v.session_id = s.id and v.event = 'page_view'
        order by v.at, v.id limit 1),
      (select path from rows v where v.session_id = s.id and v.event <> 'engagement'
        order by v.at, v.id limit 1)) as entry_text,
    coalesce((select path from rows v where v.session_id = s.id and v.event = 'page_view'
        order by v.at desc, v.id desc limit 1),
      (select path from rows v where v.session_id = s.id and v.event <> 'engagement'
        order by v.at desc, v.id desc limit 1)) as exit_text
  from sessions s join rows r on r.session_id = s.id group by s.id;

create temp table facts as
  select r.site_id, r.at, r.session_id, r.visitor_id, r.properties,
    r.event = 'page_view' as is_view,
    view_count <= 1 and other_count = 0 as bounce, last - first as duration, is_new,
    (select min(sum(engaged), 65534) from engagements g where g.view = r.id) as engaged,
    (select max(scroll) from engagements g where g.view = r.id) as scroll,
    path as page, entry_text as entry_page, exit_text as exit_page, title_text as title,
    host_text as host, r.event,
    ${[
      ["source"],
      ["referrer"],
      ["utm_source"],
      ["utm_medium"],
      ["utm_campaign"],
      ["utm_term"],
      ["utm_content"],
      ["country"],
      ["region"],
      ["city"],
      ["device"],
      ["browser"],
      ["version", "browser_version"],
      ["system"],
      ["language"],
    ]
      .map(
        ([column, name = column]) =>
          `coalesce((select text from terms where id = v.${column}), '') as ${name}`,
      )
      .join(", ")},
    case when screen >= 1920 then 'wide' when screen >= 1280 then 'desktop'
      when screen >= 1024 then 'laptop' when screen >= 600 then 'tablet'
      when screen >= 1 then 'phone' else '' end as screen,
    iif(is_new, 'new', 'returning') as visitor,
    iif(r.at >= (select since from ties where visitor_id = r.visitor_id), 'known', 'anonymous')
      as contact
  from rows r join visits v on v.id = r.session_id
  where r.event = 'page_view' or r.event in (
    select name from definitions d where d.site_id = r.site_id and removed_at is null);

create temp table clock (at integer primary key, hour text, weekday text);`;

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** What the calendar of the runtime says of each moment, one by one. */
export function setClock(database: Database.Database, zone: string): void {
  const options = { timeZone: zone, hourCycle: "h23", hour: "numeric", weekday: "short" } as const;
  const format = new Intl.DateTimeFormat("en", options);
  const insert = database.prepare("insert or replace into clock values (?, ?, ?)");
  for (const { at } of database.prepare("select distinct at from facts").all() as {
    at: number;
  }[]) {
    const parts = Object.fromEntries(
      format.formatToParts(at).map(({ type, value }) => [type, value]),
    );
    insert.run([at, String(Number(parts.hour)), String(WEEKDAYS.indexOf(parts.weekday!) + 1)]);
  }
}

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;

function textOf(dimension: string): string {
  if (dimension === "hour" || dimension === "weekday") return `c.${dimension}`;
  if (!dimension.startsWith("property:")) return `f.${dimension}`;
  const path = quote(`$."${dimension.slice(9)}"`);
  return `coalesce(case json_type(f.properties, ${path}) when 'true' then 'true'
    when 'false' then 'false' when 'null' then 'null'
    else cast(f.properties ->> ${path} as text) end, '')`;
}

function numberOf(dimension: string): string {
  if (!dimension.startsWith("property:")) return `cast(${textOf(dimension)} as integer)`;
  const path = quote(`$."${dimension.slice(9)}"`);
  return `case when json_type(f.properties, ${path}) in ('integer', 'real')
    then f.properties ->> ${path} end`;
}

function conditionInSql({ dimension, operator, values }: Condition): string {
  const text = textOf(dimension);
  const any = (make: (value: string) => string) => `(${values.map(make).join(" or ")})`;
  const contains = any((value) => `instr(lower(${text}), lower(${quote(value)})) > 0`);
  switch (operator) {
    case "is":
      return `${text} in (${values.map(quote).join(", ")})`;
    case "is_not":
      return `${text} not in (${values.map(quote).join(", ")})`;
    case "contains":
      return contains;
    case "does_not_contain":
      return `not ${contains}`;
    case "starts_with":
      return any((value) => `substr(${text}, 1, length(${quote(value)})) = ${quote(value)}`);
    case "ends_with":
      return any(
        (value) => `(length(${text}) >= length(${quote(value)})
        and substr(${text}, -length(${quote(value)})) = ${quote(value)})`,
      );
    case "greater":
      return any((value) => `coalesce(${numberOf(dimension)} > ${value}, false)`);
    case "less":
      return any((value) => `coalesce(${numberOf(dimension)} < ${value}, false)`);
    case "between":
      return `coalesce(${numberOf(dimension)} between ${values[0]} and ${values[1]}, false)`;
    case "is_set":
      return `${text} <> ''`;
    case "is_not_set":
      return `${text} = ''`;
  }
}

export function filterInSql(filter: Filter | undefined): string {
  if (!filter) return "true";
  if ("all" in filter) return `(${["true", ...filter.all.map(filterInSql)].join(" and ")})`;
  if ("any" in filter) return `(${["false", ...filter.any.map(filterInSql)].join(" or ")})`;
  if ("not" in filter) return `(not ${filterInSql(filter.not)})`;
  return `(${conditionInSql(filter)})`;
}

const matchInSql = ({ kind, match }: Match) =>
  kind === "event" ? `event = ${quote(match)}` : `is_view and page glob ${quote(match)}`; // no other characters of its own in the pool

const distinctOf = (condition: string, id: string) =>
  `count(distinct case when ${condition} then ${id} end)`;

function metricInSql(metric: Metric): string {
  const [kind, key = ""] = metric.split(":");
  const number = numberOf(`property:${key}`);
  const inSql: Record<string, string> = {
    visitors: "count(distinct visitor_id)",
    new_visitors: distinctOf("is_new", "visitor_id"),
    sessions: "count(distinct session_id)",
    views: "coalesce(sum(is_view), 0)",
    events: "coalesce(sum(not is_view), 0)",
    events_per_visitor: "count(*) * 1.0 / nullif(count(distinct visitor_id), 0)",
    bounce_rate: `${distinctOf("bounce", "session_id")} * 1.0 / nullif(count(distinct session_id), 0)`,
    session_time: "sum(case when once = 1 then duration end) * 1.0 / count(distinct session_id)",
    engaged_time: "sum(engaged) * 100.0 / count(engaged)",
    scroll_depth: "avg(scroll)",
    conversions: distinctOf("reached", "visitor_id"),
    conversion_rate: `${distinctOf("reached", "visitor_id")} * 1.0 / nullif(count(distinct visitor_id), 0)`,
    sum: `coalesce(sum(${number}), 0)`,
    average: `avg(${number})`,
    count: `count(${number})`,
  };
  return inSql[kind!]!;
}

/** All rows of one period, without order; totals if nothing is grouped by. */
export function rowsInSql(
  database: Database.Database,
  question: Question,
  period: Stretch,
  buckets: readonly number[] | undefined,
  by: NonNullable<Question["by"]>,
): AnswerRow[] {
  const { siteIds, filter, goal, metrics } = question;
  const keys = by.map((dimension) =>
    dimension === "time" ? bucketInSql(buckets!) : textOf(dimension),
  );
  const inPeriod = `f.at >= ${period.from} and f.at < ${period.until}
    and f.site_id in (${siteIds.join(", ")})`;
  const group = keys.map((_, side) => `key${side}`).join(", ");
  const sql = `with reaching as (select distinct visitor_id from facts f
      where ${inPeriod} and ${goal ? matchInSql(goal) : "false"}),
    counting as (select f.*, visitor_id in (select visitor_id from reaching) as reached
      ${keys.map((key, side) => `, ${key} as key${side}`).join("")}
      from facts f join clock c on c.at = f.at where ${inPeriod} and ${filterInSql(filter)}),
    f as (select *, row_number() over
      (partition by session_id${group && `, ${group}`}) as once from counting)
    select ${[
      ...keys.map((_, side) => `key${side}`),
      ...metrics.map((metric, at) => `${metricInSql(metric)} as value${at}`),
    ].join(", ")}
    from f ${group && `group by ${group}`}`;
  return (database.prepare(sql).all() as Record<string, unknown>[]).map((row) => ({
    keys: keys.map((_, side) => String(row[`key${side}`])),
    values: metrics.map((_, at) => row[`value${at}`] as Value),
  }));
}

const bucketInSql = (buckets: readonly number[]) =>
  `(select max(key) from json_each('${JSON.stringify(buckets)}') where value <= f.at)`;
