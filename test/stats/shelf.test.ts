import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { RawSession } from "../../src/stats/block.ts";
import { createColumnCache } from "../../src/stats/column-cache.ts";
import { rawSessionsOf } from "../../src/stats/raw-sessions.ts";
import { toRawSession, type EventRow, type SessionFacts } from "../../src/stats/row-sessions.ts";
import { noteErasure } from "../../src/stats/seal-state.ts";
import { createShelf, type Shelf, type ShelfOptions } from "../../src/stats/shelf.ts";
import { connect, type Connection } from "../../src/store/connection.ts";
import { inBlockOrder, noTerms } from "../helpers/raw-sessions.ts";
import { insertEvent, insertSite, insertTerm, putSession } from "../helpers/rows-table.ts";
import { insertSegment } from "../helpers/segments.ts";
import { NOON, openTestStore, type TestStore } from "../helpers/store.ts";

const ALL = [0, 1, 2, 3];
const MINUTE = 60_000;

let store: TestStore;
let writer: Connection;
let view = 0;
let engagement = 0;
beforeEach(() => {
  store = openTestStore();
  writer = connect(store.path);
  insertSite(writer);
  view = insertTerm(writer, "page_view");
  engagement = insertTerm(writer, "engagement");
});
afterEach(async () => {
  writer.close();
  await store.remove();
});

const newShelf = (shards = ALL, options: ShelfOptions = {}): Shelf =>
  createShelf(store.reader, createColumnCache(1e8), shards, options);

const shown = (shelf: Shelf, siteId = 1): RawSession[] =>
  inBlockOrder(shelf.blocks(siteId).flatMap((block) => rawSessionsOf(block)));

/** A site whose events are kept a second time, whole, to compare with. */
class Model {
  readonly sessions = new Map<number, { facts: SessionFacts; rows: EventRow[] }>();
  readonly segments: { id: number; sessions: number[] }[] = [];
  sealed = 0;
  nextEvent = 1;

  begin(visitorId: number, id = this.sessions.size + 1): number {
    const terms = { ...noTerms(), source: 900 + (id % 3), device: 5, browser: 6, system: 7 };
    const facts = { id, visitorId, lastAt: 0, isNew: id % 2 === 0, screen: 100 * id, terms };
    this.sessions.set(id, { facts, rows: [] });
    return id;
  }

  /** Stores an event as ingest does, with its note if the session was sealed. */
  record(sessionId: number, event: Partial<EventRow> & { at: number }): void {
    const session = this.sessions.get(sessionId)!;
    const facts = { name: view, page: 50, title: 60, host: 0, properties: null };
    const row = { ...facts, ...event, id: this.nextEvent, sessionId };
    this.nextEvent += 1;
    session.rows.push(row);
    const times = session.rows.map(({ at }) => at);
    session.facts = { ...session.facts, lastAt: Math.max(...times) };
    writer.database.exec("begin");
    insertEvent(writer, row, session.facts.visitorId);
    const startedAt = Math.min(...session.rows.filter(isEvent).map(({ at }) => at));
    putSession(writer, session.facts, startedAt);
    if (sessionId <= this.sealed) {
      writer.database
        .prepare(
          `insert into unsealed (session_id, site_id, from_event, last_event) values (?, 1, ?, ?)
           on conflict do update set last_event = excluded.last_event`,
        )
        .run([sessionId, row.id, row.id]);
    }
    writer.database.exec("commit");
  }

  /** Seals what is not said to be unfinished, up to a session; leaves the rows where they are. */
  seal(upTo: number, unfinished: readonly number[]): void {
    const noted = this.noted();
    const taken = [...this.sessions.values()].filter(
      ({ facts: { id } }) =>
        !unfinished.includes(id) && (noted.has(id) || (id > this.sealed && id <= upTo)),
    );
    if (taken.length === 0) return;
    const { database } = writer;
    database.exec("begin");
    const { id } = insertSegment(writer, taken.map(wholeOf), { viewTerm: view });
    const ids = taken.map(({ facts }) => facts.id);
    for (const segment of this.segments) {
      for (const old of segment.sessions.filter((each) => ids.includes(each))) {
        database.prepare("insert or ignore into superseded values (?, ?)").run([segment.id, old]);
      }
    }
    this.segments.push({ id, sessions: ids });
    for (const each of ids)
      database.prepare("delete from unsealed where session_id = ?").run([each]);
    for (const each of unfinished) {
      if (each > upTo || each <= this.sealed || !this.sessions.has(each)) continue;
      database.prepare("insert into unsealed values (?, 1, 0, 0)").run([each]);
    }
    this.sealed = Math.max(this.sealed, upTo);
    database
      .prepare("insert or replace into seals (site_id, sealed_session) values (1, ?)")
      .run([this.sealed]);
    database.exec("commit");
  }

  /** Removes rows that are in a segment, as sealing does when it gets to it. */
  sweep(): void {
    writer.database.exec(
      `delete from events where session_id <= ${this.sealed} and not exists (
         select 1 from unsealed u where u.session_id = events.session_id
           and events.id >= u.from_event)`,
    );
  }

  /** Makes one segment of all, without replaced copies. */
  merge(): void {
    if (this.segments.length === 0) return;
    const current = new Set<number>();
    const noted = this.noted();
    for (const { sessions } of this.segments) for (const id of sessions) current.add(id);
    const kept = [...current].map((id) => {
      const { facts, rows } = this.sessions.get(id)!;
      const from = noted.get(id) ?? Infinity;
      const sealed = rows.filter((row) => row.id < from);
      return wholeOf({
        facts: { ...facts, lastAt: Math.max(...sealed.map(({ at }) => at)) },
        rows: sealed,
      });
    });
    const { database } = writer;
    database.exec("begin");
    const { id } = insertSegment(writer, kept, { viewTerm: view });
    database.exec(`update segments set state = 'dead' where id <> ${id};
      delete from superseded;
      delete from segment_columns where segment_id <> ${id}; commit`);
    this.segments.splice(0, Infinity, { id, sessions: [...current] });
  }

  expected(): RawSession[] {
    return inBlockOrder(
      [...this.sessions.values()].filter(({ rows }) => rows.length > 0).map(wholeOf),
    );
  }

  private noted(): Map<number, number> {
    const rows = writer.database.prepare("select session_id, from_event from unsealed").raw(true);
    return new Map(rows.all([]) as [number, number][]);
  }
}

const isEvent = ({ name }: EventRow): boolean => name !== engagement;

const wholeOf = ({ facts, rows }: { facts: SessionFacts; rows: EventRow[] }): RawSession =>
  toRawSession(facts, rows, { view, engagement })!;

describe("blocks()", () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant("begin" as const), visitor: fc.nat(9) }) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("record" as const),
        session: fc.nat(20),
        wait: fc.nat(3),
        kind: fc.constantFrom("view", "view", "event", "engagement"),
        page: fc.integer({ min: 50, max: 51 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("seal" as const),
        upTo: fc.nat(20),
        unfinished: fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 3 }),
      }),
    },
    fc.record({ do: fc.constant("sweep" as const) }),
    fc.record({ do: fc.constant("merge" as const) }),
    fc.record({ do: fc.constant("look" as const) }),
  );

  test("show every session once and whole, whatever was sealed, reopened, replaced, merged", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        writer.database.exec(`delete from events; delete from sessions; delete from segments;
          delete from segment_columns; delete from unsealed; delete from superseded;
          delete from seals`);
        const model = new Model();
        const shelf = newShelf();
        const settling = newShelf(ALL, { mostRows: 2 });
        const halves = [newShelf([0, 2]), newShelf([1, 3])];
        let at = NOON;
        for (const each of steps) {
          if (each.do === "begin") model.record(model.begin(each.visitor), { at: (at += MINUTE) });
          if (each.do === "record" && model.sessions.size > 0) {
            const session = 1 + (each.session % model.sessions.size);
            const { kind, page } = each;
            at += each.wait;
            if (kind === "view") model.record(session, { at, page });
            if (kind === "event") {
              model.record(session, {
                at,
                page,
                name: 99,
                properties: '{"price":1.5,"color":"red"}',
              });
            }
            if (kind === "engagement") {
              model.record(session, {
                at,
                page,
                name: engagement,
                properties: '{"engaged":7,"scroll":40}',
              });
            }
          }
          if (each.do === "seal")
            model.seal(Math.min(each.upTo, model.sessions.size), each.unfinished);
          if (each.do === "sweep") model.sweep();
          if (each.do === "merge") model.merge();
          settling.blocks(1);
          if (each.do === "look") {
            expect(shown(shelf)).toEqual(model.expected());
            expect(shown(settling)).toEqual(model.expected());
          }
        }

        expect(shown(shelf)).toEqual(model.expected());
        expect(shown(settling)).toEqual(model.expected());
        expect(inBlockOrder(halves.flatMap((half) => shown(half)))).toEqual(model.expected());
      }),
      { numRuns: 40 },
    );
  });

  test("are the same while nothing is stored, and only then", () => {
    const model = new Model();
    model.record(model.begin(1), { at: NOON });
    const shelf = newShelf();

    const before = shelf.blocks(1);
    const meanwhile = shelf.blocks(1);
    model.record(1, { at: NOON + 1 });
    const after = shelf.blocks(1);

    expect(meanwhile).toBe(before);
    expect(before[0]!.events).toBe(1);
    expect(after[0]!.events).toBe(2);
    expect(after[0]).not.toBe(before[0]);
  });

  test("are the same blocks while what they show is the same, and only then", () => {
    const model = new Model();
    model.record(model.begin(1), { at: NOON });
    model.record(model.begin(1), { at: NOON });
    model.seal(2, []);
    const shelf = newShelf();
    const first = () => shelf.blocks(1)[0];

    const sealed = first();
    model.record(model.begin(2), { at: NOON });
    const another = first();
    model.record(1, { at: NOON + 1 });
    const reopened = first();

    expect(another).toBe(sealed);
    expect(reopened).not.toBe(sealed);
    expect([...shelf.blocks(1)[0]!.skip!]).toEqual([1, 0]);
  });

  test("show no more what was erased", () => {
    const model = new Model();
    for (const visitor of [1, 2]) model.record(model.begin(visitor), { at: NOON });
    const shelf = newShelf();
    shelf.blocks(1);

    writer.database.exec("begin; delete from events where visitor_id = 1");
    noteErasure(writer);
    writer.database.exec("commit");

    expect(shown(shelf).map(({ visitorId }) => visitorId)).toEqual([2]);
  });

  test("of many rows are a moment old rather than made anew all the time", () => {
    const model = new Model();
    model.record(model.begin(1), { at: NOON });
    writer.database.exec(
      `insert into events (site_id, id, at, session_id, visitor_id, name, page)
       with recursive c(n) as (select 2 union all select n + 1 from c where n < 20001)
       select 1, n, ${NOON}, 1, 1, ${view}, 50 from c`,
    );
    model.nextEvent = 20_002;
    let now = 0;
    const clock = () => (now += 10);
    const shelf = newShelf(ALL, { clock });
    const events = () => shelf.blocks(1)[0]!.events;

    const counts = [events()];
    model.record(1, { at: NOON + 1 });
    counts.push(events());
    now += 200;
    counts.push(events());

    // A look takes 10 ms by this clock, so the next one is due 190 ms later.
    expect(counts).toEqual([20_001, 20_001, 20_002]);
  });

  test("of a site hold nothing of another", () => {
    const model = new Model();
    model.record(model.begin(1), { at: NOON });
    model.seal(1, []);
    model.record(model.begin(1), { at: NOON });

    expect(newShelf().blocks(2)).toEqual([]);
    expect(newShelf([2]).blocks(1)).toEqual([]);
  });

  test("beside a damaged one are shown as ever", () => {
    const model = new Model();
    for (const id of [model.begin(1), model.begin(2)]) {
      model.record(id, { at: NOON });
      model.seal(id, []);
    }
    model.record(model.begin(3), { at: NOON });
    model.record(1, { at: NOON + 1 });
    writer.database.exec(
      "update segment_columns set checksum = 0 where segment_id = 1 and shard = 1",
    );

    const blocks = newShelf([1, 2, 3]).blocks(1);

    const answers = blocks.map((block) => {
      try {
        return rawSessionsOf(block).map(({ id }) => id);
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(answers).toEqual([
      "Segment 1 (18 March 2026) is damaged in column shape",
      [2],
      [1],
      [3],
    ]);
  });
});

describe("how long a page was looked at", () => {
  const row = fc.record({
    session: fc.integer({ min: 1, max: 3 }),
    at: fc.nat(6),
    page: fc.integer({ min: 50, max: 51 }),
    kind: fc.constantFrom("view", "event", "engagement", "engagement"),
    engaged: fc.oneof(fc.nat(500), fc.integer({ min: 30_000, max: 70_000 })),
    scroll: fc.nat(100),
  });

  test("is known of the view it is about, as SQL would tell it", () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 25 }), (rows) => {
        writer.database.exec("delete from events; delete from sessions");
        const model = new Model();
        for (const session of [1, 2, 3]) {
          model.begin(session);
          model.record(session, { at: NOON - 1, name: 99 });
        }
        for (const { session, at, kind, page, engaged, scroll } of rows) {
          const name = { view, event: 99, engagement }[kind];
          const properties = kind === "engagement" ? JSON.stringify({ engaged, scroll }) : null;
          model.record(session, { at: NOON + at, page, name, properties });
        }

        const told = shown(newShelf()).flatMap(({ id, lastAt, events }) =>
          events
            .filter(({ name }) => name === view)
            .map(({ at, page, engaged, scroll }) => ({ id, lastAt, at, page, engaged, scroll })),
        );

        expect(told).toEqual(viewsBySql() as typeof told);
      }),
      { numRuns: 40 },
    );
  });

  /** Written against the definition: each engagement finds its view, each view adds up its own. */
  const viewsBySql = () =>
    writer.database
      .prepare(
        `with looks as (
           select l.properties ->> 'engaged' as engaged, l.properties ->> 'scroll' as scroll,
             (select v.id from events v where v.name = ?1 and v.session_id = l.session_id
                and v.page = l.page and (v.at < l.at or (v.at = l.at and v.id < l.id))
              order by v.at desc, v.id desc limit 1) as view_id
           from events l where l.name = ?2)
         select v.session_id as id,
           (select max(e.at) from events e where e.session_id = v.session_id) as lastAt,
           v.at, v.page,
           coalesce((select min(sum(engaged), 65534) + 1 from looks where view_id = v.id), 0)
             as engaged,
           coalesce((select max(scroll) + 1 from looks where view_id = v.id), 0) as scroll
         from events v where v.name = ?1 order by v.visitor_id, v.session_id, v.at, v.id`,
      )
      .all([view, engagement]);
});
