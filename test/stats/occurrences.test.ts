import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { occurrences } from "../../src/stats/occurrences.ts";
import type { Happening, OccurrencesQuestion } from "../../src/stats/question.ts";
import { streamHappenings } from "../../src/stats/stream.ts";
import {
  answerOf,
  asRows,
  FILTERS,
  periods,
  recorded,
  recordings,
  sitesOf,
  type Recording,
} from "../helpers/recording.ts";

const questions = fc.record({
  filter: fc.constantFrom(...FILTERS),
  period: periods,
  all: fc.boolean(),
  limit: fc.constantFrom(1, 3, 10, 200),
});

type Drawn = typeof questions extends fc.Arbitrary<infer T> ? T : never;

const questionOf = ({ filter, ...drawn }: Drawn): OccurrencesQuestion => ({
  siteIds: [3],
  zone: "Europe/Berlin",
  filter: filter[0],
  ...drawn,
});

interface Told {
  readonly key: string;
  readonly at: number;
  readonly event: string;
  readonly page: string;
  readonly source: string;
  readonly country: string;
  readonly visitorId: number;
  readonly isNew: boolean;
  readonly contactId: number | null;
  readonly engagedMs: number | null;
  readonly properties: unknown;
}

/** Newest first. */
function inSql(recording: Recording, { period, filter, all }: Drawn): Told[] {
  const rows = asRows(recording)<Record<string, unknown>>(`select * from rows
    where (${all} or counts) and ${filter[1]} and at >= ${period.from} and at < ${period.until}
    order by at desc, session desc, place desc`);
  return rows.map((row) => ({
    key: `${row.session as number}.${row.place as number}`,
    at: row.at as number,
    event: row.name as string,
    page: row.page as string,
    source: row.source as string,
    country: row.country as string,
    visitorId: row.visitor as number,
    isNew: row.is_new === 1,
    contactId: row.known === 1 ? (row.visitor as number) + 500 : null,
    engagedMs: row.engaged === 0 ? null : ((row.engaged as number) - 1) * 100,
    properties: row.properties === null ? null : JSON.parse(row.properties as string),
  }));
}

const told = (happening: Happening): Told => ({
  key: happening.key,
  at: happening.at,
  event: happening.event,
  page: happening.page,
  source: happening.source,
  country: happening.country,
  visitorId: happening.visitorId,
  isNew: happening.isNew,
  contactId: happening.contactId,
  engagedMs: happening.engagedMs,
  properties: happening.properties,
});

describe("occurrences", () => {
  test("tells the newest of what is in the rows, page after page", () => {
    fc.assert(
      fc.property(recordings, questions, (recording, drawn) => {
        const question = questionOf(drawn);
        const pages: Told[][] = [];
        let before: OccurrencesQuestion["before"];
        for (;;) {
          const page = answerOf(occurrences, recording, { ...question, before });
          pages.push(page.map(told));
          before = page.at(-1);
          if (page.length < question.limit) break;
        }

        expect(pages.flat()).toEqual(inSql(recording, drawn));
        expect(pages.every((page) => page.length <= question.limit)).toBe(true);
      }),
      { numRuns: 120 },
    );
  });

  test("puts what happened at one moment in order of session, whatever holds it", () => {
    const sessions = [
      recorded({ id: 5, block: 0 }, ["/", 0], ["buy", 60]),
      recorded({ id: 4, block: 1 }, ["/", 60], ["/pricing", 60]),
      recorded({ id: 6, block: 2 }, ["buy", 59], ["/", 60]),
    ];
    const question = { siteIds: [3], zone: "UTC", period: { from: 0, until: Infinity }, limit: 3 };
    const keys = (more = {}) =>
      answerOf(occurrences, { sessions, tied: new Map() }, { ...question, ...more }).map(
        ({ key }) => key,
      );

    const first = answerOf(occurrences, { sessions, tied: new Map() }, question);

    expect(first.map(({ key }) => key)).toEqual(["6.1", "5.1", "4.1"]);
    expect(keys({ before: first.at(-1) })).toEqual(["4.0", "6.0", "5.0"]);
    expect(keys({ limit: 1, before: first[0] })).toEqual(["5.1"]);
  });

  test("looks at no block that ends before what it has found", () => {
    // One of which all counts: of a block of older copies nothing would be found.
    const { site, newest } = fc
      .sample(recordings, 200)
      .map((recording) => sitesOf(recording)[0]!)
      .map((one) => ({ site: one, newest: one.blocks.toSorted((a, b) => b.until - a.until)[0] }))
      .find((one) => one.newest && one.newest.events > 0 && !one.newest.skip)!;
    const untouched = new Proxy(
      { ...newest!, from: 0, until: newest!.from },
      { get: (block, name) => (name === "until" ? block.until : expect.unreachable()) },
    );
    const question = { siteIds: [3], zone: "UTC", period: { from: 0, until: Infinity }, all: true };
    const blocks = [untouched, newest!];

    const found = occurrences.part({ ...site, blocks }, { ...question, limit: 1 });
    let step = found.next();
    while (!step.done) step = found.next();

    expect(step.value).toHaveLength(1);
  });
});

describe("streamHappenings()", () => {
  test("tells all of it once, in small batches, each block in order of time", () => {
    fc.assert(
      fc.property(recordings, questions, (recording, drawn) => {
        const batches = sitesOf(recording).flatMap((site) => [
          ...streamHappenings(site, questionOf(drawn), 3),
        ]);

        const all = batches.flat().map(told);
        const byKey = (a: Told, b: Told) => (a.key < b.key ? -1 : 1);
        expect(all.toSorted(byKey)).toEqual(inSql(recording, drawn).sort(byKey));
        expect(batches.every(({ length }) => length > 0 && length <= 3)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test("keeps the events of a block in order of time, then of session", () => {
    const [recording] = fc.sample(
      recordings.filter(({ sessions }) => sessions.length > 10),
      1,
    );
    const question = { zone: "UTC", period: { from: 0, until: Infinity }, all: true };

    for (const site of sitesOf(recording!)) {
      for (const block of site.blocks) {
        const all = [...streamHappenings({ ...site, blocks: [block] }, question, 2)].flat();
        const moments = all.map(({ at, sessionId }) => [at, sessionId] as const);
        expect(moments).toEqual(moments.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
      }
    }
  });
});
