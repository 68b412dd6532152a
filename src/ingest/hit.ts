import type { Page } from "./parse.ts";
import type { Definition } from "../events/definition.ts";
import type { Site } from "../sites/site.ts";

/** A site with all that is looked at for each of its events. */
export interface TrackedSite extends Site {
  readonly definitions: ReadonlyMap<string, Definition>;
}

/** Where a visit came from and what it was made with; kept with its session. */
export interface VisitFacts {
  readonly source: string;
  readonly referrer: string | undefined;
  readonly utmSource: string | undefined;
  readonly utmMedium: string | undefined;
  readonly utmCampaign: string | undefined;
  readonly utmTerm: string | undefined;
  readonly utmContent: string | undefined;
  readonly country: string | undefined;
  readonly region: string | undefined;
  readonly city: string | undefined;
  readonly language: string | undefined;
  readonly device: string;
  readonly browser: string;
  /** The browser with its major version. */
  readonly version: string | undefined;
  readonly system: string;
  readonly screen: number | undefined;
}

export interface HitEvent {
  readonly id: string;
  readonly name: string;
  /** Epoch ms by the server's clock. */
  readonly at: number;
  readonly properties: Readonly<Record<string, unknown>> | undefined;
  readonly signature: string | undefined;
}

/** One request, checked and enriched, ready to be written. */
export interface Hit {
  readonly site: TrackedSite;
  readonly visitorKey: string;
  /** What the visitor was counted as on the page that asked for consent, if it was given just now. */
  readonly formerKey: string | undefined;
  readonly visitorKind: "storage" | "cookieless";
  /** Whether this visitor may be tied to a person at all: not under GPC, DNT or a denial. */
  readonly mayBeTied: boolean;
  /** The parameter of a link that led here, where somebody may be tied by it. */
  readonly link: string | undefined;
  /** Whether such a link led here, where nobody may be tied: a visit from an e-mail all the same. */
  readonly viaLink: boolean;
  readonly page: Page;
  /** What is recorded as the page: its path, without the query. */
  readonly path: string;
  readonly facts: VisitFacts;
  readonly events: readonly HitEvent[];
  readonly receivedAt: number;
}

/** What became of a hit: how many events are stored now, and what its sender should know. */
export interface Outcome {
  stored: number;
  undefinedNames: string[];
  notes: string[];
}
