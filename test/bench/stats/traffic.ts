// Traffic as a shop has it: few pages are seen often, visitors come back, some buy. The same for
// the same seed, so that both engines get equal rows.

export const DAYS = 60;
export const DAY_MS = 86_400_000;
/** The first day, 00:00 UTC; clocks in Berlin change within the period. */
export const FIRST_AT = Date.UTC(2026, 8, 1);
export const UNTIL_AT = FIRST_AT + DAYS * DAY_MS;

const list = (length: number, name: (index: number) => string) =>
  Array.from({ length }, (_, index) => name(index));

const PLACES = ["/product/", "/category/", "/blog/", "/help/"];

/** What dictionaries hold; a row names an entry by its place. */
export const WORDS = {
  name: ["page_view", "scrolled_half", "add_to_cart", "purchase", "newsletter"],
  page: list(2000, (index) => (index === 0 ? "/" : `${PLACES[index % 4]}${index}`)),
  title: list(2000, (index) => (index === 0 ? "Shop" : `Page ${index} of the shop`)),
  host: ["shop.example"],
  sku: list(500, (index) => `SKU-${index}`),
  source: ["direct", "search", "social", "referral", "email", "paid", "ai", "campaign"],
  referrer: list(60, (index) => (index === 0 ? "" : `site-${index}.example`)),
  campaign: list(21, (index) => (index === 0 ? "" : `campaign-${index}`)),
  country: list(40, (index) => `${String.fromCharCode(65 + (index % 26))}${index % 10}`),
  region: list(80, (index) => `Region ${index}`),
  city: list(300, (index) => `City ${index}`),
  language: list(20, (index) => `l${index}`),
  device: ["desktop", "mobile", "tablet"],
  browser: ["Chrome", "Safari", "Firefox", "Edge", "Samsung Internet"],
  version: list(60, (index) => `Chrome ${100 + index}`),
  system: ["Windows", "Android", "iOS", "macOS", "Linux"],
} as const;

export type Word = keyof typeof WORDS;

export interface BenchSession {
  readonly id: number;
  readonly visitor: number;
  readonly isNew: boolean;
  readonly screen: number;
  readonly source: number;
  readonly referrer: number;
  readonly campaign: number;
  readonly country: number;
  readonly region: number;
  readonly city: number;
  readonly language: number;
  readonly device: number;
  readonly browser: number;
  readonly version: number;
  readonly system: number;
  readonly events: BenchEvent[];
}

export interface BenchEvent {
  at: number;
  readonly name: number;
  readonly page: number;
  /** Tenths of a second; -1 where not measured. */
  engaged: number;
  scroll: number;
  /** Of a purchase, in cents. */
  readonly cents: number;
  /** Of a cart and a purchase; -1 otherwise. */
  readonly sku: number;
}

/** A generator of numbers from 0 to 1. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Draws places of a list of which each is as frequent as Zipf's law says. */
function createZipf(length: number, exponent: number, random: () => number): () => number {
  const table = new Uint16Array(65_536);
  const weights = Array.from({ length }, (_, index) => 1 / (index + 1) ** exponent);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let place = 0;
  let reached = weights[0]! / sum;
  for (let slot = 0; slot < table.length; slot += 1) {
    while ((slot + 0.5) / table.length > reached && place < length - 1) {
      place += 1;
      reached += weights[place]! / sum;
    }
    table[slot] = place;
  }
  return () => table[Math.floor(random() * 65_536)]!;
}

/**
 * Sessions of one day after the other, some 4 events each, until there are about as many events.
 *
 * @param events How many in all.
 * @param visitors How many in all; each comes 2.5 times or so.
 */
export function* makeTraffic(events: number, visitors: number): Generator<BenchSession[]> {
  const random = createRandom(7);
  const pick = (word: Word, exponent = 1) => createZipf(WORDS[word].length, exponent, random);
  const draw = {
    page: pick("page"),
    source: pick("source", 0.8),
    referrer: pick("referrer"),
    campaign: pick("campaign", 1.5),
    country: pick("country"),
    city: pick("city"),
    language: pick("language", 1.4),
    device: pick("device"),
    browser: pick("browser", 1.2),
    version: pick("version", 1.2),
    system: pick("system"),
    sku: pick("sku"),
  };
  const perDay = events / DAYS;
  const newPerDay = visitors / DAYS;
  let known = 0;
  let lastSession = 0;

  for (let day = 0; day < DAYS; day += 1) {
    const sessions: BenchSession[] = [];
    let made = 0;
    const until = Math.round((day + 1) * newPerDay);
    const expected = perDay / 4.2;
    while (made < perDay) {
      const fresh = known < until && random() < newPerDay / expected + 0.02;
      if (fresh) known += 1;
      const visitor = fresh ? known : 1 + Math.floor(random() * Math.max(1, known));
      lastSession += 1;
      // What is constant for a visitor follows from its number.
      const own = createRandom(visitor * 31);
      const city = Math.floor(own() ** 2 * WORDS.city.length);
      const session: BenchSession = {
        id: lastSession,
        visitor,
        isNew: fresh,
        screen: [390, 1440, 1920, 768, 1280][Math.floor(own() * 5)]!,
        source: draw.source(),
        referrer: draw.referrer(),
        campaign: draw.campaign(),
        country: Math.floor(own() ** 2 * WORDS.country.length),
        region: city % WORDS.region.length,
        city,
        language: Math.floor(own() ** 2 * WORDS.language.length),
        device: Math.floor(own() ** 1.5 * 3),
        browser: Math.floor(own() ** 2 * 5),
        version: draw.version(),
        system: Math.floor(own() * 5),
        events: [],
      };
      let at = FIRST_AT + day * DAY_MS + Math.floor(random() ** 0.7 * (DAY_MS - 3_600_000));
      const pages = 1 + Math.floor(-Math.log(1 - random()) * 2.2);
      for (let place = 0; place < Math.min(pages, 30); place += 1) {
        const page = draw.page();
        const looked = Math.floor(-Math.log(1 - random()) * 40_000) + 500;
        const event = (name: number, after: number, cents = 0, sku = -1): void => {
          session.events.push({ at: at + after, name, page, engaged: -1, scroll: -1, cents, sku });
        };
        event(0, 0);
        const view = session.events.at(-1)!;
        if (random() < 0.7) {
          view.engaged = Math.floor(Math.min(looked, 600_000) / 100);
          view.scroll = Math.floor(random() * 101);
        }
        if (random() < 0.2) event(1, Math.floor(looked / 2));
        if (random() < 0.06) event(2, Math.floor(looked * 0.7), 0, draw.sku());
        if (random() < 0.02) {
          event(3, Math.floor(looked * 0.9), 500 + Math.floor(random() * 20_000), draw.sku());
        }
        if (random() < 0.01) event(4, Math.floor(looked * 0.95));
        at += Math.min(looked, 1_200_000);
      }
      made += session.events.length;
      sessions.push(session);
    }
    // Ids rise with time, as they do where sessions begin one after the other.
    sessions.sort((a, b) => a.events[0]!.at - b.events[0]!.at);
    const first = lastSession - sessions.length + 1;
    yield sessions.map((session, index) => ({ ...session, id: first + index }));
  }
}
