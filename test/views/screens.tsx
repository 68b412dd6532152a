import type { VNode } from "preact";
import { CONDITION_KINDS } from "../../src/events/condition.ts";
import { TRAFFIC_SOURCES } from "../../src/events/traffic-source.ts";
import { DemoCart, DemoHome, DemoMissing, DemoPricing } from "../../views/demo/shop.tsx";
import { DemoProduct, PRODUCTS } from "../../views/demo/shop.tsx";
import { EventPage, type EventFormProps } from "../../views/event-form.tsx";
import { AllEventsPage, EventsPage, type EventRow } from "../../views/events.tsx";
import { InstallPage } from "../../views/install.tsx";
import { LivePage } from "../../views/live.tsx";
import { OverviewPage } from "../../views/overview.tsx";
import { Notice } from "../../views/parts/notice.tsx";
import * as signIn from "../../views/sign-in.tsx";
import { SiteSettingsPage } from "../../views/site-settings.tsx";
import { SitesPage } from "../../views/sites.tsx";
import { LinkGonePage, UnsubscribePage } from "../../views/unsubscribe.tsx";
import { API_SCREENS } from "./api-screens.tsx";
import { EVENT_STATISTICS_SCREENS } from "./event-statistics-screens.tsx";
import { FLOW_SCREENS } from "./flow-screens.tsx";
import { FUNNEL_SCREENS } from "./funnel-screens.tsx";
import { GOAL_SCREENS } from "./goal-screens.tsx";
import { PEOPLE_SCREENS } from "./people-screens.tsx";
import { REFUSED_SCREENS, refusedRows } from "./refused-screens.tsx";
import { RETENTION_SCREENS } from "./retention-screens.tsx";
import { STATISTICS_SCREENS } from "./statistics-screens.tsx";
import * as sample from "./samples.ts";
import { DAY_MS, HOSTILE, LONG, NEW_SITE, NOW, occurrence, SITE, ZONE } from "./samples.ts";

const SNIPPET = `<script>window.footfall=window.footfall||function(){(footfall.q=footfall.q||[]).push(arguments)}</script>
<script async src="https://stats.example/p/${SITE.key}.js"></script>`;

const hours = Array.from({ length: 24 }, (_, hour) => (hour < 6 ? hour : 40 + ((hour * 37) % 29)));
const feed = Array.from({ length: 9 }, (_, index) => occurrence(index));
const longItem = occurrence(2, { page: `/${LONG}`, name: LONG.slice(0, 64), properties: LONG });

const card = (more: object = {}) => ({
  key: SITE.key,
  domain: SITE.domain,
  hasEvents: true,
  refused: 0,
  glance: { now: 14, today: sample.TODAY, hours },
  ...more,
});

const noGlance = { now: 0, today: sample.NOTHING, hours: hours.map(() => 0) };
const oneGlance = { ...noGlance, now: 1, today: { visitors: 1, sessions: 1, views: 1, events: 1 } };

const overview = (more: object) => (
  <OverviewPage
    sites={[]}
    latest={[]}
    zone={ZONE}
    hasDemo
    demoUrl="http://demo.localhost:3000"
    {...more}
  />
);

const eventRows: EventRow[] = [
  {
    definition: sample.definition(),
    count: 412,
    visitors: 377,
    flows: [{ id: 7, name: "Cart left behind" }],
  },
  {
    definition: sample.definition({
      id: 6,
      name: "add_to_cart",
      trigger: "manual",
      conditions: [],
    }),
    count: 3377,
    visitors: 2810,
    flows: [],
  },
  {
    definition: sample.definition({ id: 8, name: LONG.slice(0, 64), state: "paused" }),
    count: 0,
    visitors: 0,
    flows: [],
  },
];

const eventForm = (more: Partial<EventFormProps> = {}) => (
  <EventPage
    site={SITE}
    id={undefined}
    revision={1}
    state="active"
    name=""
    trigger="automatic"
    conditions={[{ kind: "url", operator: "contains", value: "" }]}
    kinds={CONDITION_KINDS}
    sources={TRAFFIC_SOURCES}
    latest={[]}
    zone={ZONE}
    {...more}
  />
);

const live = (more: object = {}) => (
  <LivePage
    site={SITE}
    now={14}
    items={[]}
    filter={{ name: "", page: "" }}
    names={["add_to_cart", LONG.slice(0, 64)]}
    zone={ZONE}
    {...more}
  />
);

/** Every screen in every state that is drawn, by the name of its picture. */
export const SCREENS: Readonly<Record<string, () => VNode>> = {
  setup: () => <signIn.SetupPage token="t0ken" shortestPassword={10} />,
  "setup-refused": () => (
    <signIn.SetupPage
      token="t0ken"
      shortestPassword={10}
      values={{ name: HOSTILE, email: "ann@" }}
      error="Choose a password of at least 10 characters"
    />
  ),
  "setup-first": () => <signIn.SetupFirstPage />,
  "signed-out": () => <signIn.SignedOutPage />,
  "setup-closed": () => <signIn.SetupClosedPage />,
  login: () => <signIn.LoginPage next="/admin/flows" />,
  "login-refused": () => (
    <signIn.LoginPage email="ann@shop.example" error="E-mail or password is wrong" />
  ),
  invitation: () => <signIn.InvitationPage token="t0ken" name="Ben Editor" shortestPassword={10} />,
  error: () => (
    <signIn.MessagePage
      title="Not found"
      message="There is no page at this address"
      back="/admin"
    />
  ),

  "overview-empty": () => overview({}),
  overview: () =>
    overview({
      sites: [
        card(),
        card({ key: "k2", domain: "blog.example", glance: oneGlance }),
        card({ key: "k3", domain: "new.example", hasEvents: false, refused: 2, glance: noGlance }),
      ],
      latest: [
        { ...longItem, siteDomain: LONG },
        ...feed.map((item) => ({ ...item, siteDomain: SITE.domain })),
      ],
      notice: <Notice undo="/admin/sites/k9/restore">The site is removed</Notice>,
    }),
  "overview-quiet": () =>
    overview({
      sites: [card({ domain: sample.LONG_SITE.domain, glance: noGlance })],
      hasDemo: false,
    }),

  sites: () => <SitesPage sites={[SITE, NEW_SITE, sample.LONG_SITE]} />,
  "sites-empty": () => <SitesPage sites={[]} />,
  "sites-refused": () => (
    <SitesPage
      sites={[SITE]}
      domain={HOSTILE}
      privacy="strict"
      error={`Enter a domain like example.com, not "${HOSTILE}"`}
    />
  ),

  install: () => (
    <InstallPage
      site={SITE}
      snippet={SNIPPET}
      strictSnippet={SNIPPET.split("\n")[1]!}
      refused={[]}
      zone={ZONE}
    />
  ),
  "install-waiting": () => (
    <InstallPage
      site={NEW_SITE}
      snippet={SNIPPET}
      strictSnippet={SNIPPET.split("\n")[1]!}
      refused={refusedRows.filter(({ reason }) => reason === "bot" || reason === "origin")}
      zone={ZONE}
    />
  ),

  ...STATISTICS_SCREENS,

  live: () => live({ items: [longItem, ...feed] }),
  "live-empty": () => live({ site: NEW_SITE, now: 0 }),
  "live-filtered": () => live({ filter: { name: "add_to_cart", page: "/product/*" } }),
  "live-refused": () =>
    live({ filter: { name: "", page: HOSTILE }, error: "Enter a path such as /pricing" }),

  events: () => (
    <EventsPage
      site={SITE}
      rows={eventRows}
      undefinedRows={[
        { name: "video_played", count: 21, lastAt: NOW - 60_000, sample: '{"seconds":12}' },
        { name: LONG.slice(0, 64), count: 1, lastAt: NOW - DAY_MS, sample: null },
      ]}
      zone={ZONE}
    />
  ),
  "events-empty": () => <EventsPage site={NEW_SITE} rows={[]} undefinedRows={[]} zone={ZONE} />,
  "events-all": () => <AllEventsPage sites={[SITE]} rows={eventRows} />,
  "events-all-empty": () => <AllEventsPage sites={[]} rows={[]} />,

  "event-new": () => eventForm(),
  "event-manual": () => eventForm({ trigger: "manual", conditions: [], name: "add_to_cart" }),
  event: () => eventForm({ ...sample.definition(), latest: feed.slice(0, 3) }),
  "event-refused": () =>
    eventForm({
      ...sample.definition({ state: "paused" }),
      name: HOSTILE,
      nameError: "Enter a name of up to 64 letters, digits and _ . : - without blanks",
      error: "Scrolled: enter percent from 1 to 100",
    }),

  ...REFUSED_SCREENS,

  "site-settings": () => <SiteSettingsPage site={SITE} seen="x" />,
  "site-settings-refused": () => (
    <SiteSettingsPage
      seen="x"
      site={SITE}
      secret={"5f0c".repeat(16)}
      furtherDomains={HOSTILE}
      error="This is no domain"
    />
  ),

  ...EVENT_STATISTICS_SCREENS,
  ...FUNNEL_SCREENS,
  ...RETENTION_SCREENS,
  ...GOAL_SCREENS,
  ...PEOPLE_SCREENS,
  ...FLOW_SCREENS,
  ...API_SCREENS,

  unsubscribe: () => (
    <UnsubscribePage token="t0ken" address={`${LONG}@shop.example`} domain={null} done={false} />
  ),
  "unsubscribe-done": () => (
    <UnsubscribePage token="t0ken" address="sam@buyer.example" domain="shop.example" done />
  ),
  "link-gone": () => <LinkGonePage />,

  "demo-home": () => <DemoHome pixel={SITE.key} />,
  "demo-product": () => <DemoProduct pixel={SITE.key} product={PRODUCTS[0]!} />,
  "demo-pricing": () => <DemoPricing pixel={SITE.key} />,
  "demo-cart": () => <DemoCart pixel={undefined} />,
  "demo-missing": () => <DemoMissing pixel={SITE.key} />,
};
