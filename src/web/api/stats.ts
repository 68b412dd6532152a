import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import type { ApiKey } from "../../auth/api-key.ts";
import { isoIn } from "../../lib/zone-time.ts";
import { checkQuestion } from "../../stats/check-question.ts";
import { comparableUntil } from "../../stats/comparison.ts";
import type { Dimension } from "../../stats/dimensions.ts";
import type { Answer, Match, Metric, Question, Stretch, Value } from "../../stats/question.ts";
import { invalid, readMatch, readScope, spanIn, type AskedOf, parseJson } from "./asked.ts";
import { readAs } from "./document/schemas.ts";
import { keyHolder, type CheckKey } from "./key-holder.ts";
import { bucketStarts, comparedStretch, type BucketUnit } from "./period.ts";

interface Asked extends AskedOf {
  readonly metrics: readonly Metric[];
  readonly by?: readonly (Dimension | "time")[];
  readonly buckets?: BucketUnit;
  readonly search?: string;
  readonly order?: { readonly by: Metric | "key"; readonly descending: boolean };
  readonly limit?: number;
  readonly offset?: number;
  readonly goal?: Match;
  readonly compare?: "previous" | "year";
}

/** `POST /api/v1/stats`: figures of one shape, from which all lists and charts come. */
export const apiStats = (app: App, check: CheckKey) =>
  new Elysia({ prefix: "/v1/stats" })
    .use(keyHolder(check, "stats:read"))

    .post(
      "/",
      async ({ request, holder, body }) => {
        const question = await readQuestion(
          app,
          holder,
          readAs<Asked>("StatsQuestion", parseJson(body)),
        );
        return toAnswer(question, await app.stats.figures(question, request.signal));
      },
      { parse: "text" },
    );

async function readQuestion(app: App, holder: ApiKey, asked: Asked): Promise<Question> {
  const scope = await readScope(app, holder, asked);
  const { metrics, by, buckets: unit, search, order, limit, offset, goal, compare } = asked;
  checkTogether(asked);
  const bucketsOf = (stretch: Stretch) => {
    if (unit === undefined || !by?.includes("time")) return {};
    return { buckets: bucketStarts(stretch, unit, scope.zone) };
  };
  const before = compare && compared(scope.period, compare, scope.zone, app.now());
  return checkQuestion({
    ...scope,
    metrics,
    by,
    ...bucketsOf(scope.period),
    search,
    order,
    limit,
    offset,
    goal: goal && readMatch(goal, "goal"),
    compare: before && { period: before, ...bucketsOf(before) },
  });
}

/** What each part allows alone may still not go together; in the words of this request. */
function checkTogether({ metrics, by = [], buckets, order, goal }: Asked): void {
  if (by.includes("time") && buckets === undefined) {
    throw invalid("buckets", 'is missing: rows by time need "hour", "day", "week" or "month"');
  }
  if (order && order.by !== "key" && !metrics.includes(order.by)) {
    throw invalid("order.by", `must be one of the metrics asked for, not "${order.by}"`);
  }
  const needy = metrics.find((metric) => metric.startsWith("conversion"));
  if (needy !== undefined && !goal) {
    throw invalid("goal", `is missing: ${needy} needs an event or a page that is the goal`);
  }
}

/** A period that still goes on is compared up to the same moment. */
function compared(
  period: Stretch,
  comparison: "previous" | "year",
  zone: string,
  now: number,
): Stretch {
  const before = comparedStretch(period, comparison, zone);
  const until = comparableUntil({ span: { ...period, buckets: [] } }, before, now);
  return { from: before.from, until: Math.max(until, before.from + 1) };
}

function toAnswer(question: Question, answer: Answer) {
  const { metrics, by = [], zone, compare } = question;
  const named = (values: readonly Value[]) =>
    Object.fromEntries(metrics.map((metric, index) => [metric, values[index] ?? null]));
  const keysOf = (keys: readonly string[], buckets: readonly number[] = []) =>
    Object.fromEntries(
      by.map((dimension, index) => {
        const key = keys[index] ?? "";
        return [dimension, dimension === "time" ? isoIn(buckets[Number(key)]!, zone) : key];
      }),
    );
  return {
    period: spanIn(question.period, zone),
    ...(compare && { comparedWith: spanIn(compare.period, zone) }),
    totals: named(answer.totals),
    ...(answer.totalsBefore && { totalsBefore: named(answer.totalsBefore) }),
    rows: answer.rows.map(({ keys, values, before }) => ({
      keys: keysOf(keys, question.buckets),
      values: named(values),
      ...(before && { before: named(before) }),
    })),
    ...(answer.rowsBefore && {
      rowsBefore: answer.rowsBefore.map(({ keys, values }) => ({
        keys: keysOf(keys, compare?.buckets),
        values: named(values),
      })),
    }),
    groups: answer.groups,
  };
}
