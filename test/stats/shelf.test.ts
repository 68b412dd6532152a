import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { RawSession } from "../../src/stats/block.ts";
import { createColumnCache } from "../../src/stats/column-cache.ts";
import { rawSessionsOf } from "../../src/stats/raw-sessions.ts";
import { toRawSession, type EventRow, type SessionFacts } from "../../src/stats/row-sessions.ts";
import { createShelf, type Shelf } from "../../src/stats/shelf.ts";
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

const newShelf = (shards = ALL): Shelf => createShelf(store.reader, createColumnCache(1e8), shards);

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
        unfinished: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 3 }),
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
          if (each.do === "look") expect(shown(shelf)).toEqual(model.expected());
        }

        expect(shown(shelf)).toEqual(model.expected());
        expect(inBlockOrder(halves.flatMap((half) => shown(half)))).toEqual(model.expected());
      }),
      { numRuns: 80 },
    );
  });
});
