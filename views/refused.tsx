import type { Site } from "../src/sites/site.ts";
import { Layout } from "./layout.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";
import { count } from "./parts/text.ts";
import { Time } from "./parts/time.tsx";

export interface RefusedRow {
  readonly reason: string;
  readonly count: number;
  readonly lastAt: number;
  readonly detail: string;
}

interface Props {
  readonly site: Site;
  readonly rows: readonly RefusedRow[];
  readonly zone: string;
}

const MEANINGS: Readonly<Record<string, readonly [string, string]>> = {
  bot: ["Robots", "Programs that say they are one: search engines, previews, monitoring."],
  origin: [
    "From another domain",
    "A page that is not on one of the site's domains sent this. Add the domain in the settings if it is yours.",
  ],
  malformed: ["Not understood", "What came in does not have the form it must have."],
  "too large": ["Too large", "A request had more than 64 KB."],
  "too fast": [
    "Too fast",
    "More events a minute than one address may send. The pixel tries again later.",
  ],
  "too old": ["Too old", "Events older than three days, kept by a browser that was offline."],
  busy: [
    "Busy",
    "More came in than could be written, or the disk was full. The pixel tries again.",
  ],
  failed: ["Failed here", "A fault of this server; its log has the details."],
  "not matching": [
    "Condition not met",
    "The page reported the event, but a condition that only the server can check did not hold.",
  ],
  paused: ["Paused", "The event is defined, but paused."],
  "no visit": [
    "After the visit",
    "A page told how long it was looked at, but the visit it belongs to was over or never counted.",
  ],
  "too many names": [
    "Too many names",
    "The site has 200 event names that nobody defined; further ones are not kept.",
  ],
  "claim refused": [
    "Identification refused",
    "A page said who its visitor is, but may not be believed without a signature.",
  ],
  "link refused": [
    "Link not accepted",
    "A link's one-time parameter was used before, has expired or is not ours. The visit itself counts, anonymously.",
  ],
};

/** The name of a reason, and what it means. */
export const meaningOf = (reason: string): readonly [string, string] =>
  MEANINGS[reason] ?? [reason, ""];

/** What came in and is in no figure, each with its reason. */
export const RefusedPage = ({ site, rows, zone }: Props) => (
  <Layout title={`Not recorded on ${site.domain}`} place="sites">
    <header class="top">
      <h1>{site.domain}</h1>
    </header>
    <SiteTabs siteKey={site.key} tab="refused" />
    <section class="panel scroll">
      {rows.length === 0 ? (
        <p class="empty muted">In the last 30 days everything that came in was recorded.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>Reason</th>
              <th class="right">Last 30 days</th>
              <th>Last time</th>
              <th>Last one</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const [name, meaning] = meaningOf(row.reason);
              return (
                <tr>
                  <td>
                    <b>{name}</b>
                    <p class="muted small">{meaning}</p>
                  </td>
                  <td class="num right">{count(row.count)}</td>
                  <td>
                    <Time at={row.lastAt} zone={zone} />
                  </td>
                  <td class="small muted long">{row.detail}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  </Layout>
);
