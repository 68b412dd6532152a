import { define, list, object, ref, text, time, whole } from "./basics.ts";
import type { Schema } from "../../../lib/json-schema.ts";

const maybe = (description: string): Schema => ({ type: ["string", "null"], description });
const maybeWhole = (description: string): Schema => ({ type: ["integer", "null"], description });

/** What the pixel leaves empty, as `""`, `null`, `false` or `0`, is taken as left out. */
const optional = (pattern: string, says: string, description: string): Schema => ({
  anyOf: [{ type: "string", pattern }, { enum: ["", null, false, 0] }],
  description,
  "x-says": says,
});

const properties: Schema = {
  type: "object",
  description:
    "What else is known of it: text, numbers, true and false, lists and objects, at most 4 deep, " +
    "30 members and 4096 characters as JSON. Texts are cut at 500 characters",
  additionalProperties: true,
  maxProperties: 30,
  examples: [{ sku: "shoe-42", value: 89.9 }],
};

/** Events as they go in and as they come out. */
export const EVENTS = define({
  EventsQuery: object(
    {
      site: text("Key of the site", { maxLength: 40 }),
      from: text("Where the period begins, as a Moment", { maxLength: 40 }),
      until: text("Where it ends, as a Moment; a day is counted whole", { maxLength: 40 }),
      zone: { ...ref("Zone"), description: "IANA name of whose days are meant; UTC if left out" },
      format: { enum: ["jsonl", "csv"], default: "jsonl", description: "JSON lines or CSV" },
    },
    ["site", "from", "until"],
    "The parameters of an export",
  ),
  ExportedEvent: object({
    at: time("When it happened"),
    site: text("Domain of the site"),
    event: text("`page_view`, or the name of an event"),
    page: maybe("Path of the page"),
    title: maybe("Its title"),
    host: maybe("Its host"),
    session: text("Names the session within the installation"),
    visitor: whole("Number of the visitor on this site"),
    newVisitor: { type: "boolean", description: "Whether the session is the visitor's first" },
    contact: maybeWhole("Number of the contact, where the visitor was known by then"),
    entryPage: maybe("First page of the session"),
    source: maybe("Where the session came from"),
    referrer: maybe("Host that led there"),
    utmSource: maybe("UTM source"),
    utmMedium: maybe("UTM medium"),
    utmCampaign: maybe("UTM campaign"),
    utmTerm: maybe("UTM term"),
    utmContent: maybe("UTM content"),
    country: maybe("Two letters, ISO 3166"),
    region: maybe("Region, where known"),
    city: maybe("City, where known"),
    language: maybe("Two letters, ISO 639"),
    device: maybe("Kind of device"),
    browser: maybe("Browser"),
    browserVersion: maybe("Browser with its version"),
    system: maybe("Operating system"),
    screen: maybeWhole("Width of the screen in CSS pixels"),
    engagedMs: maybeWhole("How long a viewed page was looked at"),
    scroll: maybeWhole("How much of a viewed page was seen, percent"),
    properties: { ...properties, type: ["object", "null"] },
  }),

  Submission: {
    ...object(
      {
        v: { const: 1, description: "Version of this format" },
        visitor: optional(
          "^[A-Za-z0-9_-]{16,40}$",
          "must be 16 to 40 letters, digits, _ or -",
          "An id that the browser keeps, best the time (epoch ms, to the base of 36) followed by " +
            "random letters and digits; without it the visitor is recognised for a day",
        ),
        consent: {
          anyOf: [{ enum: ["granted", "denied"] }, { enum: ["", null, false, 0] }],
          description: "The answer of the consent banner",
          "x-says": 'must be "granted" or "denied"',
        },
        link: {
          description:
            "The `ff_id` the page was opened with; `true` where nobody may be tied by it. Anything " +
            "else is taken as left out",
        },
        page: {
          ...object(
            {
              url: text("Address of the page; only its host and path are recorded", {
                pattern: "^https?://",
                examples: ["https://shop.example/"],
              }),
              referrer: maybe("Address the visitor came from; its host is recorded"),
              title: maybe("Title of the page"),
              screen: {
                description: "Width of the screen in CSS pixels; what is none is taken as left out",
                examples: [1440],
              },
              zone: maybe("Time zone of the browser, for the country"),
              language: maybe("Language of the browser"),
            },
            ["url"],
          ),
          additionalProperties: true,
        },
        events: list(
          { $ref: "#/components/schemas/SubmittedEvent" },
          { minItems: 1, maxItems: 50 },
        ),
      },
      ["v", "page", "events"],
    ),
    additionalProperties: true,
  },
  SubmittedEvent: {
    ...object(
      {
        id: text("New for each event; one that was sent already changes nothing for 7 days", {
          pattern: "^[a-z0-9]{16,40}$",
        }),
        name: text("`page_view`, `engagement`, `identify`, or a name of your own", {
          pattern: "^[A-Za-z0-9_.:-]{1,64}$",
        }),
        age: {
          type: "number",
          minimum: 0,
          description: "How long ago it happened, in milliseconds; at most 3 days",
        },
        props: { ...properties, type: ["object", "null"] },
        signature: {
          description: "Of `identify`: HMAC-SHA256 by the site's secret, in hexadecimal",
        },
      },
      ["id", "name", "age"],
    ),
    additionalProperties: true,
  },
  Stored: object(
    {
      stored: whole("How many of the events are stored now; those of bots never are"),
      undefined: list(text("Name"), { description: "Names that nobody has defined yet" }),
      notes: list(text("Sentence"), { description: "What the sender should know" }),
    },
    ["stored"],
  ),
});
