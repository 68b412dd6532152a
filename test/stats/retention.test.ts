import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Match, RetentionAnswer, RetentionQuestion } from "../../src/stats/question.ts";
import { createRetention, retention } from "../../src/stats/retention.ts";
import { TUNING } from "../../src/stats/tuning.ts";
import {
  answerOf,
  asRows,
  BERLIN_DAYS,
  FILTERS,
  periods,
  recordings,
  type Recording,
} from "../helpers/recording.ts";

const MATCHES: readonly (readonly [Match, string])[] = [
  [{ kind: "page", match: "/blog/*" }, "name = 'page_view' and page like '/blog/%'"],
  [{ kind: "event", match: "buy" }, "name = 'buy'"],
  [{ kind: "event", match: "nobody_defined_this" }, "name = 'nobody_defined_this'"],
];

const questions = fc.record({
  begins: fc.constantFrom(["first visit", "is_new"] as const, ...MATCHES),
  returns: fc.constantFrom(["anything", "true"] as const, ...MATCHES),
  filter: fc.constantFrom(...FILTERS),
  period: periods,
  every: fc.constantFrom(1, 1, 2, 7),
});

type Drawn = typeof questions extends fc.Arbitrary<infer T> ? T : never;

const bucketsOf = ({ period, every }: Drawn) =>
  BERLIN_DAYS.filter((day) => day >= period.from && day < period.until).filter(
    (_, index) => index % every === 0,
  );

const questionOf = (drawn: Drawn): RetentionQuestion => ({
  siteIds: [3],
  zone: "Europe/Berlin",
  period: drawn.period,
  filter: drawn.filter[0],
  buckets: bucketsOf(drawn),
  begins: drawn.begins[0],
  returns: drawn.returns[0],
});

/** By joins of all that begins with all that returns. */
function inSql(recording: Recording, drawn: Drawn): RetentionAnswer {
  const { begins, returns, filter, period } = drawn;
  const buckets = bucketsOf(drawn);
  const ask = asRows(recording);
  const start = `with chosen as (
      select r.*, (select max(b.key) from json_each('${JSON.stringify(buckets)}') b
        where b.value <= r.at) as bucket
      from rows r where counts and ${filter[1]} and at >= ${period.from} and at < ${period.until}),
    cohorts as (select visitor, min(bucket) as cohort from chosen where ${begins[1]}
      group by visitor)`;
  const visitors = ask<{ cohort: number; n: number }>(
    `${start} select cohort, count(*) as n from cohorts group by cohort`,
  );
  const active = ask<{ cohort: number; later: number; n: number }>(
    `${start} select c.cohort, r.bucket - c.cohort as later, count(distinct c.visitor) as n
     from cohorts c join chosen r on r.visitor = c.visitor and r.bucket >= c.cohort
     where ${returns[1]} group by 1, 2`,
  );
  return {
    cohorts: buckets.map((_, index) => ({
      visitors: visitors.find(({ cohort }) => cohort === index)?.n ?? 0,
      active: buckets
        .slice(index)
        .map((__, k) => active.find((one) => one.cohort === index && one.later === k)?.n ?? 0),
    })),
  };
}

/** A few sessions a range of visitors. */
const SMALL = createRetention({ ...TUNING, gathered: 1 });

describe("retention", () => {
  test("agrees with grouped joins, also over a day of 23 hours", () => {
    fc.assert(
      fc.property(recordings, questions, (recording, drawn) => {
        const answer = answerOf(retention, recording, questionOf(drawn));
        const bitByBit = answerOf(SMALL, recording, questionOf(drawn));

        expect(answer).toEqual(inSql(recording, drawn));
        expect(bitByBit).toEqual(answer);
      }),
      { numRuns: 120 },
    );
  });
});
