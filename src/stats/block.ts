/**
 * What the engine works on: whole sessions in columns, sorted by visitor.
 *
 * What is constant in a session stands once per session, what belongs to an event once per event.
 * A block is either decoded from a segment or made from rows that are not sealed yet; the engine
 * cannot tell, and must not. It never changes: what is found out about one can be kept with it.
 */
export interface Block {
  readonly sessions: number;
  readonly events: number;
  /** Epoch ms of the first event. */
  readonly from: number;
  /** Epoch ms after the last event. */
  readonly until: number;
  /** Sessions (by their place) that count no more, since a later copy took their place. */
  readonly skip: Uint8Array | undefined;

  /** A column of numbers, one for each session. */
  sessionNumbers<N extends keyof SessionNumbers>(name: N): SessionNumbers[N];
  /** A column of numbers, one for each event. */
  eventNumbers<N extends keyof EventNumbers>(name: N): EventNumbers[N];
  /**
   * The column `after` of some sessions only, one after the other.
   *
   * It is the widest of all, and a period or a day asks for it where sessions reach over its
   * ends: a few in a hundred.
   *
   * @param places Of the sessions, rising.
   */
  afterOf(places: Uint32Array): Uint32Array;
  /** A column of terms; one for each session or event, as the name says. */
  terms(name: SessionTerm | EventTerm): TermColumn;
  /** Keys of the properties that occur, sorted. */
  propertyKeys(): readonly string[];
  property(key: string): PropertyColumn | undefined;
}

export interface SessionNumbers {
  /** Id of the visitor; rises through the block. */
  readonly visitor: Uint32Array;
  /** Id of the session; within a visitor in order of `since`. */
  readonly session: Uint32Array;
  /**
   * Ms from the first event of the block to its own first one; in 32 bits unless the block spans
   * more than 49 days.
   */
  readonly since: Uint32Array | Float64Array;
  /** Ms from the first to the last thing recorded of it. */
  readonly duration: Uint32Array;
  /** Where the events of each session begin, with one more entry for the end. */
  readonly offset: Uint32Array;
  /** Page views in the whole session. */
  readonly views: Uint16Array;
  /** 1 where it is a bounce: one view, and nothing else recorded but how long it was looked at. */
  readonly bounce: Uint8Array;
  /** 1 where it is the visitor's first. */
  readonly isNew: Uint8Array;
  /** Width of the screen in CSS pixels; 0 where unknown. */
  readonly screen: Uint16Array;
}

/** Blocks shorter than this, in ms, have `since` in 32 bits. */
export const WIDEST_SINCE = 2 ** 32;

export interface EventNumbers {
  /** Ms since the session started. */
  readonly after: Uint32Array;
  /** Of a page view: tenths of a second it was looked at, plus one; 0 where that is not known. */
  readonly engaged: Uint16Array;
  /** Of a page view: percent of the page that were seen, plus one; 0 where that is not known. */
  readonly scroll: Uint8Array;
}

export const SESSION_TERMS = [
  "entryPage",
  "exitPage",
  "source",
  "referrer",
  "utmSource",
  "utmMedium",
  "utmCampaign",
  "utmTerm",
  "utmContent",
  "country",
  "region",
  "city",
  "language",
  "device",
  "browser",
  "version",
  "system",
] as const;

export const EVENT_TERMS = ["name", "page", "title", "host"] as const;

export type SessionTerm = (typeof SESSION_TERMS)[number];
export type EventTerm = (typeof EVENT_TERMS)[number];

/** Codes into a dictionary of the block; `terms[code]` is the id of a term, 0 for none. */
export interface TermColumn {
  readonly codes: Uint8Array | Uint16Array | Uint32Array;
  readonly terms: Uint32Array;
}

/**
 * A property of events: those that have it, by their place in the block, rising.
 *
 * Numbers and all other values stand apart; an event is in one of the two.
 */
export interface PropertyColumn {
  readonly numbers: { readonly at: Uint32Array; readonly values: Float64Array };
  readonly others: {
    readonly at: Uint32Array;
    readonly codes: Uint32Array;
    /** Values as JSON: `"red"`, `true`, `null`, `["a"]`. */
    readonly values: readonly string[];
  };
}

/** One session with its events: what blocks are made of, and what they give back. */
export interface RawSession {
  readonly id: number;
  readonly visitorId: number;
  /** Epoch ms of the last thing recorded of it, which may be how long a page was looked at. */
  readonly lastAt: number;
  readonly isNew: boolean;
  /** 0 where unknown. */
  readonly screen: number;
  /** Ids of terms, 0 for none; entry and exit page are those of the first and last view. */
  readonly terms: Readonly<Record<Exclude<SessionTerm, "entryPage" | "exitPage">, number>>;
  /** In order of time, then of arrival; at least one. */
  readonly events: readonly RawEvent[];
}

export interface RawEvent {
  readonly at: number;
  readonly name: number;
  readonly page: number;
  readonly title: number;
  readonly host: number;
  /** As in the column: 0 where not known. */
  readonly engaged: number;
  readonly scroll: number;
  readonly properties: Readonly<Record<string, unknown>> | undefined;
}

/** Visitors are dealt out by `id % SHARDS`, so that workers never share one. */
export const SHARDS = 4;
