import type { ComponentChildren } from "preact";
import type { Site } from "../src/sites/site.ts";
import { Layout } from "./layout.tsx";
import { Field } from "./parts/field.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";
import { plural } from "./parts/text.ts";

/** What keeping events for so many days would remove now. */
export interface KeepPreview {
  readonly days: number;
  /** `YYYY-MM-DD`, the first day that is kept. */
  readonly firstDay: string;
  readonly events: number;
}

interface Props {
  readonly site: Site;
  /** As it is set now; null keeps all. */
  readonly keepDays: number | null;
  readonly typed?: string;
  readonly preview?: KeepPreview;
  readonly error?: string;
  readonly notice?: ComponentChildren;
}

const consequence = ({ firstDay, events }: KeepPreview) =>
  events === 0
    ? `Nothing is old enough yet: events of before ${firstDay} would go, and there are none.`
    : `${plural(events, "event")} of before ${firstDay} would be removed within a day, and can not ` +
      "be brought back. Of their days the totals of visitors, sessions, views and events stay.";

/** How long events of a site are kept: what it would mean is said before it is done. */
export const KeepPage = ({ site, keepDays, typed, preview, error, notice }: Props) => (
  <Layout title={`How long events of ${site.domain} are kept`} place="sites" notice={notice}>
    <header class="top">
      <h1>{site.domain}</h1>
    </header>
    <SiteTabs siteKey={site.key} tab="settings" />
    <form class="panel pad" method="get" action={`/admin/sites/${site.key}/keep`}>
      <h2>How long events are kept</h2>
      <p>{keepDays === null ? "For ever, so far." : `For ${plural(keepDays, "day")}, so far.`}</p>
      <Field
        name="days"
        label="Days"
        value={typed ?? (keepDays === null ? "" : String(keepDays))}
        error={error}
        help="30 at least. Empty keeps them for ever."
      />
      <div>
        <button class="btn main">See what that means</button>
      </div>
    </form>
    {preview && (
      <form class="panel pad" method="post" action={`/admin/sites/${site.key}/keep`}>
        <p>{consequence(preview)}</p>
        <input type="hidden" name="days" value={String(preview.days)} />
        <div>
          <button class="btn bad">Keep events for {plural(preview.days, "day")}</button>
        </div>
      </form>
    )}
    {typed === "" && keepDays !== null && (
      <form class="panel pad" method="post" action={`/admin/sites/${site.key}/keep`}>
        <p>Nothing more is removed. What is gone stays gone.</p>
        <input type="hidden" name="days" value="" />
        <div>
          <button class="btn main">Keep events for ever</button>
        </div>
      </form>
    )}
  </Layout>
);
