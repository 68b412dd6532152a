import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createFunnel, funnel } from "../../src/stats/funnel.ts";
import { TUNING } from "../../src/stats/tuning.ts";
import type { FunnelAnswer, FunnelQuestion, Match } from "../../src/stats/question.ts";
import {
  answerOf,
  asRows,
  BERLIN_DAYS,
  FILTERS,
  periods,
  recorded,
  recordings,
  type Recording,
} from "../helpers/recording.ts";

const MATCHES: readonly (readonly [Match, string])[] = [
  [{ kind: "page", match: "/" }, "name = 'page_view' and page = '/'"],
  [{ kind: "page", match: "/blog/*" }, "name = 'page_view' and page like '/blog/%'"],
  [{ kind: "page", match: "*" }, "name = 'page_view'"],
  [{ kind: "event", match: "buy" }, "name = 'buy'"],
  [{ kind: "event", match: "page_view" }, "name = 'page_view'"],
  [{ kind: "event", match: "nobody_defined_this" }, "name = 'nobody_defined_this'"],
  [{ kind: "event", match: "sign_up" }, "name = 'sign_up'"],
  [{ kind: "event", match: "never seen" }, "name = 'never seen'"],
];

const questions = fc.record({
  steps: fc.array(fc.constantFrom(...MATCHES.filter((_, i) => i !== 5 && i !== 7), ...MATCHES), {
    minLength: 2,
    maxLength: 5,
  }),
  withinMs: fc.constantFrom(0, 20_000, 600_000, 4 * 3_600_000, 3 * 86_400_000),
  filter: fc.constantFrom(...FILTERS),
  period: periods,
  by: fc.constantFrom("source" as const, "page" as const, undefined),
});

type Drawn = typeof questions extends fc.Arbitrary<infer T> ? T : never;

const questionOf = (drawn: Drawn): FunnelQuestion => ({
  ...drawn,
  siteIds: [3],
  zone: "Europe/Berlin",
  steps: drawn.steps.map(([match]) => match),
  filter: drawn.filter[0],
});

/** All tries there are, by self joins, and of them what came furthest and first. */
function inSql(recording: Recording, { steps, withinMs, filter, period, by }: Drawn): FunnelAnswer {
  const ask = asRows(recording);
  const tries = steps.map(([, matches], step) =>
    step === 0
      ? `step0 as materialized (select visitor, turn, at, at as began, ${by ?? "''"} as key
           from hits where ${matches})`
      : `step${step} as materialized (select distinct h.visitor, h.turn, h.at, t.began, '' as key
           from step${step - 1} t join hits h on h.visitor = t.visitor and h.turn > t.turn
             and h.at - t.began <= ${withinMs} where ${matches})`,
  );
  const start = `with hits as materialized (select * from rows where counts and ${filter[1]}
    and at >= ${period.from} and at < ${period.until}), ${tries.join(", ")}`;
  const reached = (step: number) =>
    ask<{ key: string; visitors: number }>(`${start}
      select f.key, count(distinct s.visitor) as visitors from step${step} s join step0 f
      on f.visitor = s.visitor
        and f.turn = (select min(turn) from step0 g where g.visitor = f.visitor)
      group by f.key`);
  const times = (step: number) =>
    ask<{ ms: number }>(`${start}, firsts as (
        select visitor, turn, at, max(began) as began from step${step} s
        where turn = (select min(turn) from step${step} g where g.visitor = s.visitor)
        group by visitor)
      select f.at - t.at as ms from firsts f join step${step - 1} t on t.visitor = f.visitor
        and t.turn = (select min(turn) from step${step - 1} g
          where g.visitor = f.visitor and g.began = f.began)
        and t.began = f.began`).map(({ ms }) => ms);

  const all = steps.map((_, step) => reached(step));
  return {
    steps: all.map((groups, step) => ({
      visitors: groups.reduce((sum, { visitors }) => sum + visitors, 0),
      ...(step === 0 ? { averageMs: null, medianMs: null } : describeTimes(times(step))),
    })),
    groups: by
      ? all[0]!
          .map(({ key }) => ({
            key,
            visitors: all.map((own) => own.find((one) => one.key === key)?.visitors ?? 0),
          }))
          .sort((a, b) => b.visitors[0]! - a.visitors[0]! || (a.key < b.key ? -1 : 1))
      : [],
  };
}

function describeTimes(times: readonly number[]) {
  if (times.length === 0) return { averageMs: null, medianMs: null };
  const seconds = times.map((ms) => Math.floor(ms / 1000)).sort((a, b) => a - b);
  const middle = (seconds.length - 1) / 2;
  const median = (seconds[Math.floor(middle)]! + seconds[Math.ceil(middle)]!) / 2;
  return {
    averageMs: times.reduce((sum, ms) => sum + ms, 0) / times.length,
    medianMs: median * 1000,
  };
}

/** A few hits a range of visitors. */
const SMALL = createFunnel({ ...TUNING, gathered: 1 });

describe("funnel", () => {
  test("agrees with all tries there are, whatever the order in which blocks hold them", () => {
    fc.assert(
      fc.property(recordings, questions, (recording, drawn) => {
        const answer = answerOf(funnel, recording, questionOf(drawn));
        const bitByBit = answerOf(SMALL, recording, questionOf(drawn));

        expect(answer).toEqual(inSql(recording, drawn));
        expect(bitByBit).toEqual(answer);
      }),
      { numRuns: 120 },
    );
  });

  const question: FunnelQuestion = {
    siteIds: [3],
    zone: "UTC",
    period: { from: BERLIN_DAYS[0]!, until: BERLIN_DAYS[1]! },
    steps: [
      { kind: "page", match: "/" },
      { kind: "page", match: "/pricing" },
      { kind: "event", match: "buy" },
    ],
    withinMs: 100_000,
  };
  const visitorsOf = (...sessions: Recording["sessions"]) =>
    answerOf(funnel, { sessions, tied: new Map() }, question).steps.map(({ visitors }) => visitors);

  test("follows a visitor from session to session where they overlap in time", () => {
    const long = recorded({ id: 1 }, ["/", 0], ["buy", 30]);
    const between = recorded({ id: 2, block: 1 }, ["/pricing", 20]);
    const late = recorded({ id: 3, block: 1 }, ["/pricing", 40]);

    expect(visitorsOf(long, between)).toEqual([1, 1, 1]);
    expect(visitorsOf(long, late)).toEqual([1, 1, 0]);
  });

  test("takes what happened at one moment in the order of sessions", () => {
    const first = recorded({ id: 1, block: 1 }, ["/", 0]);
    const second = recorded({ id: 2, block: 0 }, ["/pricing", 0], ["buy", 0]);

    expect(visitorsOf(first, second)).toEqual([1, 1, 1]);
    expect(visitorsOf({ ...first, id: 3 }, second)).toEqual([1, 0, 0]);
    expect(visitorsOf({ ...first, id: 3, block: 0 }, { ...second, block: 1 })).toEqual([1, 0, 0]);
  });

  test("lets one event be one step only, and counts the try that came furthest", () => {
    const twice = { ...question, steps: [question.steps[0]!, question.steps[0]!] };
    const once = { sessions: [recorded({}, ["/", 0])], tied: new Map() };

    expect(answerOf(funnel, once, twice).steps[1]!.visitors).toBe(0);
    expect(visitorsOf(recorded({}, ["/", 0], ["/pricing", 1], ["buy", 100]))).toEqual([1, 1, 1]);
    expect(visitorsOf(recorded({}, ["/", 0], ["/pricing", 1], ["buy", 101]))).toEqual([1, 1, 0]);
    expect(visitorsOf(recorded({}, ["/", 0], ["/", 1], ["/pricing", 2], ["buy", 101]))).toEqual([
      1, 1, 1,
    ]);
  });

  test("tells the time between steps of the try that first came to them", () => {
    const tries = [
      ["/", 0],
      ["/pricing", 4],
      ["/", 10],
      ["/pricing", 15],
      ["buy", 17],
    ] as const;
    const other = recorded({ id: 2, visitorId: 4 }, ["/", 0], ["/pricing", 9]);
    const third = recorded({ id: 3, visitorId: 5 }, ["/", 0], ["/pricing", 6]);

    const { steps } = answerOf(
      funnel,
      { sessions: [recorded({}, ...tries), other, third], tied: new Map() },
      question,
    );

    expect(steps).toEqual([
      { visitors: 3, averageMs: null, medianMs: null },
      { visitors: 3, averageMs: (4000 + 9000 + 6000) / 3, medianMs: 6000 },
      { visitors: 1, averageMs: 2000, medianMs: 2000 },
    ]);

    const again = [
      ["/", 0],
      ["/pricing", 4],
      ["/pricing", 6],
      ["buy", 10],
    ] as const;
    const once = answerOf(
      funnel,
      { sessions: [recorded({}, ...again)], tied: new Map() },
      question,
    );
    expect(once.steps[2]!.averageMs).toBe(6000);
  });
});
