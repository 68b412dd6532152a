import {
  EVENT_TERMS,
  SESSION_TERMS,
  WIDEST_SINCE,
  type Block,
  type EventNumbers,
  type EventTerm,
  type PropertyColumn,
  type RawEvent,
  type RawSession,
  type SessionNumbers,
  type SessionTerm,
  type TermColumn,
} from "./block.ts";
import { createPropertyColumns, type PropertyColumns } from "./property-columns.ts";
import { afterOfAll } from "./pick.ts";
import { createTermCodes, type TermCodes } from "./term-codes.ts";

const MOST_16 = 0xffff;
const MOST_32 = 0xffff_ffff;

/**
 * Makes a block in memory; it is sorted here, by visitor, start and id of the session.
 *
 * @param viewTerm Term of the name of page views; 0 if the site has none.
 */
export function makeBlock(sessions: readonly RawSession[], viewTerm: number): Block {
  const sorted = sessions.toSorted(
    (a, b) => a.visitorId - b.visitorId || a.events[0]!.at - b.events[0]!.at || a.id - b.id,
  );
  let events = 0;
  let from = Infinity;
  let until = -Infinity;
  for (const { events: own } of sorted) {
    events += own.length;
    from = Math.min(from, own[0]!.at);
    until = Math.max(until, own.at(-1)!.at + 1);
  }
  const columns = emptyColumns(sorted.length, events, until - from);
  for (let place = 0; place < sorted.length; place += 1) {
    addSession(columns, place, sorted[place]!, { viewTerm, from });
  }
  return blockOf(columns, sorted.length === 0 ? { from: 0, until: 0 } : { from, until });
}

interface Columns {
  readonly session: SessionNumbers;
  readonly event: EventNumbers;
  readonly sessionTerms: Readonly<Record<SessionTerm, TermCodes>>;
  readonly eventTerms: Readonly<Record<EventTerm, TermCodes>>;
  readonly properties: PropertyColumns;
}

function emptyColumns(sessions: number, events: number, span: number): Columns {
  return {
    session: {
      visitor: new Uint32Array(sessions),
      session: new Uint32Array(sessions),
      since: span < WIDEST_SINCE ? new Uint32Array(sessions) : new Float64Array(sessions),
      duration: new Uint32Array(sessions),
      offset: new Uint32Array(sessions + 1),
      views: new Uint16Array(sessions),
      bounce: new Uint8Array(sessions),
      isNew: new Uint8Array(sessions),
      screen: new Uint16Array(sessions),
    },
    event: {
      after: new Uint32Array(events),
      engaged: new Uint16Array(events),
      scroll: new Uint8Array(events),
    },
    sessionTerms: codesFor(SESSION_TERMS, sessions),
    eventTerms: codesFor(EVENT_TERMS, events),
    properties: createPropertyColumns(),
  };
}

const codesFor = <Name extends string>(names: readonly Name[], length: number) =>
  Object.fromEntries(names.map((name) => [name, createTermCodes(length)])) as Record<
    Name,
    TermCodes
  >;

function addSession(
  columns: Columns,
  place: number,
  raw: RawSession,
  { viewTerm, from }: { readonly viewTerm: number; readonly from: number },
): void {
  const { session, sessionTerms } = columns;
  const { events } = raw;
  const started = events[0]!.at;
  const first = events.find(({ name }) => name === viewTerm) ?? events[0]!;
  const last = events.findLast(({ name }) => name === viewTerm) ?? events.at(-1)!;

  let views = 0;
  let at = session.offset[place]!;
  for (const event of events) {
    if (event.name === viewTerm) views += 1;
    addEvent(columns, at, event, started);
    at += 1;
  }
  session.offset[place + 1] = at;
  session.visitor[place] = raw.visitorId;
  session.session[place] = raw.id;
  session.since[place] = started - from;
  // Never shorter than the way to the last event: who asks for a day relies on that.
  const ended = Math.max(raw.lastAt, events.at(-1)!.at);
  session.duration[place] = Math.min(ended - started, MOST_32);
  session.views[place] = Math.min(views, MOST_16);
  session.bounce[place] = Number(views <= 1 && views === events.length);
  session.isNew[place] = Number(raw.isNew);
  session.screen[place] = Math.min(raw.screen, MOST_16);
  sessionTerms.entryPage.add(first.page);
  sessionTerms.exitPage.add(last.page);
  for (const name of SESSION_TERMS) {
    if (name !== "entryPage" && name !== "exitPage") sessionTerms[name].add(raw.terms[name]);
  }
}

function addEvent(columns: Columns, at: number, raw: RawEvent, started: number): void {
  const { event, eventTerms, properties } = columns;
  event.after[at] = Math.min(raw.at - started, MOST_32);
  event.engaged[at] = raw.engaged;
  event.scroll[at] = raw.scroll;
  eventTerms.name.add(raw.name);
  eventTerms.page.add(raw.page);
  eventTerms.title.add(raw.title);
  eventTerms.host.add(raw.host);
  if (raw.properties) properties.add(at, raw.properties);
}

function blockOf(columns: Columns, span: Pick<Block, "from" | "until">): Block {
  const terms = new Map<string, TermColumn>();
  for (const [name, codes] of Object.entries(columns.sessionTerms)) terms.set(name, codes.column());
  for (const [name, codes] of Object.entries(columns.eventTerms)) terms.set(name, codes.column());
  const properties: ReadonlyMap<string, PropertyColumn> = columns.properties.columns();
  const keys = [...properties.keys()];
  return {
    ...span,
    sessions: columns.session.visitor.length,
    events: columns.event.after.length,
    skip: undefined,
    sessionNumbers: (name) => columns.session[name],
    eventNumbers: (name) => columns.event[name],
    afterOf: (places) => afterOfAll(columns.event.after, columns.session.offset, places),
    terms: (name) => terms.get(name)!,
    propertyKeys: () => keys,
    property: (name) => properties.get(name),
  };
}
