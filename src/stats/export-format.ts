import { csvLine, type CsvValue } from "../lib/csv.ts";
import type { Happening } from "./question.ts";

export const EXPORT_FORMATS = ["jsonl", "csv"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** An event as it leaves: the same for the API and the command line. */
export type ExportedEvent = ReturnType<typeof toExported>;

/** The columns of CSV, in the order of `toExported()`. */
const COLUMNS = [
  "at",
  "site",
  "event",
  "page",
  "title",
  "host",
  "session",
  "visitor",
  "newVisitor",
  "contact",
  "entryPage",
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
  "browserVersion",
  "system",
  "screen",
  "engagedMs",
  "scroll",
  "properties",
] as const satisfies readonly (keyof ExportedEvent)[];

/** What stands before the first event. */
export function exportHead(format: ExportFormat): string {
  return format === "csv" ? csvLine(COLUMNS) : "";
}

/** The lines of some events, one each, with their ends. */
export function exportLines(
  format: ExportFormat,
  domain: string,
  happenings: readonly Happening[],
): string {
  let lines = "";
  for (const happening of happenings) {
    const event = toExported(happening, domain);
    lines += format === "csv" ? csvLine(COLUMNS.map((name) => cell(event[name]))) : json(event);
  }
  return lines;
}

const json = (event: ExportedEvent) => `${JSON.stringify(event)}\n`;

function cell(value: ExportedEvent[keyof ExportedEvent]): CsvValue {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : (value as CsvValue);
}

const orNull = (text: string) => (text === "" ? null : text);

function toExported(happening: Happening, site: string) {
  return {
    at: new Date(happening.at).toISOString(),
    site,
    event: happening.event,
    page: orNull(happening.page),
    title: orNull(happening.title),
    host: orNull(happening.host),
    // Names, not figures: nobody is to calculate with them.
    session: String(happening.sessionId),
    visitor: happening.visitorNumber,
    newVisitor: happening.isNew,
    contact: happening.contactId,
    entryPage: orNull(happening.entryPage),
    source: orNull(happening.source),
    referrer: orNull(happening.referrer),
    utmSource: orNull(happening.utmSource),
    utmMedium: orNull(happening.utmMedium),
    utmCampaign: orNull(happening.utmCampaign),
    utmTerm: orNull(happening.utmTerm),
    utmContent: orNull(happening.utmContent),
    country: orNull(happening.country),
    region: orNull(happening.region),
    city: orNull(happening.city),
    language: orNull(happening.language),
    device: orNull(happening.device),
    browser: orNull(happening.browser),
    browserVersion: orNull(happening.browserVersion),
    system: orNull(happening.system),
    screen: happening.screen === 0 ? null : happening.screen,
    engagedMs: happening.engagedMs,
    scroll: happening.scroll,
    properties: happening.properties,
  };
}
