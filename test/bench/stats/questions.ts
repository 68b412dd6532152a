import type {
  FunnelAnswer,
  Match,
  Question,
  RetentionAnswer,
} from "../../../src/stats/question.ts";
import type { Stats } from "../../../src/stats/stats.ts";
import { SITE_ID } from "./store-traffic.ts";
import { DAY_MS, DAYS, FIRST_AT, UNTIL_AT } from "./traffic.ts";

/** One question of a dashboard, asked of both; the rows must be equal. */
export interface BenchQuestion {
  readonly name: string;
  ask(stats: Stats): Promise<unknown[][]>;
  readonly sql: string;
}

const WHOLE = { from: FIRST_AT, until: UNTIL_AT };
const MONTH = { from: UNTIL_AT - 30 * DAY_MS, until: UNTIL_AT };
const WEEK = { from: UNTIL_AT - 7 * DAY_MS, until: UNTIL_AT };
const HOUR_MS = 3_600_000;

const bucketsOf = ({ from, until }: typeof WHOLE, sizeMs: number) =>
  Array.from({ length: Math.round((until - from) / sizeMs) }, (_, index) => from + index * sizeMs);

const base = { siteIds: [SITE_ID], zone: "UTC", period: WHOLE, limit: 100 } as const;

type Asked = Omit<Question, "siteIds" | "zone" | "period"> & Partial<Pick<Question, "period">>;

/** Keys, then figures; by time the number of the bucket first. */
function figures(name: string, question: Asked, sql: string): BenchQuestion {
  return {
    name,
    sql,
    async ask(stats) {
      const { totals, rows } = await stats.figures({ ...base, ...question });
      if (!question.by) return [[...totals]];
      const byTime = question.by[0] === "time";
      return rows.map(({ keys, values }) => [...(byTime ? keys.map(Number) : keys), ...values]);
    },
  };
}

const page = (match: string): Match => ({ kind: "page", match });
const event = (match: string): Match => ({ kind: "event", match });
const COUNTS = `count(distinct visitor) as visitors, count(distinct session) as sessions,
  count(*) filter (name = 'page_view') as views, count(*) filter (name <> 'page_view') as events`;
const counts = ["visitors", "sessions", "views", "events"] as const;
const top = (key: string) => `order by 2 desc, ${key}::varchar limit 100`;
const inMonth = `moment >= ${MONTH.from} and moment < ${MONTH.until}`;
const inWeek = `moment >= ${WEEK.from} and moment < ${WEEK.until}`;

const FIGURES: readonly BenchQuestion[] = [
  figures("totals", { metrics: counts }, `select ${COUNTS} from events`),
  figures(
    "daily",
    { metrics: counts, by: ["time"], buckets: bucketsOf(WHOLE, DAY_MS) },
    `select (moment - ${FIRST_AT}) // ${DAY_MS} as day, ${COUNTS} from events group by 1 order by 1`,
  ),
  figures(
    "hourly",
    { metrics: ["visitors"], by: ["time"], period: WEEK, buckets: bucketsOf(WEEK, HOUR_MS) },
    `select h, count(distinct visitor) from range(168) r(h)
     left join events on ${inWeek} and (moment - ${WEEK.from}) // ${HOUR_MS} = h group by 1 order by 1`,
  ),
  figures(
    "pages",
    { metrics: ["visitors", "views"], by: ["page"] },
    `select page::varchar, count(distinct visitor) as visitors,
       count(*) filter (name = 'page_view') from events group by page ${top("page")}`,
  ),
  figures(
    "pages_filtered",
    {
      metrics: ["visitors", "views"],
      by: ["page"],
      filter: {
        all: [
          { dimension: "source", operator: "is", values: ["search", "email"] },
          { dimension: "device", operator: "is", values: ["mobile"] },
        ],
      },
    },
    `select page::varchar, count(distinct visitor), count(*) filter (name = 'page_view') from events
     where source in ('search', 'email') and device = 'mobile' group by page ${top("page")}`,
  ),
  figures(
    "pages_contain",
    {
      metrics: ["visitors"],
      by: ["page"],
      filter: { dimension: "page", operator: "contains", values: ["PRODUCT/1"] },
    },
    `select page::varchar, count(distinct visitor) from events
     where contains(lower(page::varchar), 'product/1') group by page ${top("page")}`,
  ),
  figures(
    "sources",
    { metrics: ["visitors", "sessions", "bounce_rate", "session_time"], by: ["source"] },
    `select source::varchar, count(distinct visitor), count(*), avg(bounce), avg(duration)
     from sessions group by source ${top("source")}`,
  ),
  figures(
    "countries",
    { metrics: ["visitors"], by: ["country"], period: MONTH },
    `select country::varchar, count(distinct visitor) from events
     where ${inMonth} group by country ${top("country")}`,
  ),
  figures(
    "events",
    { metrics: ["visitors", "events"], by: ["event"] },
    `select name::varchar, count(distinct visitor), count(*) filter (name <> 'page_view') from events
     group by name ${top("name")}`,
  ),
  figures(
    "page_by_source",
    { metrics: ["visitors"], by: ["page", "source"] },
    `select page::varchar, source::varchar, count(distinct visitor) as visitors from events
     group by page, source order by visitors desc, page::varchar, source::varchar limit 100`,
  ),
  figures(
    "device_by_browser",
    { metrics: ["visitors", "sessions"], by: ["device", "browser"], period: MONTH },
    `select device::varchar, browser::varchar, count(distinct visitor) as visitors,
       count(distinct session) from events where ${inMonth} group by device, browser
     order by visitors desc, device::varchar, browser::varchar limit 100`,
  ),
  figures(
    "entry_pages",
    { metrics: ["sessions", "visitors", "bounce_rate", "session_time"], by: ["entry_page"] },
    `select entry_page::varchar, count(*), count(distinct visitor), avg(bounce), avg(duration)
     from sessions group by entry_page ${top("entry_page")}`,
  ),
  figures(
    "hour_by_weekday",
    { metrics: ["visitors"], by: ["weekday", "hour"], limit: 200 },
    `select (((moment // ${DAY_MS}) + 3) % 7 + 1)::varchar as weekday,
       ((moment % ${DAY_MS}) // ${HOUR_MS})::varchar as hour, count(distinct visitor) as visitors
     from events group by 1, 2 order by 3 desc, weekday, hour`,
  ),
  figures(
    "engagement",
    { metrics: ["views", "engaged_time", "scroll_depth"], by: ["page"] },
    `select page::varchar, count(*) filter (name = 'page_view'), avg(engaged), avg(scroll) from events
     group by page ${top("page")}`,
  ),
  figures(
    "revenue",
    { metrics: ["sum:value", "events"], by: ["source"] },
    `select source::varchar, sum(value), count(*) filter (name <> 'page_view') from events
     group by source ${top("source")}`,
  ),
  figures(
    "products",
    {
      metrics: ["events", "visitors"],
      by: ["property:sku"],
      filter: { dimension: "event", operator: "is", values: ["purchase"] },
    },
    `select sku::varchar, count(*), count(distinct visitor) from events where name = 'purchase'
     group by sku ${top("sku")}`,
  ),
  figures(
    "conversion",
    { metrics: ["visitors", "conversions"], by: ["source"], goal: event("purchase") },
    `select source::varchar, count(distinct visitor), count(distinct visitor) filter (visitor in
       (select visitor from events where name = 'purchase')) from events
     group by source ${top("source")}`,
  ),
  figures(
    "new_visitors",
    { metrics: ["visitors", "new_visitors"], by: ["time"], buckets: bucketsOf(WHOLE, DAY_MS) },
    `select (moment - ${FIRST_AT}) // ${DAY_MS}, count(distinct visitor),
       count(distinct visitor) filter (is_new = 1) from events group by 1 order by 1`,
  ),
];

const FUNNEL: BenchQuestion = {
  name: "funnel",
  async ask(stats) {
    const answer: FunnelAnswer = await stats.funnel({
      siteIds: [SITE_ID],
      zone: "UTC",
      period: WHOLE,
      steps: [page("/product/*"), event("add_to_cart"), event("purchase")],
      withinMs: DAY_MS,
    });
    return [answer.steps.map(({ visitors }) => visitors)];
  },
  // Of the starts before it, the latest still within a day is as good as any: asof joins find it.
  sql: `
    with one as (select visitor, moment from events where name = 'page_view' and page::varchar like '/product/%'),
    two as (
      select c.visitor, c.moment, o.moment as began from (select visitor, moment from events where name = 'add_to_cart') c
      asof join one o on o.visitor = c.visitor and o.moment < c.moment where c.moment - o.moment <= ${DAY_MS}),
    best as (select visitor, moment, began, max(began) over (partition by visitor order by moment
      rows between unbounded preceding and current row) as latest from two),
    three as (
      select p.visitor from (select visitor, moment from events where name = 'purchase') p
      asof join best b on b.visitor = p.visitor and b.moment < p.moment where p.moment - b.latest <= ${DAY_MS})
    select (select count(distinct visitor) from one), (select count(distinct visitor) from two),
      (select count(distinct visitor) from three)`,
};

const WEEK_MS = 7 * DAY_MS;
const WEEKS = Math.ceil(DAYS / 7);

const RETENTION: BenchQuestion = {
  name: "retention",
  async ask(stats) {
    const buckets = Array.from({ length: WEEKS }, (_, index) => FIRST_AT + index * WEEK_MS);
    const answer: RetentionAnswer = await stats.retention({
      siteIds: [SITE_ID],
      zone: "UTC",
      period: WHOLE,
      buckets,
      begins: "first visit",
      returns: "anything",
    });
    return answer.cohorts.flatMap(({ active }, cohort) =>
      active.map((visitors, later) => [cohort, later, visitors]),
    );
  },
  sql: `
    with firsts as (
      select visitor, min(moment - ${FIRST_AT}) // ${WEEK_MS} as cohort from events where is_new = 1 group by 1),
    active as (select distinct visitor, (moment - ${FIRST_AT}) // ${WEEK_MS} as week from events),
    found as (
      select cohort, week - cohort as later, count(*) as visitors
      from firsts join active using (visitor) where week >= cohort group by 1, 2),
    grid as (select c, l from range(${WEEKS}) a(c), range(${WEEKS}) b(l) where c + l < ${WEEKS})
    select c, l, coalesce(visitors, 0) from grid
    left join found on cohort = c and later = l order by c, l`,
};

export const QUESTIONS: readonly BenchQuestion[] = [...FIGURES, FUNNEL, RETENTION];

/** @returns What differs first, in a sentence; undefined if nothing does. */
export function difference(
  ours: readonly unknown[][],
  theirs: readonly unknown[][],
): string | undefined {
  if (ours.length !== theirs.length) return `${ours.length} rows, not ${theirs.length}`;
  for (const [index, row] of ours.entries()) {
    const other = theirs[index]!;
    for (const [cell, value] of row.entries()) {
      const reference = plain(other[cell]);
      if (isEqual(value, reference)) continue;
      return `row ${index}: ${JSON.stringify(row)}, not ${JSON.stringify(other.map(plain))}`;
    }
  }
  return undefined;
}

const plain = (value: unknown) => (typeof value === "bigint" ? Number(value) : (value ?? null));

function isEqual(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number") {
    return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
  }
  return a === b;
}
