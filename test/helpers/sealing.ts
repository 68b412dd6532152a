import { createRecorder, type Recorder } from "../../src/ingest/record.ts";
import type { Hit } from "../../src/ingest/hit.ts";
import { createLog } from "../../src/lib/log.ts";
import { SHARDS, type RawSession } from "../../src/stats/block.ts";
import { createColumnCache } from "../../src/stats/column-cache.ts";
import { openBlock } from "../../src/stats/open-block.ts";
import { rawSessionsOf } from "../../src/stats/raw-sessions.ts";
import {
  readRowTerms,
  SESSION_FACTS,
  toFacts,
  toRawSession,
  type EventRow,
} from "../../src/stats/row-sessions.ts";
import { listSegments, readSuperseded } from "../../src/stats/sealed-copies.ts";
import { readSeal } from "../../src/stats/seal-steps.ts";
import { createSealer, type Sealer, type SealPoint } from "../../src/stats/sealer.ts";
import type { Connection } from "../../src/store/connection.ts";
import type { Priority, Write } from "../../src/store/writer.ts";
import { eventId } from "./app.ts";
import { openTestStore, type Clock, type TestStore } from "./store.ts";

/** What somebody did, for a test to say in few words. */
export interface Doing {
  readonly site?: number;
  readonly visitor: number;
  /** How long ago, ms. */
  readonly age?: number;
  readonly name?: string;
  readonly path?: string;
  readonly props?: Record<string, unknown>;
  readonly id?: string;
  readonly kind?: "storage" | "cookieless";
}

/** A store with two sites, a recorder and a sealer, and nothing else. */
export interface SealingLab {
  readonly store: TestStore;
  readonly now: Clock;
  readonly sealer: Sealer;
  readonly recorder: Recorder;
  /** Records, and answers when it is committed. */
  record(doings: readonly Doing[]): Promise<void>;
  /** How long transactions of upkeep held the writer, ms. */
  readonly heldMs: number[];
  readonly errors: string[];
  /** Ends the sealer and the store and opens both again. */
  restart(): Promise<SealingLab>;
  remove(): Promise<void>;
}

export interface SealingOptions {
  readonly at?: (point: SealPoint) => void | Promise<void>;
  readonly store?: TestStore;
}

export async function startSealingLab(options: SealingOptions = {}): Promise<SealingLab> {
  const store = options.store ?? openTestStore();
  const { now } = store;
  const heldMs: number[] = [];
  const errors: string[] = [];
  const timed: Write = (change, priority: Priority = "admin") =>
    store.write((tx, connection) => {
      const startedAt = performance.now();
      const result = change(tx, connection);
      if (priority === "upkeep") heldMs.push(performance.now() - startedAt);
      return result;
    }, priority);
  await store.write((_, connection) => {
    for (const id of [1, 2]) {
      connection
        .prepare(
          `insert or ignore into sites (id, key, domain, kind, privacy, identify_secret, created_at)
           values (?, ?, ?, 'website', 'storage', '', 0)`,
        )
        .run([id, `key${id}`, `site${id}.example`]);
    }
  });
  const recorder = createRecorder({
    identity: {
      onTied: () => {},
      onVerified: () => {},
      onUntied: () => {},
      onTakenOver: () => {},
    },
    hooks: [],
    isSigned: () => false,
  });
  const sealer = createSealer({
    path: store.path,
    write: timed,
    now,
    log: createLog("normal", (line) => errors.push(line)),
    onSealing: recorder.sealUpTo,
    ...(options.at && { at: options.at }),
  });
  return {
    store,
    now,
    sealer,
    recorder,
    heldMs,
    errors,
    async record(doings) {
      const hits = doings.map((doing) => toHit(doing, now()));
      await store.write((_, connection) => recorder.record(connection, hits, now()), "ingest");
    },
    async restart() {
      await sealer.stop();
      return startSealingLab({ ...options, store: await store.reopen() });
    },
    async remove() {
      await sealer.stop();
      await store.remove();
    },
  };
}

function toHit(doing: Doing, now: number): Hit {
  const { site = 1, visitor, age = 0, name = "page_view", path = "/", props, id, kind } = doing;
  return {
    site: {
      id: site,
      key: `key${site}`,
      domain: `site${site}.example`,
      kind: "website",
      privacy: "storage",
      furtherDomains: [],
      firstEventAt: 0,
      createdAt: 0,
      definitions: new Map(),
    } as unknown as Hit["site"],
    visitorKey: `visitor-${visitor}`,
    visitorKind: kind ?? "storage",
    mayBeTied: false,
    link: undefined,
    viaLink: false,
    formerKey: undefined,
    page: {
      url: new URL(`https://site${site}.example${path}`),
      referrer: "",
      title: `Title of ${path}`,
      screen: 1000 + visitor,
      zone: "UTC",
      language: "en",
    },
    path,
    facts: {
      source: visitor % 2 === 0 ? "direct" : "search",
      referrer: undefined,
      utmSource: undefined,
      utmMedium: undefined,
      utmCampaign: undefined,
      utmTerm: undefined,
      utmContent: undefined,
      country: "DE",
      region: undefined,
      city: undefined,
      language: "en",
      device: "desktop",
      browser: "Chrome",
      version: "Chrome 140",
      system: "Linux",
      screen: 1000 + visitor,
    },
    events: [
      { id: id ?? eventId(now), name, at: now - age, properties: props, signature: undefined },
    ],
    receivedAt: now,
  };
}

/**
 * All that a store tells of a site, read by the rules and in the plainest way: rows that tell of
 * their sessions, and segments for the rest.
 */
export function tellSessions(connection: Connection, siteId: number): RawSession[] {
  const terms = readRowTerms(connection, siteId);
  const { sealedSession } = readSeal(connection, siteId);
  const noted = new Map(
    (
      connection
        .prepare("select session_id as id, from_event as first from unsealed where site_id = ?")
        .all([siteId]) as { id: number; first: number }[]
    ).map(({ id, first }) => [id, first]),
  );
  const told = new Map<number, RawSession>();
  const reading = { connection, cache: createColumnCache(1e7) };
  for (const segment of listSegments(reading, siteId)) {
    const superseded = readSuperseded(reading, segment.id);
    for (let shard = 0; shard < SHARDS; shard += 1) {
      const block = openBlock(reading, segment, shard);
      for (const session of block ? rawSessionsOf(block) : []) {
        if (superseded.has(session.id)) continue;
        if (told.has(session.id)) throw new Error(`Session ${session.id} is told of twice`);
        told.set(session.id, session);
      }
    }
  }
  for (const row of readFacts(connection, siteId)) {
    const facts = toFacts(row);
    const from = facts.id > sealedSession ? 0 : noted.get(facts.id);
    if (from === undefined) continue;
    const copy = told.get(facts.id);
    if (from === 0 && copy) throw new Error(`Session ${facts.id} is sealed and not`);
    const whole = toRawSession(facts, rowsOf(connection, facts.id, from), terms, copy?.events);
    if (whole) told.set(facts.id, whole);
  }
  return [...told.values()].toSorted((a, b) => a.id - b.id);
}

export function readFacts(connection: Connection, siteId: number) {
  return connection
    .prepare(`select ${SESSION_FACTS} from sessions s where s.site_id = ?`)
    .all([siteId]) as Parameters<typeof toFacts>[0][];
}

export function rowsOf(connection: Connection, sessionId: number, from = 0): EventRow[] {
  return connection
    .prepare(
      `select id, session_id as sessionId, at, name, page, coalesce(title, 0) as title,
         coalesce(host, 0) as host, properties
       from events where session_id = ? and id >= ? order by id`,
    )
    .all([sessionId, from]) as EventRow[];
}
