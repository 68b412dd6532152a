import type { ComponentChildren } from "preact";
import type { Glance } from "../src/stats/stats.ts";
import { Layout } from "./layout.tsx";
import { Spark } from "./parts/chart.tsx";
import { Feed, type FeedItem } from "./parts/feed.tsx";
import { Icon } from "./parts/icon.tsx";
import { count, plural } from "./parts/text.ts";

export interface SiteCard {
  readonly key: string;
  readonly domain: string;
  readonly hasEvents: boolean;
  /** Requests of today that were not recorded. */
  readonly refused: number;
  readonly glance: Glance;
}

interface Props {
  readonly sites: readonly SiteCard[];
  readonly latest: readonly FeedItem[];
  readonly zone: string;
  readonly hasDemo: boolean;
  readonly demoUrl: string;
  readonly notice?: ComponentChildren;
}

/** The first page: every site at a glance, and what happens right now. */
export const OverviewPage = (props: Props) => (
  <Layout title="Overview" place="overview" notice={props.notice}>
    <header class="top">
      <h1>{props.sites.length === 0 ? "Welcome to Footfall" : "Overview"}</h1>
      <span class="space" />
      {props.sites.length > 0 && (
        <a class="btn main" href="/admin/sites">
          <Icon name="plus" />
          Add a website
        </a>
      )}
    </header>
    {props.sites.length === 0 ? <Ways /> : <Sites {...props} />}
  </Layout>
);

/** Looks every two seconds whether there is a site: the demo opens in another tab. */
const Ways = () => (
  <section
    class="ways"
    aria-label="How to begin"
    hx-get="/admin/begun"
    hx-trigger="every 2s"
    hx-swap="none"
  >
    <div class="panel pad">
      <Icon name="play" size={28} />
      <h2>Try it on the demo site</h2>
      <p class="muted">
        A small shop that Footfall serves itself opens in a new tab. Look around in it and watch
        your visit arrive here within a second.
      </p>
      <form method="post" action="/admin/demo" target="_blank">
        <button class="btn main">Open the demo site</button>
      </form>
    </div>
    <div class="panel pad">
      <Icon name="globe" size={28} />
      <h2>Add your website</h2>
      <p class="muted">
        Name its domain, choose how private visits should be, and paste two lines of HTML.
      </p>
      <p>
        <a class="btn" href="/admin/sites">
          Add a website
        </a>
      </p>
    </div>
  </section>
);

const Sites = ({ sites, latest, zone, hasDemo, demoUrl }: Props) => (
  <>
    <Cards sites={sites} />
    <section class="panel">
      <header class="top list">
        <h2>Right now</h2>
        <span class="space" />
        {hasDemo && (
          <a href={demoUrl} target="_blank" rel="noopener">
            Open the demo site
          </a>
        )}
      </header>
      <Feed
        stream="/admin/live"
        items={latest}
        zone={zone}
        empty="Nothing yet. Open one of your sites in another tab and it appears here."
      />
    </section>
  </>
);

/** The sites at a glance; the figures keep up with the feed below them. */
export const Cards = ({ sites }: { sites: readonly SiteCard[] }) => (
  <section
    id="cards"
    class="cards"
    aria-label="Sites"
    hx-get="/admin/cards"
    hx-trigger="every 5s"
    hx-swap="outerHTML"
  >
    {sites.map((site) => (
      <Card site={site} />
    ))}
  </section>
);

const Card = ({ site: { key, domain, glance, hasEvents, refused } }: { site: SiteCard }) => (
  <article class="panel pad">
    <header class="top">
      <h2>
        <a href={`/admin/sites/${key}`}>{domain}</a>
      </h2>
      <span class="space" />
      <span class={glance.now > 0 ? "live-dot" : "live-dot idle"}>{count(glance.now)} now</span>
    </header>
    {hasEvents ? (
      <>
        <div class="card-figures num">
          <span class="muted small">
            <b>{count(glance.today.visitors)}</b>{" "}
            {glance.today.visitors === 1 ? "visitor" : "visitors"} today
          </span>
          <span class="muted small">
            <b>{count(glance.today.views)}</b> {glance.today.views === 1 ? "view" : "views"}
          </span>
          <span class="muted small">
            <b>{count(glance.today.events)}</b> {glance.today.events === 1 ? "event" : "events"}
          </span>
        </div>
        <Spark
          values={glance.hours}
          name={`${plural(glance.today.visitors, "visitor")} today, by hour`}
        />
      </>
    ) : (
      <p class="muted">
        Waiting for the first event. <a href={`/admin/sites/${key}/install`}>Install the pixel</a>
        {refused > 0 && (
          <>
            . {plural(refused, "request")} came today and{" "}
            <a href={`/admin/sites/${key}/refused`}>
              {refused === 1 ? "was not recorded" : "were not recorded"}
            </a>
          </>
        )}
      </p>
    )}
  </article>
);
