import fc from "fast-check";
import type { Block, RawEvent, RawSession } from "../../src/stats/block.ts";
import { makeBlock } from "../../src/stats/make-block.ts";
import type { SiteData, SiteFacts } from "../../src/stats/site-data.ts";

// Sites with visitors, as they could have been recorded: small pools of values, so that groups
// meet, ties are frequent, and everything odd happens often.

/** Two days around the moment when clocks in Berlin are put forward. */
export const BEGIN = Date.UTC(2026, 2, 28);
const LENGTH_MS = 48 * 3_600_000;

export const TEXTS = {
  name: [
    "page_view",
    "page_view",
    "page_view",
    "buy",
    "sign_up",
    "nobody_defined_this",
    "engagement",
  ],
  page: ["/", "/a", "/A", "/a/b", "/Pricing", "/100%_off"],
  title: ["", "Home", "Prices"],
  host: ["", "shop.example"],
  source: ["direct", "search", "Social"],
  referrer: ["", "https://Search.example/"],
  utmSource: ["", "news", "News"],
  utmMedium: ["", "mail"],
  utmCampaign: ["", "spring"],
  utmTerm: ["", "shoes"],
  utmContent: ["", "top"],
  country: ["", "DE", "FR"],
  region: ["", "Bavaria"],
  city: ["", "Berlin"],
  language: ["", "de", "en"],
  device: ["desktop", "phone"],
  browser: ["Firefox", "Chrome"],
  version: ["", "Firefox 140"],
  system: ["Linux", "macOS"],
} as const;

const SESSION_FIELDS = Object.keys(TEXTS).slice(4) as (keyof typeof TEXTS)[];

const VALUES = ["red", "Red", "7", "", true, false, null, ["a", "b"], 7, -2.5, 12, 0] as const;

/** Moments on a grid, so that many fall on one another and on the bounds of days and hours. */
const moment = fc.nat({ max: LENGTH_MS / 1_800_000 - 1 }).map((step) => BEGIN + step * 1_800_000);

const event = fc.record({
  after: fc.constantFrom(0, 0, 1000, 1_800_000, 3_600_000, 12 * 3_600_000),
  name: fc.constantFrom(...TEXTS.name),
  page: fc.constantFrom(...TEXTS.page),
  title: fc.constantFrom(...TEXTS.title),
  host: fc.constantFrom(...TEXTS.host),
  color: fc.option(fc.constantFrom(...VALUES), { nil: undefined }),
  price: fc.option(fc.constantFrom(...VALUES), { nil: undefined }),
  engaged: fc.option(fc.constantFrom(0, 5, 300, 65_000), { nil: undefined }),
  scroll: fc.option(fc.constantFrom(0, 40, 100), { nil: undefined }),
});

const drawnSession = fc.record({
  startedAt: moment,
  site: fc.constantFrom(1, 1, 2),
  visitor: fc.nat({ max: 7 }),
  screen: fc.constantFrom(0, 1, 599, 600, 1024, 1279, 1280, 1920, 4000),
  terms: fc.record(
    Object.fromEntries(
      SESSION_FIELDS.map((field) => [
        field,
        fc.constantFrom(...(TEXTS[field] as readonly string[])),
      ]),
    ),
  ),
  events: fc.array(event, { minLength: 1, maxLength: 6 }),
  /** Also in a segment whose copy counts no more. */
  copied: fc.boolean(),
  block: fc.nat({ max: 2 }),
});

export const tracked = fc
  .record({
    sessions: fc.array(drawnSession, { maxLength: 40, size: "max" }),
    /** Blocks in which every event counts are counted in a shorter way. */
    allDefined: fc.boolean(),
    tied: fc.array(fc.option(moment, { nil: undefined }), { minLength: 8, maxLength: 8 }),
  })
  .map(recordedOf);

type Drawn = {
  readonly sessions: readonly (typeof drawnSession extends fc.Arbitrary<infer T> ? T : never)[];
  readonly allDefined: boolean;
  readonly tied: readonly (number | undefined)[];
};

export interface RecordedEvent {
  readonly id: number;
  readonly at: number;
  readonly name: string;
  readonly page: string;
  readonly title: string;
  readonly host: string;
  readonly properties: Readonly<Record<string, unknown>> | undefined;
}

export interface RecordedSession {
  readonly id: number;
  readonly site: number;
  readonly visitor: number;
  readonly isNew: boolean;
  readonly screen: number;
  readonly terms: Readonly<Record<string, string>>;
  /** In order of time, then id. */
  readonly events: readonly RecordedEvent[];
  readonly copied: boolean;
  readonly block: number;
}

export interface Recorded {
  readonly sessions: readonly RecordedSession[];
  /** Visitors by id, and since when they are contacts. */
  readonly visitors: ReadonlyMap<number, { site: number; tiedFrom: number | undefined }>;
}

function recordedOf({ sessions, allDefined, tied }: Drawn): Recorded {
  const visitors = new Map<number, { site: number; tiedFrom: number | undefined }>();
  let lastEvent = 0;
  const recorded = sessions.map((drawn, index): RecordedSession => {
    const visitor = drawn.visitor * 3 + drawn.site; // of one site only, and in several shards
    const isNew = !visitors.has(visitor);
    visitors.set(visitor, { site: drawn.site, tiedFrom: tied[drawn.visitor] });
    const events = drawn.events.map(({ after, name, page, title, host, ...given }) => ({
      id: (lastEvent += 1),
      at: drawn.startedAt + after,
      name: allDefined && name === "nobody_defined_this" ? "sign_up" : name,
      page,
      title,
      host,
      properties: propertiesOf(name, given),
    }));
    // Engagement never begins a session, nor is it all there is.
    events[0] = { ...events[0]!, at: drawn.startedAt };
    if (events[0]!.name === "engagement") events[0] = { ...events[0]!, name: "page_view" };
    events.sort((a, b) => a.at - b.at || a.id - b.id);
    return { ...drawn, id: index + 1, visitor, isNew, events };
  });
  return { sessions: recorded, visitors };
}

function propertiesOf(
  name: string,
  {
    color,
    price,
    engaged = 0,
    scroll = 0,
  }: {
    color?: unknown;
    price?: unknown;
    engaged?: number | undefined;
    scroll?: number | undefined;
  },
): Record<string, unknown> | undefined {
  if (name === "engagement") return { engaged, scroll };
  const properties = {
    ...(color !== undefined && { color }),
    ...(price !== undefined && { price }),
  };
  return Object.keys(properties).length > 0 ? properties : undefined;
}

/** Ids of terms: of each site its own, in an order that says nothing. */
export function termsOf({ sessions }: Recorded, site: number): Map<string, number> {
  const texts = new Set(["page_view", "engagement"]);
  for (const { terms, events } of sessions.filter((each) => each.site === site)) {
    for (const text of Object.values(terms)) texts.add(text);
    for (const { name, page, title, host } of events) {
      for (const text of [name, page, title, host]) texts.add(text);
    }
  }
  texts.delete("");
  return new Map([...texts].map((text, index) => [text, (index + 1) * 2 + site - 1]));
}

/** What workers hold of a site, made without the database. */
export function siteDataOf(
  recorded: Recorded,
  siteId: number,
  shards: readonly number[],
): SiteData {
  const terms = termsOf(recorded, siteId);
  const sessions = recorded.sessions.filter(
    ({ site, visitor }) => site === siteId && shards.includes(visitor % 4),
  );
  const blocks: Block[] = [];
  for (const place of [0, 1, 2]) {
    const own = sessions.filter(({ block }) => block === place);
    const copies = sessions.filter(({ block, copied }) => copied && block !== place);
    const raw = [...own, ...copies].map((each) => rawSession(each, terms));
    const block = makeBlock(raw, terms.get("page_view")!);
    const stale = new Set(copies.map(({ id }) => id));
    const skip = Uint8Array.from(block.sessionNumbers("session"), (id) => Number(stale.has(id)));
    blocks.push({ ...block, skip: copies.length > 0 ? skip : undefined });
  }
  return { siteId, blocks, facts: factsOf(recorded, siteId, terms) };
}

function factsOf(recorded: Recorded, siteId: number, terms: Map<string, number>): SiteFacts {
  const texts = new Map([...terms].map(([text, id]) => [id, text]));
  const tied = [...recorded.visitors]
    .filter(([, { site, tiedFrom }]) => site === siteId && tiedFrom !== undefined)
    .sort(([a], [b]) => a - b);
  return {
    viewTerm: terms.get("page_view")!,
    counted: new Set(["page_view", "buy", "sign_up"].flatMap((name) => terms.get(name) ?? [])),
    textOf: (term) => texts.get(term) ?? "",
    idOf: (text) => terms.get(text),
    tied: () => ({
      visitors: Uint32Array.from(tied, ([id]) => id),
      from: Float64Array.from(tied, ([, { tiedFrom }]) => tiedFrom!),
    }),
    visitorNumbers: () => new Map(),
  };
}

function rawSession(session: RecordedSession, terms: Map<string, number>): RawSession {
  const idOf = (text: string) => terms.get(text) ?? 0;
  const events: (RawEvent & { engaged: number; scroll: number })[] = [];
  for (const { at, name, page, title, host, properties } of session.events) {
    if (name === "engagement") {
      const view = events.findLast(
        (each) => each.name === idOf("page_view") && each.page === idOf(page),
      );
      if (view) fold(view, properties as { engaged: number; scroll: number });
      continue;
    }
    events.push({
      at,
      name: idOf(name),
      page: idOf(page),
      title: idOf(title),
      host: idOf(host),
      engaged: 0,
      scroll: 0,
      properties,
    });
  }
  return {
    id: session.id,
    visitorId: session.visitor,
    lastAt: session.events.at(-1)!.at,
    isNew: session.isNew,
    screen: session.screen,
    terms: Object.fromEntries(
      Object.entries(session.terms).map(([field, text]) => [field, idOf(text)]),
    ) as RawSession["terms"],
    events,
  };
}

function fold(
  view: { engaged: number; scroll: number },
  { engaged, scroll }: { engaged: number; scroll: number },
): void {
  view.engaged = Math.min(Math.max(view.engaged - 1, 0) + engaged, 65_534) + 1;
  view.scroll = Math.max(view.scroll, scroll + 1);
}
