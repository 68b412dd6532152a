import type { User } from "../../src/auth/user.ts";
import type { Definition } from "../../src/events/definition.ts";
import { EMPTY_FLOW, type FlowDefinition } from "../../src/flows/flow.ts";
import type { Flow, RunFigures, StepFigures } from "../../src/flows/queries.ts";
import type { Site } from "../../src/sites/site.ts";
import type { Occurrence } from "../../src/stats/arrived.ts";
import type { Glance } from "../../src/stats/stats.ts";

// Made up, but as it would be: what a shop has after some weeks. Nothing here is random, so that
// two pictures of one screen differ only where the screen does.

export const NOW = Date.UTC(2026, 10, 24, 11, 20);
export const ZONE = "Europe/Berlin";
export const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Longer than any box, and without a place to break. */
export const LONG = `${"antidisestablishmentarianism".repeat(6)}/x`;

/** What somebody with bad intentions types into every field. */
export const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`;

export const SITE: Site = {
  id: 1,
  key: "k3Jx9pQ2",
  domain: "shop.example",
  kind: "website",
  privacy: "consent",
  furtherDomains: ["checkout.example"],
  engagement: true,
  firstEventAt: NOW - 40 * DAY_MS,
  createdAt: NOW - 41 * DAY_MS,
};

export const NEW_SITE: Site = {
  ...SITE,
  id: 2,
  key: "n3wSite1",
  domain: "blog.example",
  privacy: "cookieless",
  firstEventAt: null,
};

export const LONG_SITE: Site = {
  ...SITE,
  id: 3,
  key: "l0ngSite",
  domain: `${"a-very-long-label-of-sixty-three-letters-in-it.".repeat(3)}example`,
};

export const user = (more: Partial<User> = {}): User => ({
  id: 1,
  name: "Ann Owner",
  email: "ann@shop.example",
  role: "owner",
  zone: ZONE,
  ...more,
});

/** What the card of a site shows of today. */
export const TODAY: Glance["today"] = { visitors: 1240, sessions: 1612, views: 4216, events: 744 };

export const NOTHING: Glance["today"] = { visitors: 0, sessions: 0, views: 0, events: 0 };

export const occurrence = (index: number, more: Partial<Occurrence> = {}): Occurrence => ({
  id: 900 - index,
  at: NOW - index * 47_000,
  name: ["page_view", "add_to_cart", "page_view", "scrolled_half"][index % 4]!,
  page: ["/product/trail-shoe", "/product/trail-shoe", "/pricing?utm_medium=email", "/"][
    index % 4
  ]!,
  title: "Trail shoe",
  source: ["email", "email", "search", "direct", "ai"][index % 5]!,
  device: ["phone", "desktop", "tablet"][index % 3]!,
  country: ["DE", "FR", null][index % 3]!,
  region: ["Bavaria", null, null][index % 3]!,
  city: ["Munich", null, null][index % 3]!,
  visitorNumber: 4711 + index,
  contactId: index % 4 === 1 ? 12 : null,
  properties: index % 4 === 1 ? '{"sku":"trail-shoe","value":119}' : null,
  ...more,
});

export const definition = (more: Partial<Definition> = {}): Definition => ({
  id: 5,
  siteId: 1,
  name: "newsletter_reader_on_pricing",
  trigger: "automatic",
  conditions: [
    { kind: "source", operator: "in", value: "email" },
    { kind: "url", operator: "contains", value: "/pricing" },
    { kind: "time", operator: "more", value: "30" },
    { kind: "scroll", operator: "more", value: "50" },
  ],
  state: "active",
  revision: 3,
  createdAt: NOW - 20 * DAY_MS,
  changedAt: NOW - DAY_MS,
  ...more,
});

const DRAFT: FlowDefinition = {
  v: 1,
  trigger: {
    kind: "event",
    siteId: 1,
    event: "add_to_cart",
    filter: { property: "value", operator: "more than", value: "50" },
  },
  entry: { again: "after", ms: 3 * DAY_MS },
  stop: { event: "purchase" },
  steps: [
    { id: "aa11", kind: "wait", settings: { ms: 45 * MINUTE_MS } },
    {
      id: "bb22",
      kind: "email",
      settings: {
        subject: "You left {{ event.name }} behind",
        text: 'Hello {{ contact.first_name | default: "there" }},\n\nyour {{ event.name }} waits.',
      },
    },
    { id: "cc33", kind: "webhook", settings: { url: "https://crm.example/hooks/footfall" } },
  ],
};

export const flow = (more: Partial<Flow> = {}): Flow => ({
  id: 7,
  name: "Cart left behind",
  state: "active",
  draft: DRAFT,
  revision: 9,
  version: 4,
  isChanged: false,
  ...more,
});

/** A flow that was just made. */
export const NEW_FLOW = flow({ draft: EMPTY_FLOW, state: "draft", version: undefined });

export const RUN_FIGURES: RunFigures = {
  entered: 1204,
  active: 87,
  held: 3,
  done: 986,
  stopped: 126,
  failed: 2,
};

export const NO_RUNS: RunFigures = {
  entered: 0,
  active: 0,
  held: 0,
  done: 0,
  stopped: 0,
  failed: 0,
};

const step = (waiting: number, done: number, more: Partial<StepFigures> = {}): StepFigures => ({
  entered: waiting + done,
  waiting,
  done,
  held: 0,
  skipped: 0,
  stopped: 0,
  failed: 0,
  ...more,
});

export const STEP_FIGURES: ReadonlyMap<string, StepFigures> = new Map([
  ["aa11", step(84, 1117)],
  ["bb22", step(3, 1084, { held: 3, skipped: 27 })],
  ["cc33", step(0, 986, { failed: 2 })],
]);
