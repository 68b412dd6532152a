import type { Block, EventTerm, PropertyColumn, SessionTerm } from "./block.ts";
import type { Happening } from "./question.ts";
import type { SiteData } from "./site-data.ts";

/** An event by its place in a block, and its session's. */
export interface Place {
  readonly session: number;
  readonly event: number;
}

type Visitor = { number: number; contactId: number | null; tiedFrom: number | null };

/**
 * Tells everything that is recorded of some events of a block.
 *
 * @param places In any order.
 * @returns In the same order.
 */
export function happeningsAt(
  { siteId, facts }: Pick<SiteData, "siteId" | "facts">,
  block: Block,
  places: readonly Place[],
): Happening[] {
  if (places.length === 0) return [];
  const visitorIds = block.sessionNumbers("visitor");
  const ids = new Set(places.map(({ session }) => visitorIds[session]!));
  const visitors = facts.visitorNumbers([...ids]);
  const text = (name: SessionTerm | EventTerm) => {
    const { codes, terms } = block.terms(name);
    return (place: number): string => facts.textOf(terms[codes[place]!]!);
  };
  const tellSession = sessionTeller(block, text);
  const tellEvent = eventTeller(block, text);
  const properties = propertiesTeller(block);
  return places.map(({ session, event }) => {
    const visitorId = visitorIds[session]!;
    const own = tellEvent(session, event);
    return {
      siteId,
      ...own,
      ...visitorAt(visitors.get(visitorId), own.at),
      ...tellSession(session),
      visitorId,
      properties: properties(event),
    };
  });
}

function visitorAt(visitor: Visitor | undefined, at: number) {
  const { number = 0, contactId = null, tiedFrom = null } = visitor ?? {};
  return {
    visitorNumber: number,
    contactId: tiedFrom !== null && at >= tiedFrom ? contactId : null,
  };
}

type Text = (name: SessionTerm | EventTerm) => (place: number) => string;

function sessionTeller(block: Block, text: Text) {
  const ids = block.sessionNumbers("session");
  const isNew = block.sessionNumbers("isNew");
  const screen = block.sessionNumbers("screen");
  const entryPage = text("entryPage");
  const source = text("source");
  const referrer = text("referrer");
  const utmSource = text("utmSource");
  const utmMedium = text("utmMedium");
  const utmCampaign = text("utmCampaign");
  const utmTerm = text("utmTerm");
  const utmContent = text("utmContent");
  const country = text("country");
  const region = text("region");
  const city = text("city");
  const language = text("language");
  const device = text("device");
  const browser = text("browser");
  const version = text("version");
  const system = text("system");
  return (session: number) => ({
    sessionId: ids[session]!,
    isNew: isNew[session] === 1,
    screen: screen[session]!,
    entryPage: entryPage(session),
    source: source(session),
    referrer: referrer(session),
    utmSource: utmSource(session),
    utmMedium: utmMedium(session),
    utmCampaign: utmCampaign(session),
    utmTerm: utmTerm(session),
    utmContent: utmContent(session),
    country: country(session),
    region: region(session),
    city: city(session),
    language: language(session),
    device: device(session),
    browser: browser(session),
    browserVersion: version(session),
    system: system(session),
  });
}

function eventTeller(block: Block, text: Text) {
  const ids = block.sessionNumbers("session");
  const since = block.sessionNumbers("since");
  const offset = block.sessionNumbers("offset");
  const after = block.eventNumbers("after");
  const engaged = block.eventNumbers("engaged");
  const scroll = block.eventNumbers("scroll");
  const [name, page, title, host] = [text("name"), text("page"), text("title"), text("host")];
  return (session: number, event: number) => ({
    key: `${ids[session]!}.${event - offset[session]!}`,
    at: block.from + since[session]! + after[event]!,
    event: name(event),
    page: page(event),
    title: title(event),
    host: host(event),
    engagedMs: engaged[event] === 0 ? null : (engaged[event]! - 1) * 100,
    scroll: scroll[event] === 0 ? null : scroll[event]! - 1,
  });
}

/** Reads the properties of single events; each is looked for by halving, few of all are wanted. */
function propertiesTeller(block: Block): (event: number) => Happening["properties"] {
  const columns = block.propertyKeys().map((key) => [key, block.property(key)!] as const);
  return (event) => {
    let found: Record<string, unknown> | null = null;
    for (const [key, column] of columns) {
      const value = valueAt(column, event);
      if (value === undefined) continue;
      // Defined, not assigned: a property may be called `__proto__`.
      Object.defineProperty((found ??= {}), key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return found;
  };
}

/** @returns Undefined if the event does not have the property; JSON knows no such value. */
function valueAt({ numbers, others }: PropertyColumn, event: number): unknown {
  const number = placeOf(numbers.at, event);
  if (number >= 0) return numbers.values[number];
  const other = placeOf(others.at, event);
  return other < 0 ? undefined : (JSON.parse(others.values[others.codes[other]!]!) as unknown);
}

/** @returns Where a value is among rising ones, or -1. */
export function placeOf(rising: Uint32Array, value: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rising[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return rising[low] === value ? low : -1;
}
