import type { Site } from "../src/sites/site.ts";
import { Layout } from "./layout.tsx";
import { Feed, type FeedItem } from "./parts/feed.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";

interface Props {
  readonly site: Site;
  readonly items: readonly FeedItem[];
  readonly zone: string;
}

/** Events as they happen. */
export const LivePage = ({ site, items, zone }: Props) => (
  <Layout title={`Live on ${site.domain}`} place="sites">
    <header class="top">
      <h1>{site.domain}</h1>
      <span class="live-dot">Live</span>
    </header>
    <SiteTabs siteKey={site.key} tab="live" />
    <section class="panel">
      <Feed
        stream={`/admin/live?site=${site.key}`}
        items={items}
        zone={zone}
        empty="Nothing yet. Open a page of the site in another tab and it appears here."
      />
    </section>
  </Layout>
);
