import type { Block, EventTerm, SessionNumbers, SessionTerm } from "./block.ts";
import { DIMENSIONS, PROPERTY, SCREENS, type Dimension } from "./dimensions.ts";
import { createWallClock, HOURS, roundAt, WEEKDAYS, type Round } from "./local-time.ts";
import type { Codes } from "./look-up.ts";
import type { SiteFacts } from "./site-data.ts";
import { eventCodes, SLOT_MS, slotsOf, type Slots } from "./slots.ts";

/** A dimension of one block, whatever it is read from: a code for each session or event. */
export interface DimensionColumn {
  readonly of: "session" | "event";
  readonly codes: Codes;
  /** What codes stand for: ids of terms or texts, `""` where there is no value. */
  readonly values: { readonly terms: Uint32Array } | { readonly texts: readonly string[] };
}

const SESSION_DIMENSIONS: Readonly<Record<string, SessionTerm>> = {
  entry_page: "entryPage",
  exit_page: "exitPage",
  source: "source",
  referrer: "referrer",
  utm_source: "utmSource",
  utm_medium: "utmMedium",
  utm_campaign: "utmCampaign",
  utm_term: "utmTerm",
  utm_content: "utmContent",
  country: "country",
  region: "region",
  city: "city",
  device: "device",
  browser: "browser",
  browser_version: "version",
  system: "system",
  language: "language",
};

const EVENT_DIMENSIONS: Readonly<Record<string, EventTerm>> = {
  page: "page",
  title: "title",
  host: "host",
  event: "name",
};

/**
 * The column of a dimension. What is stored as terms is given as it is; the rest is worked out.
 *
 * @param zone IANA name; for hours and weekdays.
 */
export function dimensionColumn(
  block: Block,
  facts: SiteFacts,
  dimension: Dimension,
  zone: string,
): DimensionColumn {
  const ofSession = SESSION_DIMENSIONS[dimension];
  if (ofSession) return termColumn(block, "session", ofSession);
  const ofEvent = EVENT_DIMENSIONS[dimension];
  if (ofEvent) return termColumn(block, "event", ofEvent);
  switch (dimension) {
    case "screen":
      return screenColumn(block);
    case "visitor":
      return {
        of: "session",
        codes: block.sessionNumbers("isNew"),
        values: { texts: ["returning", "new"] },
      };
    case "contact":
      return contactColumn(block, facts);
    case "hour":
    case "weekday":
      return clockColumn(block, dimension, zone);
    default:
      return propertyColumn(block, dimension.slice(PROPERTY.length));
  }
}

/** Of what a dimension is, without looking at a block. */
export function dimensionOf(dimension: Dimension): "session" | "event" {
  if (dimension.startsWith(PROPERTY)) return "event";
  return DIMENSIONS[dimension as keyof typeof DIMENSIONS].of;
}

function termColumn(
  block: Block,
  of: "session" | "event",
  name: SessionTerm | EventTerm,
): DimensionColumn {
  const column = block.terms(name);
  return {
    of,
    // Unpacked for whoever asks: to tell that no event has a value the dictionary is enough.
    get codes() {
      return column.codes;
    },
    values: { terms: column.terms },
  };
}

const SCREEN_TEXTS = ["", ...SCREENS.map(([name]) => name)];

function screenColumn(block: Block): DimensionColumn {
  const widths = block.sessionNumbers("screen");
  const codes = new Uint8Array(block.sessions);
  for (let session = 0; session < codes.length; session++) {
    const width = widths[session]!;
    if (width > 0) codes[session] = SCREENS.findIndex(([, from]) => width >= from) + 1;
  }
  return { of: "session", codes, values: { texts: SCREEN_TEXTS } };
}

function contactColumn(block: Block, facts: SiteFacts): DimensionColumn {
  const codes = new Uint8Array(block.events);
  const { visitors, from } = facts.tied();
  const visitor = block.sessionNumbers("visitor");
  let since: SessionNumbers["since"] | undefined;
  let place = 0;
  for (let session = 0; session < block.sessions && place < visitors.length; session++) {
    while (place < visitors.length && visitors[place]! < visitor[session]!) place += 1;
    if (visitors[place] !== visitor[session]) continue;
    since ??= block.sessionNumbers("since");
    markFrom(block, codes, session, from[place]! - block.from - since[session]!);
  }
  return { of: "event", codes, values: { texts: ["anonymous", "known"] } };
}

function markFrom(block: Block, codes: Uint8Array, session: number, knownAfter: number): void {
  const offset = block.sessionNumbers("offset");
  const after = block.eventNumbers("after");
  for (let event = offset[session]!; event < offset[session + 1]!; event++) {
    if (after[event]! >= knownAfter) codes[event] = 1;
  }
}

/** What is written for hours and weekdays. */
export const CLOCK_TEXTS = {
  hour: Array.from({ length: 24 }, (_, hour) => String(hour)),
  weekday: Array.from({ length: 7 }, (_, day) => String(day + 1)),
};

function clockColumn(block: Block, unit: "hour" | "weekday", zone: string): DimensionColumn {
  const slots = clockSlots(block, unit, zone);
  const round = unit === "hour" ? HOURS : WEEKDAYS;
  const codes = slots
    ? eventCodes(block, slots)
    : codesByEvent(block, round, zone, new Uint16Array(block.events));
  return { of: "event", codes, values: { texts: CLOCK_TEXTS[unit] } };
}

/**
 * Hours or weekdays of the quarters of an hour that a block spans, as places in `CLOCK_TEXTS`.
 *
 * @returns `undefined`, if clocks of the zone were ahead by odd minutes then, as some long ago.
 */
export function clockSlots(
  block: Block,
  unit: "hour" | "weekday",
  zone: string,
): Slots | undefined {
  const round = unit === "hour" ? HOURS : WEEKDAYS;
  const clock = createWallClock(block.from, block.until, zone);
  return slotsOf(block, (first, last) => {
    const ahead = clock.offsetAt(first);
    if (ahead % SLOT_MS !== 0 || clock.changes(first, last)) return undefined;
    return roundAt(round, first + ahead);
  });
}

function codesByEvent(block: Block, round: Round, zone: string, codes: Uint16Array): Uint16Array {
  const clock = createWallClock(block.from, block.until, zone);
  const since = block.sessionNumbers("since");
  const offset = block.sessionNumbers("offset");
  const after = block.eventNumbers("after");
  for (let session = 0; session < block.sessions; session++) {
    for (let event = offset[session]!; event < offset[session + 1]!; event++) {
      const at = block.from + since[session]! + after[event]!;
      codes[event] = roundAt(round, at + clock.offsetAt(at));
    }
  }
  return codes;
}

function propertyColumn(block: Block, key: string): DimensionColumn {
  const texts = [""];
  const property = block.property(key);
  if (!property) return { of: "event", codes: new Uint16Array(block.events), values: { texts } };
  const { numbers, others } = property;
  const most = others.values.length + numbers.at.length;
  const codes = most < 65_535 ? new Uint16Array(block.events) : new Uint32Array(block.events);
  const numbered = new Map<number, number>();
  for (let index = 0; index < numbers.at.length; index++) {
    const value = numbers.values[index]!;
    let code = numbered.get(value);
    if (code === undefined) {
      code = texts.push(String(value)) - 1;
      numbered.set(value, code);
    }
    codes[numbers.at[index]!] = code;
  }
  const first = texts.length;
  for (const json of others.values) texts.push(textOfJson(json));
  for (let index = 0; index < others.at.length; index++) {
    codes[others.at[index]!] = first + others.codes[index]!;
  }
  return { of: "event", codes, values: { texts } };
}

/** A value of a property as people see and type it: a text without its quotes. */
export function textOfJson(json: string): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}
