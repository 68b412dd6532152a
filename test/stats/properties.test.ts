import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { describeNumbers } from "../../src/stats/histogram.ts";
import { properties } from "../../src/stats/properties.ts";
import {
  answerOf,
  asRows,
  FILTERS,
  periods,
  recordings,
  type Recording,
} from "../helpers/recording.ts";

const questions = fc.record({ filter: fc.constantFrom(...FILTERS), period: periods });

type Drawn = typeof questions extends fc.Arbitrary<infer T> ? T : never;

function inSql(recording: Recording, { period, filter }: Drawn) {
  const ask = asRows(recording);
  const start = `with own as (
    select j.key, j.type, visitor,
      case j.type when 'true' then 'true' when 'null' then 'null' else cast(j.value as text) end
        as text,
      case when j.type in ('integer', 'real') then j.value end as number
    from (select * from rows where counts and ${filter[1]}
      and at >= ${period.from} and at < ${period.until}) r, json_each(r.properties) j)`;
  const keys = ask<Record<"key" | "events" | "visitors" | "distinct" | "n", unknown>>(
    `${start} select key, count(*) as events, count(distinct visitor) as visitors,
       count(distinct text) as "distinct", count(number) as n from own
     group by key order by events desc, key`,
  );
  return keys.map(({ n, ...summary }) => {
    const [numbers] = ask(
      `${start} select count(number) as count, sum(number) as sum, min(number) as min,
         max(number) as max from own where key = ?`,
      summary.key,
    );
    return {
      ...summary,
      ...(n !== 0 && { numbers }),
      top: ask(
        `${start} select text as value, count(*) as events from own where key = ?
         group by text order by events desc, text limit 10`,
        summary.key,
      ),
    };
  });
}

describe("properties", () => {
  test("agree with what is in the rows", () => {
    fc.assert(
      fc.property(recordings, questions, (recording, drawn) => {
        const answer = answerOf(properties, recording, {
          siteIds: [3],
          zone: "Europe/Berlin",
          period: drawn.period,
          filter: drawn.filter[0],
        });

        const withoutBins = answer.map(({ numbers, ...summary }) => {
          if (!numbers) return summary;
          const { bins, ...rest } = numbers;
          expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(rest.count);
          return { ...summary, numbers: rest };
        });
        expect(withoutBins).toEqual(inSql(recording, drawn) as never);
      }),
      { numRuns: 120 },
    );
  });
});

describe("describeNumbers()", () => {
  const number = fc.oneof(
    fc.integer({ min: -30, max: 30 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );

  test("puts each number into the one bin that holds it, the last one closed", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, fc.integer({ min: 1, max: 9 })), { minLength: 1 }),
        (drawn) => {
          const numbers = new Map(drawn);
          const { bins, min, max } = describeNumbers(numbers)!;

          expect(bins.length).toBe(Math.min(20, numbers.size));
          expect([bins[0]!.from, bins.at(-1)!.until]).toEqual([min, max]);
          bins.forEach(({ from, until, count }, index) => {
            const isLast = index === bins.length - 1;
            const held = [...numbers].filter(
              ([value]) => value >= from && (isLast || value < until),
            );
            expect(count).toBe(held.reduce((sum, [, times]) => sum + times, 0));
          });
        },
      ),
    );
  });

  test("gives a scale from 1 to 5 a bin for each step", () => {
    const scale = new Map([1, 2, 3, 4, 5].map((step) => [step, step * 10]));

    const { bins } = describeNumbers(scale)!;

    expect(bins.map(({ count }) => count)).toEqual([10, 20, 30, 40, 50]);
  });
});
