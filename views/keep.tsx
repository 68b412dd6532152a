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
  /** Told to who may erase; what was typed, and what is wrong with it. */
  readonly erasing?: { readonly typed?: string; readonly error?: string } | undefined;
  readonly notice?: ComponentChildren;
}

const consequence = ({ firstDay, events }: KeepPreview) =>
  events === 0
    ? `Nothing is old enough yet: events of before ${firstDay} would go, and there are none.`
    : `${plural(events, "event")} of before ${firstDay} would be removed within a day, and can not ` +
      "be brought back: they are gone from all figures. The database's table daily_totals keeps how " +
      "many visitors, sessions, views and events each day had; no page shows it.";

/** How long events of a site are kept: what it would mean is said before it is done. */
export const KeepPage = ({ site, keepDays, typed, preview, error, erasing, notice }: Props) => (
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
        <p>
          Events are stored in blocks of up to a million, and a block goes when all of it is old
          enough. So some events stay longer than set, on a small site by months or years.
        </p>
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
    {erasing && (
      <form class="panel pad" method="post" action={`/admin/sites/${site.key}/keep/erase`}>
        <h2>Erase a visitor by number</h2>
        <p>
          Removes what one browser did here, also from past figures. Of somebody who is known, erase
          the contact instead: that takes all their browsers. This cannot be undone.
        </p>
        <Field
          name="number"
          label="Number of the visitor"
          value={erasing.typed}
          error={erasing.error}
          required
        />
        <div>
          <button class="btn bad">Erase for good</button>
        </div>
      </form>
    )}
  </Layout>
);
