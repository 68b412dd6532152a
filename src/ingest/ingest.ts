import { countryOfZone } from "../lib/zone-country.ts";
import type { Place, PlaceOf } from "../lib/geo-database.ts";
import { isBot, parseDevice } from "../lib/device.ts";
import { addressPrefix, type RateLimiter } from "../lib/rate-limiter.ts";
import { LimitRefusal, Refusal } from "../lib/errors.ts";
import { ENGAGEMENT } from "../events/event.ts";
import { trafficSource } from "../events/traffic-source.ts";
import type { VisitorKeys } from "../identity/visitor-key.ts";
import { ownsHost } from "../sites/site.ts";
import { parseEngagement } from "./engagement.ts";
import type { Hit, HitEvent, Outcome, TrackedSite, VisitFacts } from "./hit.ts";
import { BODY_BYTES, parseSubmission, type Page, type Submission } from "./parse.ts";
import type { IngestQueue } from "./queue.ts";
import type { RefusalCounts } from "./refusal-counts.ts";

/** A request to record something, without anything of HTTP but what it says of its sender. */
export interface IngestRequest {
  readonly key: string;
  readonly body: ArrayBuffer;
  /** The visitor's address, for the rate limit and the daily hash; kept nowhere. */
  readonly address: string;
  readonly agent: string;
  readonly origin: string | undefined;
  /** Sec-GPC or DNT: counted without being recognised, and never tied to a person. */
  readonly asksForPrivacy: boolean;
}

export interface IngestParts {
  readonly findSite: (key: string) => TrackedSite | undefined;
  readonly queue: IngestQueue;
  readonly refusals: RefusalCounts;
  readonly limiter: RateLimiter | undefined;
  readonly siteLimiter: RateLimiter | undefined;
  readonly visitorKeys: VisitorKeys;
  /** Where an address is, if the operator brought a file that tells. */
  readonly placeOf: PlaceOf | undefined;
  readonly now: () => number;
}

/** What the sender is told. */
export interface IngestAnswer {
  readonly stored: number;
  readonly undefined?: readonly string[];
  readonly notes?: readonly string[];
}

/** The pixel gives up after 3 days; a margin for the way. */
const OLDEST_MS = 3 * 24 * 60 * 60 * 1000 + 60 * 60 * 1000;

export type Ingest = (request: IngestRequest) => Promise<IngestAnswer>;

/**
 * Makes the way in for what pixels send: check, enrich, queue, answer after the commit.
 *
 * Refusals carry the reason for the developer who looks, and are counted for the owner.
 */
export function createIngest(parts: IngestParts): Ingest {
  const { findSite, queue, refusals, limiter, siteLimiter, now } = parts;

  return async ({ key, body, address, agent, origin, asksForPrivacy }) => {
    const at = now();
    const site = findSite(key);
    if (!site) {
      refusals.count(0, "unknown site", key.slice(0, 40), at);
      throw new Refusal("missing", "No site has this key: copy the snippet again");
    }
    if (body.byteLength > BODY_BYTES) {
      refusals.count(site.id, "too large", `${body.byteLength} bytes`, at);
      throw new Refusal("too large", `A request may have ${BODY_BYTES} bytes at most`);
    }

    const submission = parse(site, body, refusals, at);
    const cost = submission.events.length;
    const taken = limiter?.take(addressPrefix(address), cost, at);
    const ofSite = taken?.ok === false ? undefined : siteLimiter?.take(site.key, cost, at);
    const over = taken?.ok === false ? taken : ofSite?.ok === false ? ofSite : undefined;
    if (over?.ok === false) {
      refusals.count(site.id, "too fast", taken?.ok === false ? "one address" : "the site", at);
      throw new LimitRefusal(
        "Too many events in a short time; the pixel tries again later",
        over.retryAfterMs,
      );
    }
    refuseForeignOrigin(site, submission.page, origin, refusals, at);
    if (isBot(agent)) {
      refusals.count(site.id, "bot", agent.slice(0, 200), at);
      return { stored: 0 };
    }

    const { events, notes } = acceptEvents(site, submission, refusals, at);
    if (events.length === 0) return { stored: 0, notes };
    const hit = toHit(parts, site, submission, events, { address, agent, asksForPrivacy, at });
    let outcome: Outcome;
    try {
      outcome = await queue.add(hit);
    } catch (error) {
      refusals.count(site.id, error instanceof Refusal ? "busy" : "failed", "", at);
      throw error;
    }
    notes.push(...outcome.notes);
    return {
      stored: outcome.stored,
      ...(outcome.undefinedNames.length > 0 && { undefined: outcome.undefinedNames }),
      ...(notes.length > 0 && { notes }),
    };
  };
}

function parse(site: TrackedSite, body: ArrayBuffer, refusals: RefusalCounts, at: number) {
  try {
    return parseSubmission(body);
  } catch (error) {
    if (error instanceof Refusal) refusals.count(site.id, "malformed", error.message, at);
    throw error;
  }
}

/**
 * A page of another domain is refused: somebody copied the site with its snippet, or the
 * domain is not in the site's settings yet. Both headers and page can be forged by a program,
 * but not by a page, and pages are what this keeps out.
 */
function refuseForeignOrigin(
  site: TrackedSite,
  page: Page,
  origin: string | undefined,
  refusals: RefusalCounts,
  at: number,
): void {
  const hosts = [page.url.hostname];
  if (origin !== undefined && origin !== "null") hosts.push(URL.parse(origin)?.hostname ?? origin);
  const foreign = hosts.find((host) => !ownsHost(site, host));
  if (foreign === undefined) return;
  refusals.count(site.id, "origin", foreign.slice(0, 200), at);
  throw new Refusal(
    "denied",
    `${foreign} is not a domain of this site: add it in the site's settings if it should be`,
  );
}

/**
 * Turns ages into moments, and leaves out what is too old or names itself like the pixel's own
 * event without being one: that alone is refused, since a page that does so by chance has
 * others in the same body.
 */
function acceptEvents(
  site: TrackedSite,
  submission: Submission,
  refusals: RefusalCounts,
  at: number,
): { events: HitEvent[]; notes: string[] } {
  const events: HitEvent[] = [];
  const notes: string[] = [];
  for (const event of submission.events) {
    const { id, name, ageMs, signature } = event;
    if (ageMs > OLDEST_MS) {
      refusals.count(site.id, "too old", `${name}, ${Math.round(ageMs / 3_600_000)} hours`, at);
      notes.push("Older than 3 days");
      continue;
    }
    try {
      const properties =
        name === ENGAGEMENT ? { ...parseEngagement(event.properties) } : event.properties;
      events.push({ id, name, at: at - ageMs, properties, signature });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const note = `${ENGAGEMENT} is sent by the pixel itself; ${error.message}`;
      refusals.count(site.id, "malformed", note, at);
      notes.push(note);
    }
  }
  return { events, notes: [...new Set(notes)] };
}

interface Sender {
  readonly address: string;
  readonly agent: string;
  readonly asksForPrivacy: boolean;
  readonly at: number;
}

function toHit(
  { visitorKeys, placeOf }: IngestParts,
  site: TrackedSite,
  submission: Submission,
  events: readonly HitEvent[],
  { address, agent, asksForPrivacy, at }: Sender,
): Hit {
  const { visitor, consent, page, link, viaLink } = submission;
  const mayBeTied = !asksForPrivacy && consent !== "denied" && mayTie(site, consent);
  const recognised = visitor !== undefined && mayRecognise(site, submission, asksForPrivacy);
  // Who may not be tied is never taken for who was, at the same address with the same browser.
  const unrecognised = (tied: boolean) =>
    visitorKeys.cookieless(site.id, address, tied ? agent : `${agent}\nuntied`, at);
  // The page was viewed before there was consent, and that is where the time spent on it belongs.
  const mayHaveChanged =
    recognised && site.privacy === "consent" && events.some(({ name }) => name === ENGAGEMENT);
  return {
    site,
    visitorKey: recognised ? visitor : unrecognised(mayBeTied),
    formerKey: mayHaveChanged ? unrecognised(false) : undefined,
    visitorKind: recognised ? "storage" : "cookieless",
    mayBeTied,
    link: mayBeTied ? link : undefined,
    viaLink: viaLink && !mayBeTied,
    page,
    path: pathOf(page.url),
    facts: factsOf(site, page, agent, viaLink && !mayBeTied, placeOf?.(address)),
    events,
    receivedAt: at,
  };
}

function mayRecognise(site: TrackedSite, { consent }: Submission, asksForPrivacy: boolean) {
  if (asksForPrivacy || consent === "denied") return false;
  if (site.privacy === "storage") return true;
  return site.privacy !== "cookieless" && consent === "granted";
}

/** Without the consent that the site's mode asks for, nobody is tied to a person. */
function mayTie(site: TrackedSite, consent: Submission["consent"]) {
  return site.privacy === "storage" || site.privacy === "cookieless" || consent === "granted";
}

/** The path alone: queries carry names and addresses. A route in the hash is part of it. */
function pathOf(url: URL): string {
  const route = /^#!?\//.test(url.hash) ? url.hash.split("?", 1)[0]! : "";
  return `${url.pathname}${route}`.slice(0, 500);
}

function factsOf(
  site: TrackedSite,
  page: Page,
  agent: string,
  viaLink: boolean,
  place: Place | undefined,
): VisitFacts {
  const { device, browser, version, system } = parseDevice(agent);
  const visit = trafficSource({
    url: page.url,
    referrer: page.referrer,
    siteHosts: [site.domain, ...site.furtherDomains],
    viaLink,
  });
  return {
    source: visit.source,
    referrer: visit.referrer,
    utmSource: visit.utm.source,
    utmMedium: visit.utm.medium,
    utmCampaign: visit.utm.campaign,
    utmTerm: visit.utm.term,
    utmContent: visit.utm.content,
    country: place?.country ?? countryOfZone(page.zone),
    region: place?.region,
    city: place?.city,
    language: page.language.split("-", 1)[0]?.toLowerCase() || undefined,
    device,
    browser,
    version,
    system,
    screen: page.screen,
  };
}
