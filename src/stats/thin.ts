import {
  EVENT_TERMS,
  type Block,
  type EventNumbers,
  type PropertyColumn,
  type TermColumn,
} from "./block.ts";
import { keptOf } from "./compact.ts";
import { createOnce } from "./once.ts";
import { afterOfAll, pick } from "./pick.ts";

/**
 * Some events of a block, with the sessions they are of, as a block of their own.
 *
 * What is said of sessions stays what it was, also their views: who counts these has to look at
 * the events that are left. Columns are picked when they are first asked for.
 *
 * @param events Their places, rising; at least one.
 */
export function thin(block: Block, events: Uint32Array): Block {
  const whole = block.sessionNumbers("offset");
  const { sessions, offset } = sessionsOf(events, whole);
  const once = createOnce();
  const ofEvents = <N extends keyof EventNumbers>(name: N): EventNumbers[N] =>
    once(name, () =>
      name === "after"
        ? (afterOfThese() as EventNumbers[N])
        : pick(block.eventNumbers(name), events),
    );
  const afterOfThese = (): Uint32Array =>
    pick(block.afterOf(sessions), placesWithin(events, offset, sessions, whole));
  return {
    sessions: sessions.length,
    events: events.length,
    from: block.from,
    until: block.until,
    skip: undefined,
    sessionNumbers: (name) =>
      name === "offset"
        ? (offset as never)
        : once(name, () => pick(block.sessionNumbers(name), sessions)),
    eventNumbers: ofEvents,
    afterOf: (some) => afterOfAll(ofEvents("after"), offset, some),
    terms: (name) =>
      once(name, (): TermColumn => {
        const { codes, terms } = block.terms(name);
        const isOfEvents = (EVENT_TERMS as readonly string[]).includes(name);
        return { terms, codes: pick(codes, isOfEvents ? events : sessions) };
      }),
    propertyKeys: block.propertyKeys,
    property(key) {
      const column = once(`property ${key}`, () => {
        const property = block.property(key);
        return property ? thinProperty(property, events) : null;
      });
      return column ?? undefined;
    },
  };
}

/** The sessions that events are of, and where the events of each begin among these. */
function sessionsOf(events: Uint32Array, whole: Uint32Array) {
  const most = Math.min(events.length, whole.length - 1);
  const sessions = new Uint32Array(most);
  const offset = new Uint32Array(most + 1);
  let count = 0;
  let session = 0;
  let end = 0;
  for (let index = 0; index < events.length; index++) {
    const event = events[index]!;
    if (event < end) continue;
    while (whole[session + 1]! <= event) session++;
    end = whole[session + 1]!;
    sessions[count] = session;
    offset[count++] = index;
  }
  offset[count] = events.length;
  return { sessions: sessions.subarray(0, count), offset: offset.subarray(0, count + 1) };
}

/** Where events are among all those of their sessions. */
function placesWithin(
  events: Uint32Array,
  offset: Uint32Array,
  sessions: Uint32Array,
  whole: Uint32Array,
): Uint32Array {
  const places = new Uint32Array(events.length);
  let start = 0;
  for (let index = 0; index < sessions.length; index++) {
    const session = sessions[index]!;
    const first = whole[session]!;
    for (let at = offset[index]!; at < offset[index + 1]!; at++) {
      places[at] = events[at]! - first + start;
    }
    start += whole[session + 1]! - first;
  }
  return places;
}

function thinProperty({ numbers, others }: PropertyColumn, events: Uint32Array): PropertyColumn {
  return keptOf({ numbers, others }, match(numbers.at, events), match(others.at, events));
}

/** Finds which of a list of events are left, and where they are then. Both are rising. */
function match(at: Uint32Array, events: Uint32Array) {
  const most = Math.min(at.length, events.length);
  const moved = new Uint32Array(most);
  const kept = new Uint32Array(most);
  let size = 0;
  let place = 0;
  for (let index = 0; index < at.length && place < events.length; index++) {
    const event = at[index]!;
    while (place < events.length && events[place]! < event) place++;
    if (events[place] !== event) continue;
    kept[size] = index;
    moved[size++] = place;
  }
  return { at: moved.subarray(0, size), kept: kept.subarray(0, size) };
}
