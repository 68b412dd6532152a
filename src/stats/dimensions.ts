/** What figures can be grouped and filtered by, as data: for forms, validation and the engine. */
export interface DimensionKind {
  readonly label: string;
  /** Whether it is constant in a session, or may differ from event to event. */
  readonly of: "session" | "event";
  /** Whether its values are numbers, so that they can be compared. */
  readonly numeric?: true;
}

export const DIMENSIONS = {
  page: { label: "Page", of: "event" },
  entry_page: { label: "Entry page", of: "session" },
  exit_page: { label: "Exit page", of: "session" },
  title: { label: "Page title", of: "event" },
  host: { label: "Host", of: "event" },
  source: { label: "Source", of: "session" },
  referrer: { label: "Referrer", of: "session" },
  utm_source: { label: "UTM source", of: "session" },
  utm_medium: { label: "UTM medium", of: "session" },
  utm_campaign: { label: "UTM campaign", of: "session" },
  utm_term: { label: "UTM term", of: "session" },
  utm_content: { label: "UTM content", of: "session" },
  country: { label: "Country", of: "session" },
  region: { label: "Region", of: "session" },
  city: { label: "City", of: "session" },
  device: { label: "Device", of: "session" },
  browser: { label: "Browser", of: "session" },
  browser_version: { label: "Browser version", of: "session" },
  system: { label: "System", of: "session" },
  /** Classes by width in CSS pixels, see `SCREENS`. */
  screen: { label: "Screen", of: "session" },
  language: { label: "Language", of: "session" },
  event: { label: "Event", of: "event" },
  /** `0` to `23`, in the zone of the query. */
  hour: { label: "Hour", of: "event", numeric: true },
  /** `1` (Monday) to `7`, in the zone of the query. */
  weekday: { label: "Weekday", of: "event", numeric: true },
  /** `new` (the visitor's first session) or `returning`. */
  visitor: { label: "New or returning", of: "session" },
  /** `known` (a contact by then) or `anonymous`. */
  contact: { label: "Known or anonymous", of: "event" },
} as const satisfies Readonly<Record<string, DimensionKind>>;

/** A key of `DIMENSIONS`, or a property of events: `property:color`. */
export type Dimension = keyof typeof DIMENSIONS | `property:${string}`;

export const PROPERTY = "property:";

/** Classes of screens: a name and the width it begins at, in CSS pixels, widest first. */
export const SCREENS = [
  ["wide", 1920],
  ["desktop", 1280],
  ["laptop", 1024],
  ["tablet", 600],
  ["phone", 1],
] as const;
