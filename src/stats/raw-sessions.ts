import {
  EVENT_TERMS,
  SESSION_TERMS,
  type Block,
  type EventTerm,
  type RawEvent,
  type RawSession,
  type SessionTerm,
} from "./block.ts";

type Properties = Record<string, unknown>;

/**
 * Gives back the sessions a block was made of, with their events.
 *
 * Reads every column. What comes back is equal but for what a block does not keep: an empty
 * object of properties, the order of their keys, and what is beyond the range of a column.
 *
 * @param which Places of the sessions wanted; all that count, if not said.
 */
export function rawSessionsOf(block: Block, which?: readonly number[]): RawSession[] {
  const places = which ?? countingPlaces(block);
  const offset = block.sessionNumbers("offset");
  const wanted = new Uint8Array(block.events);
  for (const place of places) wanted.fill(1, offset[place], offset[place + 1]);

  const sessionAt = sessionReader(block);
  const eventAt = eventReader(block, propertiesOf(block, wanted));
  const since = block.sessionNumbers("since");
  return places.map((place) => {
    const events: RawEvent[] = [];
    for (let at = offset[place]!; at < offset[place + 1]!; at += 1) {
      events.push(eventAt(at, block.from + since[place]!));
    }
    return { ...sessionAt(place), events };
  });
}

function countingPlaces({ sessions, skip }: Block): number[] {
  const places: number[] = [];
  for (let place = 0; place < sessions; place += 1) if (!skip?.[place]) places.push(place);
  return places;
}

function sessionReader(block: Block): (place: number) => Omit<RawSession, "events"> {
  const visitor = block.sessionNumbers("visitor");
  const session = block.sessionNumbers("session");
  const since = block.sessionNumbers("since");
  const duration = block.sessionNumbers("duration");
  const isNew = block.sessionNumbers("isNew");
  const screen = block.sessionNumbers("screen");
  const terms = SESSION_TERMS.filter((name) => name !== "entryPage" && name !== "exitPage").map(
    (name) => [name, termReader(block, name)] as const,
  );
  return (place) => {
    const own: Record<string, number> = {};
    for (const [name, termAt] of terms) own[name] = termAt(place);
    return {
      id: session[place]!,
      visitorId: visitor[place]!,
      lastAt: block.from + since[place]! + duration[place]!,
      isNew: isNew[place] === 1,
      screen: screen[place]!,
      terms: own as RawSession["terms"],
    };
  };
}

function eventReader(
  block: Block,
  properties: ReadonlyMap<number, Properties>,
): (at: number, started: number) => RawEvent {
  const after = block.eventNumbers("after");
  const engaged = block.eventNumbers("engaged");
  const scroll = block.eventNumbers("scroll");
  const [name, page, title, host] = EVENT_TERMS.map((term) => termReader(block, term));
  return (at, started) => ({
    at: started + after[at]!,
    name: name!(at),
    page: page!(at),
    title: title!(at),
    host: host!(at),
    engaged: engaged[at]!,
    scroll: scroll[at]!,
    properties: properties.get(at),
  });
}

function termReader(block: Block, name: SessionTerm | EventTerm): (at: number) => number {
  const { codes, terms } = block.terms(name);
  return (at) => terms[codes[at]!]!;
}

/** By place of the event; read column by column, since that is how they lie. */
function propertiesOf(block: Block, wanted: Uint8Array): Map<number, Properties> {
  const found = new Map<number, Properties>();
  const put = (at: number, key: string, value: unknown) => {
    let own = found.get(at);
    // Without a prototype, a property called `__proto__` is one like any other.
    if (!own) found.set(at, (own = Object.create(null) as Properties));
    own[key] = value;
  };
  for (const key of block.propertyKeys()) {
    const { numbers, others } = block.property(key)!;
    for (let index = 0; index < numbers.at.length; index += 1) {
      const at = numbers.at[index]!;
      if (wanted[at]) put(at, key, numbers.values[index]);
    }
    const values = others.values.map((text) => JSON.parse(text) as unknown);
    for (let index = 0; index < others.at.length; index += 1) {
      const at = others.at[index]!;
      if (wanted[at]) put(at, key, values[others.codes[index]!]);
    }
  }
  return found;
}
