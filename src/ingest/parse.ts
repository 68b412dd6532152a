import { EVENT_NAME } from "../events/event.ts";
import { cleanText } from "../lib/clean-text.ts";
import { Refusal } from "../lib/errors.ts";

/** What one page sent in one request, checked but not yet trusted in what it says. */
export interface Submission {
  /** The random id the browser keeps; absent where nothing may be kept. */
  readonly visitor: string | undefined;
  readonly consent: "granted" | "denied" | undefined;
  readonly page: Page;
  /** The one-time parameter of a link that Footfall sent. */
  readonly link: string | undefined;
  /** Whether such a link led here at all; told without the parameter where nobody may be tied. */
  readonly viaLink: boolean;
  readonly events: readonly SubmittedEvent[];
}

export interface Page {
  readonly url: URL;
  readonly referrer: string;
  readonly title: string;
  readonly screen: number | undefined;
  readonly zone: string;
  readonly language: string;
}

export interface SubmittedEvent {
  readonly id: string;
  readonly name: string;
  readonly ageMs: number;
  readonly properties: Readonly<Record<string, unknown>> | undefined;
  readonly signature: string | undefined;
}

export const BODY_BYTES = 64 * 1024;
const MOST_EVENTS = 50;
const MOST_PROPERTIES = 30;
const PROPERTIES_CHARACTERS = 4096;
const MOST_DEPTH = 4;

const VISITOR = /^[A-Za-z0-9_-]{16,40}$/;
const EVENT_ID = /^[a-z0-9]{16,40}$/;
const LINK = /^[A-Za-z0-9_-]{16,128}$/;

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads the body of `POST /e/KEY`.
 *
 * Anybody can send anything here, so every member is checked; the first that is wrong is
 * named, for the developer who looks into the browser's network panel.
 *
 * @throws {Refusal} `invalid`, naming the member.
 */
export function parseSubmission(body: ArrayBuffer): Submission {
  const input = parseJson(body);
  if (!isObject(input)) throw invalid("The body must be a JSON object");
  if (input.v !== 1) throw invalid(`v: this server knows format 1, not ${show(input.v)}`);
  const { events } = input;
  if (!Array.isArray(events) || events.length === 0) throw invalid("events: must be a list");
  if (events.length > MOST_EVENTS) throw invalid(`events: at most ${MOST_EVENTS} in one request`);
  return {
    visitor: parseVisitor(input.visitor),
    consent: parseConsent(input.consent),
    page: parsePage(input.page),
    link: isLink(input.link) ? input.link : undefined,
    viaLink: input.link === true || isLink(input.link),
    events: events.map(parseEvent),
  };
}

function isLink(input: unknown): input is string {
  return typeof input === "string" && LINK.test(input);
}

function parseJson(body: ArrayBuffer): unknown {
  let json: string;
  try {
    json = decoder.decode(body);
  } catch {
    throw invalid("The body is not valid UTF-8");
  }
  try {
    return JSON.parse(json);
  } catch {
    throw invalid("The body is not valid JSON");
  }
}

// The pixel leaves a member empty, false or zero rather than out: its code is counted in bytes.
function isAbsent(input: unknown): boolean {
  return input === undefined || input === null || input === "" || input === false || input === 0;
}

function parseVisitor(input: unknown): string | undefined {
  if (isAbsent(input)) return undefined;
  if (typeof input === "string" && VISITOR.test(input)) return input;
  throw invalid("visitor: must be 16 to 40 letters, digits, _ or -");
}

function parseConsent(input: unknown) {
  if (isAbsent(input)) return undefined;
  if (input === "granted" || input === "denied") return input;
  throw invalid('consent: must be "granted" or "denied"');
}

function parsePage(input: unknown): Page {
  if (!isObject(input)) throw invalid("page: must be an object");
  const url = typeof input.url === "string" ? URL.parse(input.url.slice(0, 4000)) : null;
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw invalid("page.url: must be an address that begins with http:// or https://");
  }
  const { screen } = input;
  return {
    url,
    referrer: text(input.referrer, "page.referrer", 2000),
    title: text(input.title, "page.title", 200),
    screen:
      typeof screen === "number" && Number.isInteger(screen) && screen > 0 && screen < 100_000
        ? screen
        : undefined,
    zone: text(input.zone, "page.zone", 64),
    language: text(input.language, "page.language", 35),
  };
}

function parseEvent(input: unknown, index: number): SubmittedEvent {
  const where = `events[${index}]`;
  if (!isObject(input)) throw invalid(`${where}: must be an object`);
  const { id, name, age, signature } = input;
  if (typeof id !== "string" || !EVENT_ID.test(id)) {
    throw invalid(`${where}.id: must be 16 to 40 small letters and digits`);
  }
  if (typeof name !== "string" || !EVENT_NAME.test(name)) {
    throw invalid(`${where}.name: must be up to 64 letters, digits and _ . : -, not ${show(name)}`);
  }
  if (typeof age !== "number" || !Number.isFinite(age)) {
    throw invalid(`${where}.age: must be the event's age in milliseconds`);
  }
  // Time in the future: the page's clock moved between the event and its sending.
  if (age < 0) throw invalid(`${where}.age: must not be negative; it happened already`);
  return {
    id,
    name,
    ageMs: Math.round(age),
    properties: parseProperties(input.props, `${where}.props`),
    signature: typeof signature === "string" ? signature.slice(0, 200) : undefined,
  };
}

function parseProperties(input: unknown, where: string) {
  if (input === undefined || input === null) return undefined;
  if (!isObject(input)) throw invalid(`${where}: must be an object`);
  const entries = Object.entries(input);
  if (entries.length === 0) return undefined;
  if (entries.length > MOST_PROPERTIES) throw invalid(`${where}: at most ${MOST_PROPERTIES}`);
  const properties = Object.fromEntries(
    entries.map(([key, value]) => [cleanText(key, 64), cleanValue(value, where, 0)]),
  );
  if (JSON.stringify(properties).length > PROPERTIES_CHARACTERS) {
    throw invalid(`${where}: longer than ${PROPERTIES_CHARACTERS} characters`);
  }
  return properties;
}

function cleanValue(value: unknown, where: string, depth: number): unknown {
  if (typeof value === "string") return cleanText(value, 500);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  if (depth >= MOST_DEPTH) throw invalid(`${where}: nested too deep`);
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, where, depth + 1));
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        cleanText(key, 64),
        cleanValue(item, where, depth + 1),
      ]),
    );
  }
  throw invalid(`${where}: may hold text, numbers, true and false, lists and objects`);
}

function text(input: unknown, where: string, longest: number): string {
  if (input === undefined || input === null) return "";
  if (typeof input !== "string") throw invalid(`${where}: must be text`);
  return cleanText(input, longest);
}

function isObject(input: unknown): input is Record<string, unknown> {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}

function show(input: unknown): string {
  return (JSON.stringify(input) ?? String(input)).slice(0, 80);
}

function invalid(message: string): Refusal {
  return new Refusal("invalid", message);
}
