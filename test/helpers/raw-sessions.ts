import fc from "fast-check";
import { SESSION_TERMS, type RawEvent, type RawSession } from "../../src/stats/block.ts";
import { NOON } from "./store.ts";

export const VIEW = 1;

type Terms = RawSession["terms"];

const SESSION_ONLY = SESSION_TERMS.filter((name) => name !== "entryPage" && name !== "exitPage");

/** A session with what a test says of it, and plain facts for the rest. */
export function rawSession(given: Partial<RawSession> & Pick<RawSession, "events">): RawSession {
  return {
    id: 1,
    visitorId: 1,
    lastAt: given.events.at(-1)!.at,
    isNew: false,
    screen: 0,
    ...given,
    terms: { ...noTerms(), ...given.terms },
  };
}

export function rawEvent(given: Partial<RawEvent> = {}): RawEvent {
  return {
    at: NOON,
    name: VIEW,
    page: 10,
    title: 0,
    host: 0,
    engaged: 0,
    scroll: 0,
    properties: undefined,
    ...given,
  };
}

export const noTerms = (): Terms =>
  Object.fromEntries(SESSION_ONLY.map((name) => [name, 0])) as unknown as Terms;

const term = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 0xffff_ffff }));

const value = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: "binary" }),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.string(), { maxLength: 2 }),
);

const properties = fc.option(
  fc.dictionary(fc.oneof(fc.constantFrom("color", "price", "__proto__"), fc.string()), value, {
    minKeys: 1,
    maxKeys: 3,
    noNullPrototype: false,
  }),
  { nil: undefined, freq: 2 },
);

const eventAfter = fc.record({
  // Two of a session at one moment, and seldom hours apart.
  wait: fc.oneof(fc.constant(0), fc.nat(60_000), fc.nat(20 * 3_600_000)),
  name: fc.constantFrom(VIEW, VIEW, 2, 3),
  page: term,
  title: term,
  host: term,
  engaged: fc.oneof(fc.constant(0), fc.nat(0xffff)),
  scroll: fc.nat(101),
  properties,
});

/** Sessions as they may come, many of a few visitors; ids are distinct. */
export const rawSessions: fc.Arbitrary<RawSession[]> = fc
  .array(
    fc.record({
      visitorId: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.nat(0xffff_ffff)),
      startedAt: fc.integer({ min: 0, max: NOON }),
      goesOn: fc.nat(100_000),
      isNew: fc.boolean(),
      screen: fc.nat(0xffff),
      terms: fc.tuple(...SESSION_ONLY.map(() => term)),
      events: fc.array(eventAfter, { minLength: 1, maxLength: 6 }),
    }),
    { maxLength: 8 },
  )
  .map((drawn) =>
    drawn.map(({ startedAt, goesOn, terms, events, ...facts }, index) => {
      let at = startedAt;
      const own = events.map(({ wait, ...event }) => ({ ...event, at: (at += wait) }));
      const named = Object.fromEntries(SESSION_ONLY.map((name, place) => [name, terms[place]!]));
      const lastAt = at + goesOn;
      return { ...facts, id: index + 1, terms: named as unknown as Terms, events: own, lastAt };
    }),
  );

/** In the order of a block. */
export const inBlockOrder = (sessions: readonly RawSession[]): RawSession[] =>
  sessions.toSorted(
    (a, b) => a.visitorId - b.visitorId || a.events[0]!.at - b.events[0]!.at || a.id - b.id,
  );
