import Database from "libsql";
import fc from "fast-check";
import type { Block, RawEvent, RawSession } from "../../src/stats/block.ts";
import { makeBlock } from "../../src/stats/make-block.ts";
import type { Operation } from "../../src/stats/operation.ts";
import type { Filter } from "../../src/stats/question.ts";
import type { SiteData, SiteFacts } from "../../src/stats/site-data.ts";
import { createWorkbenches } from "../../src/stats/workbench.ts";
import { noTerms, rawEvent, rawSession } from "./raw-sessions.ts";

/** Terms of the site of recordings, by their ids. */
const TEXTS = [
  "",
  "page_view",
  "buy",
  "sign_up",
  "nobody_defined_this",
  "/",
  "/pricing",
  "/blog/a",
  "/blog/b",
  "/thanks",
  "search",
  "mail",
  "de",
  "fr",
];
const term = (text: string) => TEXTS.indexOf(text);

export const NAMES = ["page_view", "buy", "sign_up"];
export const PAGES = ["/", "/pricing", "/blog/a", "/blog/b", "/thanks"];

/** Clocks in Berlin are put forward on 29 March. */
export const BERLIN_DAYS = [25, 26, 27, 28, 29, 30, 31].map((day) =>
  Date.parse(`2026-03-${day}T00:00:00+0${day > 29 ? 2 : 1}:00`),
);
const MINUTE = 60_000;

/** Of some days, most often with the one that has 23 hours. */
export const periods = fc
  .tuple(fc.constantFrom(0, 0, 1, 3), fc.constantFrom(4, 5, 6, 6))
  .map(([first, end]) => ({ from: BERLIN_DAYS[first]!, until: BERLIN_DAYS[end]! }));

interface Recorded extends RawSession {
  /** Place of the block that holds it. */
  readonly block: number;
  /** Place of a block with an older copy that counts no more. */
  readonly copyIn: number | undefined;
}

/** Sessions of a few visitors, in some blocks. */
export interface Recording {
  readonly sessions: readonly Recorded[];
  /** Moments from which on visitors are a contact, by their ids. */
  readonly tied: ReadonlyMap<number, number>;
}

const event = fc.record({
  // Many at one moment, and some while another session of the visitor goes on.
  wait: fc.constantFrom(
    0,
    0,
    1,
    20_000,
    10 * MINUTE,
    10 * MINUTE,
    4 * 60 * MINUTE,
    23 * 60 * MINUTE,
  ),
  name: fc.constantFrom(
    "page_view",
    "page_view",
    "page_view",
    "buy",
    "sign_up",
    "nobody_defined_this",
  ),
  page: fc.constantFrom("/", "/", "/pricing", ...PAGES),
  engaged: fc.constantFrom(0, 1, 300),
  properties: fc.option(
    fc.record(
      {
        color: fc.constantFrom<unknown>("red", "blue", 5, "5", true, null),
        price: fc.constantFrom<unknown>(5, 12.5, -3, 1000, "free"),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
    { nil: undefined },
  ),
});

const session = fc.record({
  visitorId: fc.integer({ min: 1, max: 5 }),
  start: fc
    .integer({ min: 0, max: 7 * 24 * 3 })
    .map((some) => BERLIN_DAYS[0]! + some * 20 * MINUTE),
  isNew: fc.boolean(),
  source: fc.constantFrom("search", "mail", ""),
  country: fc.constantFrom("de", "fr", ""),
  block: fc.nat(3),
  copyIn: fc.option(fc.nat(3), { nil: undefined, freq: 4 }),
  events: fc.array(event, { minLength: 1, maxLength: 7, size: "max" }),
});

/** Any recording: sessions overlap, events are late, several blocks hold a visitor. */
export const recordings: fc.Arbitrary<Recording> = fc
  .tuple(
    fc.array(session, { maxLength: 24, size: "max" }),
    fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(...BERLIN_DAYS)), {
      maxLength: 3,
    }),
  )
  .map(([drawn, tied]) => ({ sessions: drawn.map(sessionOf), tied: new Map(tied) }));

type Drawn = typeof session extends fc.Arbitrary<infer T> ? T : never;

function sessionOf(drawn: Drawn, index: number): Recorded {
  let at = drawn.start;
  const events = drawn.events.map((one): RawEvent => {
    at += one.wait;
    const isView = one.name === "page_view";
    return {
      at,
      name: term(one.name),
      page: term(one.page),
      title: 0,
      host: 0,
      engaged: isView ? one.engaged : 0,
      scroll: 0,
      properties:
        one.properties && Object.keys(one.properties).length > 0 ? one.properties : undefined,
    };
  });
  return {
    // Ids are not in order of time: a late session has a high one.
    id: 1000 + ((index * 7) % 25),
    visitorId: drawn.visitorId,
    lastAt: at,
    isNew: drawn.isNew,
    screen: 0,
    terms: { ...noTerms(), source: term(drawn.source), country: term(drawn.country) },
    events,
    block: drawn.block,
    copyIn: drawn.copyIn,
  };
}

/**
 * A session as a test writes it down: what happened, and how many seconds after the first moment.
 *
 * @param happened Pages (they begin with a slash) and names of events.
 */
export function recorded(
  facts: Partial<Pick<Recorded, "id" | "visitorId" | "isNew" | "block">>,
  ...happened: readonly (readonly [string, number])[]
): Recorded {
  const events = happened.map(([what, second]): RawEvent => {
    const isView = what.startsWith("/");
    return {
      ...rawEvent({ at: BERLIN_DAYS[0]! + second * 1000 }),
      name: term(isView ? "page_view" : what),
      page: term(isView ? what : "/"),
    };
  });
  const { block = 0, ...own } = facts;
  return { ...rawSession({ events, visitorId: 2, ...own }), block, copyIn: undefined };
}

export function factsOf({ tied }: Recording): SiteFacts {
  const known = [...tied].sort(([a], [b]) => a - b);
  return {
    viewTerm: term("page_view"),
    counted: new Set(NAMES.map(term)),
    textOf: (id) => TEXTS[id] ?? "",
    idOf: (text) => (TEXTS.includes(text) ? term(text) : undefined),
    tied: () => ({
      visitors: Uint32Array.from(known, ([id]) => id),
      from: Float64Array.from(known, ([, from]) => from),
    }),
    visitorNumbers: (ids) =>
      new Map(
        ids.map((id) => {
          const tiedFrom = tied.get(id) ?? null;
          return [
            id,
            { number: id * 10, contactId: tiedFrom === null ? null : id + 500, tiedFrom },
          ];
        }),
      ),
  };
}

const benches = createWorkbenches();

/** What two workers hold of a recording: the even visitors, and the odd ones. */
export function sitesOf(recording: Recording): SiteData[] {
  const facts = factsOf(recording);
  return [0, 1].map((half) => ({
    siteId: 3,
    facts,
    benches,
    blocks: [0, 1, 2, 3].map((block) =>
      blockOf(
        recording.sessions.filter(({ visitorId }) => visitorId % 2 === half),
        block,
      ),
    ),
  }));
}

function blockOf(sessions: readonly Recorded[], place: number): Block {
  const counting = sessions.filter(({ block }) => block === place);
  // An older copy had fewer events.
  const copies = sessions
    .filter(({ block, copyIn }) => copyIn === place && block !== place)
    .map((copy) => ({ ...copy, events: copy.events.slice(0, 2) }));
  const block = makeBlock([...counting, ...copies], term("page_view"));
  if (copies.length === 0) return block;
  const counts = new Set(counting.map(({ id }) => id));
  const ids = block.sessionNumbers("session");
  return { ...block, skip: Uint8Array.from(ids, (id) => Number(!counts.has(id))) };
}

/** Asks both workers and puts their parts together. */
export function answerOf<Q, P, A>(
  operation: Operation<Q, P, A>,
  recording: Recording,
  question: Q,
): A {
  const parts = sitesOf(recording).map((site) => {
    const steps = operation.part(site, question);
    for (;;) {
      const step = steps.next();
      if (step.done) return structuredClone(step.value);
    }
  });
  return operation.finish(parts, question);
}

/** Filters, and the same as SQL over the rows of `asRows`. */
export const FILTERS: readonly (readonly [Filter | undefined, string])[] = [
  [undefined, "true"],
  [{ dimension: "source", operator: "is", values: ["search"] }, "source = 'search'"],
  [
    { dimension: "page", operator: "is_not", values: ["/", "/blog/a"] },
    "page not in ('/', '/blog/a')",
  ],
  [{ not: { dimension: "country", operator: "is", values: ["", "de"] } }, "country = 'fr'"],
  [{ dimension: "property:color", operator: "is", values: ["red", "5"] }, "color in ('red', '5')"],
  [
    {
      any: [
        { dimension: "contact", operator: "is", values: ["known"] },
        { dimension: "property:price", operator: "greater", values: ["10"] },
      ],
    },
    "(known or (price_type in ('integer', 'real') and price > 10))",
  ],
  [{ dimension: "event", operator: "is", values: ["page_view"] }, "name = 'page_view'"],
];

const database = new Database(":memory:");
database.exec(`create table raw (visitor integer, session integer, place integer, at integer,
  is_new integer, source text, country text, name text, page text, properties text,
  engaged integer, tied_from integer);
  create view rows as select *, coalesce(at >= tied_from, false) as known,
    name in ('page_view', 'buy', 'sign_up') as counts,
    case json_type(properties, '$.color') when 'true' then 'true' when 'null' then 'null'
      else cast(properties ->> '$.color' as text) end as color,
    properties ->> '$.price' as price, json_type(properties, '$.price') as price_type,
    row_number() over (partition by visitor order by at, session, place) as turn
  from raw`);

/** Puts a recording into a table, one row for each event, and gives what asks it: `rows`. */
export function asRows({ sessions, tied }: Recording) {
  const all = sessions.flatMap((own) =>
    own.events.map((one, place) => ({
      visitor: own.visitorId,
      session: own.id,
      place,
      at: one.at,
      is_new: Number(own.isNew),
      source: TEXTS[own.terms.source],
      country: TEXTS[own.terms.country],
      name: TEXTS[one.name],
      page: TEXTS[one.page],
      properties: one.properties ? JSON.stringify(one.properties) : null,
      engaged: one.engaged,
      tied_from: tied.get(own.visitorId) ?? null,
    })),
  );
  database.exec("delete from raw");
  database
    .prepare(
      `insert into raw select value ->> 'visitor', value ->> 'session', value ->> 'place',
         value ->> 'at', value ->> 'is_new', value ->> 'source', value ->> 'country',
         value ->> 'name', value ->> 'page', value ->> 'properties', value ->> 'engaged',
         value ->> 'tied_from'
       from json_each(?)`,
    )
    .run([JSON.stringify(all)]);
  return <Row>(sql: string, ...parameters: unknown[]) =>
    database.prepare(sql).all(parameters) as Row[];
}
