import type { Site } from "../src/sites/site.ts";
import { Layout } from "./layout.tsx";
import { Feed, type FeedItem } from "./parts/feed.tsx";
import { Pick } from "./parts/field.tsx";
import { Icon } from "./parts/icon.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";
import { plural } from "./parts/text.ts";

/** What of it is shown. */
export interface LiveFilter {
  readonly name: string;
  /** Path, in which `*` stands for anything. */
  readonly page: string;
}

interface Props {
  readonly site: Site;
  readonly now: number;
  readonly items: readonly FeedItem[];
  readonly filter: LiveFilter;
  /** Names that can be chosen. */
  readonly names: readonly string[];
  readonly error?: string | undefined;
  readonly zone: string;
}

/** Events as they happen. */
export const LivePage = ({ site, now, items, filter, names, error, zone }: Props) => {
  const isFiltered = filter.name !== "" || filter.page !== "";
  const chosen = new URLSearchParams({ site: site.key });
  if (filter.name !== "") chosen.set("name", filter.name);
  if (filter.page !== "" && error === undefined) chosen.set("page", filter.page);
  return (
    <Layout title={`Live on ${site.domain}`} place="sites">
      <header class="top">
        <h1>{site.domain}</h1>
        <VisitorsNow siteKey={site.key} now={now} />
        <span class="space" />
        <button type="button" class="btn" data-pause="feed">
          <Icon name="pause" />
          <span data-pause-label role="status">
            Pause
          </span>
        </button>
      </header>
      <SiteTabs siteKey={site.key} tab="live" />
      <form class="live-filter" method="get" action={`/admin/sites/${site.key}/live`}>
        <Pick
          name="name"
          label="Which events"
          value={filter.name}
          options={[
            ["", "All events"],
            ["page_view", "Page views"],
            ...names.map((name) => [name, name] as const),
          ]}
        />
        <input
          name="page"
          id="page"
          aria-label="On which page"
          aria-invalid={error !== undefined}
          aria-describedby={error === undefined ? undefined : "page-error"}
          value={filter.page}
          maxlength={500}
          placeholder="on any page, or /pricing*"
        />
        <button class="btn">Show these</button>
        {isFiltered && (
          <a class="btn quiet" href={`/admin/sites/${site.key}/live`}>
            Show all
          </a>
        )}
        {error !== undefined && (
          <span class="error" id="page-error" role="alert">
            {error}
          </span>
        )}
      </form>
      <section class="panel">
        <Feed
          stream={`/admin/live?${chosen}`}
          items={items}
          zone={zone}
          empty={
            isFiltered
              ? "Nothing like that lately. It appears here as soon as it happens."
              : "Nothing yet. Open a page of the site in another tab and it appears here."
          }
        />
      </section>
    </Layout>
  );
};

/** Who is there in these minutes; it looks again by itself. */
export const VisitorsNow = ({ siteKey, now }: { siteKey: string; now: number }) => (
  <span
    class={now > 0 ? "live-dot" : "live-dot idle"}
    hx-get={`/admin/sites/${siteKey}/live/now`}
    hx-trigger="every 10s"
    hx-swap="outerHTML"
  >
    {plural(now, "visitor")} now
  </span>
);
