import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { dayStarts, hourStarts } from "../../src/lib/zone-time.ts";
import { DIMENSIONS, type Dimension } from "../../src/stats/dimensions.ts";
import { createFigures, figures, type FiguresPart } from "../../src/stats/figures.ts";
import {
  METRICS,
  type Answer,
  type AnswerRow,
  type Filter,
  type Metric,
  type Question,
  type Stretch,
} from "../../src/stats/question.ts";
import { connect, type Connection } from "../../src/store/connection.ts";
import { insertRecorded, rowsInSql, setClock } from "../helpers/figures-in-sql.ts";
import { openTestStore, type TestStore } from "../helpers/store.ts";
import { createCuts } from "../../src/stats/cuts.ts";
import type { SiteData } from "../../src/stats/site-data.ts";
import { createWorkbenches } from "../../src/stats/workbench.ts";
import { BEGIN, siteDataOf, TEXTS, tracked, type Recorded } from "../helpers/tracked.ts";

const HOUR = 3_600_000;

let store: TestStore;
let connection: Connection;
beforeAll(async () => {
  store = openTestStore();
  connection = connect(store.path);
});
afterAll(async () => {
  connection.close();
  await store.remove();
});

/** Everything small, so that nothing is done in one go and by the shortest way. */
const SMALL = createFigures({
  chunkEvents: 7,
  gathered: 3,
  mostWords: 0,
  allPairs: 0,
  densePairs: 0,
});
const SMALL_BITS = createFigures({
  chunkEvents: 2,
  gathered: 3,
  mostWords: 2,
  allPairs: 6,
  densePairs: 12,
});

const held = new WeakMap<Recorded, Map<number, readonly SiteData[]>>();

/** What two workers hold of a site, with what they keep from question to question. */
function workersOf(recorded: Recorded, siteId: number): readonly SiteData[] {
  let sites = held.get(recorded);
  if (!sites) held.set(recorded, (sites = new Map()));
  let workers = sites.get(siteId);
  if (!workers) {
    workers = [
      [0, 2],
      [1, 3],
    ].map((shards) => ({
      ...siteDataOf(recorded, siteId, shards),
      idShift: 1,
      cuts: createCuts(2),
      benches,
    }));
    sites.set(siteId, workers);
  }
  return workers;
}

const benches = createWorkbenches();

function answer(recorded: Recorded, question: Question, engine = figures): Answer {
  const parts: FiguresPart[] = [];
  for (const siteId of question.siteIds) {
    for (const site of workersOf(recorded, siteId)) {
      const working = engine.part(site, question);
      let step = working.next();
      while (!step.done) step = working.next();
      parts.push(structuredClone(step.value));
    }
  }
  return engine.finish(structuredClone(parts), question);
}

/** The answer as rows in SQL and plain sorting give it. */
function expected(question: Question): Answer {
  const { period, buckets, compare, by = [], metrics } = question;
  const rowsOf = (of: Stretch, bounds = buckets, keys = by) =>
    rowsInSql(connection.database, question, of, bounds, keys);
  const totals = {
    totals: rowsOf(period, undefined, [])[0]!.values,
    ...(compare && { totalsBefore: rowsOf(compare.period, undefined, [])[0]!.values }),
  };
  if (by.length === 0) return { ...totals, rows: [], groups: 0 };
  const none = rowsOf({ from: 0, until: 0 }, undefined, [])[0]!.values;
  if (by.length === 1 && by[0] === "time") {
    const everyBucket = (rows: AnswerRow[], bounds: readonly number[]) =>
      bounds.map(
        (_, bucket) =>
          rows.find(({ keys }) => keys[0] === String(bucket)) ?? {
            keys: [String(bucket)],
            values: none,
          },
      );
    return {
      ...totals,
      rows: everyBucket(rowsOf(period), buckets!),
      ...(compare && {
        rowsBefore: everyBucket(rowsOf(compare.period, compare.buckets), compare.buckets!),
      }),
      groups: buckets!.length,
    };
  }
  const side = by[0] === "time" ? 1 : 0;
  const found = rowsOf(period).filter(({ keys }) =>
    keys[side]!.toLowerCase().includes((question.search ?? "").toLowerCase()),
  );
  const sorted = found.toSorted((a, b) => compareRows(a, b, question));
  const before = compare && !by.includes("time") ? rowsOf(compare.period) : undefined;
  const rows = sorted.slice(question.offset, (question.offset ?? 0) + (question.limit ?? 100));
  const withBefore = rows.map((row) => {
    const old = before?.find(({ keys }) => keys.join("\n") === row.keys.join("\n"));
    return before ? { ...row, before: old?.values ?? none } : row;
  });
  expect(metrics.length).toBe(totals.totals.length);
  return { ...totals, rows: withBefore, groups: found.length };
}

function compareRows(a: AnswerRow, b: AnswerRow, { by = [], metrics, order }: Question): number {
  const byKey = (side: number) => {
    const [one, other] = [a.keys[side]!, b.keys[side]!];
    if (["time", "hour", "weekday"].includes(by[side]!)) return Number(one) - Number(other);
    return one === other ? 0 : one < other ? -1 : 1;
  };
  const byKeys = byKey(0) || (by.length > 1 ? byKey(1) : 0);
  const byTime = by.includes("time") ? byKey(by.indexOf("time")) : 0;
  if (byTime !== 0) return byTime;
  const sign = (order?.descending ?? true) ? -1 : 1;
  if (order?.by === "key") return sign * byKeys;
  const at = order ? metrics.indexOf(order.by) : 0;
  const [one, other] = [a.values[at]!, b.values[at]!];
  if (one === other) return byKeys;
  if (one === null) return 1;
  if (other === null) return -1;
  return sign * (one - other);
}

const dimension = fc.constantFrom<Dimension>(
  // What is worked out needs more trying than what is looked up.
  ...(["hour", "weekday", "contact", "hour", "contact", "source"] as const),
  ...(Object.keys(DIMENSIONS) as Dimension[]),
  "property:color",
  "property:price",
  "property:never",
);
const MORE = '["a","b"] known anonymous new wide tablet red 7 true null -2.5 0 2 23'.split(" ");
const POOL = [...new Set<string>([...Object.values(TEXTS).flat(), ...MORE])];
const text = fc.constantFrom(...POOL);

const condition: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    dimension: fc.constant("event" as const),
    operator: fc.constantFrom("is", "is_not"),
    values: fc.constantFrom(["page_view"], ["buy"], ["page_view", "sign_up"]),
  }),
  fc.record({
    dimension,
    operator: fc.constantFrom("is", "is_not"),
    values: fc.array(text, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    dimension,
    operator: fc.constantFrom("contains", "does_not_contain", "starts_with", "ends_with"),
    values: fc.array(fc.constantFrom("/a", "e", "ER", "_", "%", "r", "new"), {
      minLength: 1,
      maxLength: 2,
    }),
  }),
  fc.record({
    dimension,
    operator: fc.constantFrom("is_set", "is_not_set"),
    values: fc.constant([]),
  }),
  fc.record({
    dimension: fc.constantFrom("hour", "weekday", "property:price", "property:color"),
    operator: fc.constantFrom("greater", "less", "between"),
    values: fc.constantFrom(["0", "7"], ["3", "20"], ["-3", "-1"]),
  }),
);

const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 2 },
    condition,
    fc.record({ all: fc.array(tie("filter"), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie("filter"), { maxLength: 3 }) }),
    fc.record({ not: tie("filter") }),
  ),
}));

const metric = fc.constantFrom<Metric>(
  ...METRICS,
  "sum:price",
  "average:price",
  "count:price",
  "sum:color",
);

/** Periods of whole hours; the one compared with has hours or days of its own zone too. */
const stretch = fc
  .tuple(fc.constantFrom(-6, -2, 0, 1, 3, 7, 12, 24, 30, 36), fc.constantFrom(1, 12, 24, 48, 96))
  .map(([hours, length]) => ({
    from: BEGIN + hours * HOUR,
    until: BEGIN + (hours + length) * HOUR,
  }));

const zone = fc.constantFrom("Europe/Berlin", "UTC", "America/St_Johns", "Pacific/Apia");

const by = fc.oneof(
  fc.constant(undefined),
  fc.constant(["time"] as const),
  dimension.map((one) => [one] as const),
  fc.tuple(dimension, dimension),
  fc.tuple(dimension, fc.constant("time" as const)),
  fc.tuple(fc.constant("time" as const), dimension),
);

const question: fc.Arbitrary<Question> = fc
  .record({
    siteIds: fc.constantFrom([1], [2], [1, 2]),
    period: stretch,
    zone,
    filter: fc.option(filter, { nil: undefined }),
    metrics: fc.uniqueArray(metric, { minLength: 1, maxLength: 5 }),
    by,
    unit: fc.constantFrom("hour", "day"),
    search: fc.option(fc.constantFrom("a", "E", "1"), { nil: undefined, freq: 4 }),
    order: fc.option(fc.record({ by: fc.nat({ max: 5 }), descending: fc.boolean() }), {
      nil: undefined,
    }),
    limit: fc.constantFrom(undefined, 1, 3),
    offset: fc.constantFrom(undefined, 1, 2),
    goal: fc.constantFrom(
      { kind: "event", match: "buy" },
      { kind: "event", match: "nobody_defined_this" },
      { kind: "page", match: "/" },
      { kind: "page", match: "/a*" },
      { kind: "page", match: "*/*b" },
    ),
    compared: fc.option(stretch, { nil: undefined }),
  })
  .map(({ unit, order, compared, ...drawn }) => {
    const bucketsOf = ({ from, until }: Stretch) =>
      unit === "hour"
        ? hourStarts(from, until)
        : [from, ...dayStarts(from, until, drawn.zone).filter((start) => start > from)];
    return {
      ...drawn,
      buckets: bucketsOf(drawn.period),
      order: order && { ...order, by: drawn.metrics[order.by] ?? "key" },
      compare: compared && { period: compared, buckets: bucketsOf(compared) },
    } as Question;
  });

describe("figures", () => {
  test("are what plain SQL finds in the same rows", () => {
    const { database } = connection;
    fc.assert(
      fc.property(
        tracked,
        fc.array(question, { minLength: 1, maxLength: 6 }),
        (recorded, asked) => {
          database.exec("begin");
          try {
            insertRecorded(database, recorded);
            for (const one of asked) {
              setClock(database, one.zone);
              const inSql = expected(one);
              for (const engine of [figures, SMALL, SMALL_BITS]) {
                expect(answer(recorded, one, engine)).toEqual(inSql);
              }
            }
          } finally {
            database.exec("rollback");
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
