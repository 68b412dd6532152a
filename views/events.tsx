import type { ComponentChildren } from "preact";
import type { Definition } from "../src/events/definition.ts";
import type { Site } from "../src/sites/site.ts";
import { Layout } from "./layout.tsx";
import { conditionsSentence } from "./parts/sentences.ts";
import { Removed } from "./parts/removed.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";
import { count, plural } from "./parts/text.ts";
import { Time } from "./parts/time.tsx";

export interface EventRow {
  readonly definition: Definition;
  /** Occurrences and visitors of the last 30 days. */
  readonly count: number;
  readonly visitors: number;
  readonly flows: readonly { readonly id: number; readonly name: string }[];
}

export interface UndefinedRow {
  readonly name: string;
  readonly count: number;
  readonly lastAt: number;
  readonly sample: string | null;
}

interface Props {
  readonly site: Site;
  readonly rows: readonly EventRow[];
  readonly undefinedRows: readonly UndefinedRow[];
  readonly removed?: readonly { readonly id: number; readonly name: string }[];
  readonly zone: string;
  readonly notice?: ComponentChildren;
}

/** The events of a site: those that are defined, and those that pages sent all the same. */
export const EventsPage = ({ site, rows, undefinedRows, removed = [], zone, notice }: Props) => (
  <Layout title={`Events of ${site.domain}`} place="sites" notice={notice}>
    <header class="top">
      <h1>{site.domain}</h1>
      <span class="space" />
      <a class="btn" href={`/admin/sites/${site.key}/events/new?trigger=manual`}>
        By code
      </a>
      <a class="btn main" href={`/admin/sites/${site.key}/events/new?trigger=automatic`}>
        Add event
      </a>
    </header>
    <SiteTabs siteKey={site.key} tab="events" />
    <section class="panel scroll">
      {rows.length === 0 ? (
        <div class="empty">
          <h2>No events yet</h2>
          <p class="muted">
            Page views are recorded by themselves. An event is something more that you care about:
            somebody who read half of a page, came from a newsletter, or put a thing into the cart.
          </p>
          <p class="row-of">
            <a class="btn" href={`/admin/sites/${site.key}/events/new?trigger=automatic`}>
              By conditions
            </a>
            <a class="btn" href={`/admin/sites/${site.key}/events/new?trigger=manual`}>
              By code
            </a>
          </p>
        </div>
      ) : (
        <EventTable rows={rows} siteKeyOf={() => site.key} />
      )}
    </section>
    {undefinedRows.length > 0 && (
      <section class="panel scroll" aria-labelledby="undefined">
        <div class="pad">
          <div>
            <h2 id="undefined">Seen, but not defined</h2>
            <p class="muted small">
              Pages sent these names. They are kept, and count as soon as you define them.
            </p>
          </div>
        </div>
        <table>
          <tbody>
            {undefinedRows.map((row) => (
              <tr>
                <td>
                  <a href={statisticsOf(site.key, row.name)}>
                    <b>{row.name}</b>
                  </a>
                  {row.sample && <p class="muted small">{row.sample}</p>}
                </td>
                <td class="num">{plural(row.count, "time")}</td>
                <td class="muted small">
                  last <Time at={row.lastAt} zone={zone} />
                </td>
                <td class="right">
                  <form method="post" action={`/admin/sites/${site.key}/events/adopt`}>
                    <input type="hidden" name="name" value={row.name} />
                    <button class="btn">Define</button>
                  </form>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    )}
    <Removed
      what="event"
      items={removed.map(({ id, name }) => ({
        name,
        restore: `/admin/sites/${site.key}/events/${id}/restore`,
      }))}
    />
  </Layout>
);

/** Where the figures of an event are. */
const statisticsOf = (siteKey: string, name: string) =>
  `/admin/sites/${siteKey}/events/statistics?event=${encodeURIComponent(name)}`;

const EventTable = ({
  rows,
  siteKeyOf,
  domainOf,
}: {
  rows: readonly EventRow[];
  siteKeyOf: (siteId: number) => string;
  domainOf?: (siteId: number) => string;
}) => (
  <table>
    <thead>
      <tr>
        <th>Event</th>
        {domainOf && <th>Site</th>}
        <th class="right">30 days</th>
        <th class="right">Visitors</th>
        <th>Flows</th>
        <th>
          <span class="unseen">Definition</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {rows.map(({ definition, count: occurrences, visitors, flows }) => (
        <tr>
          <td>
            <a href={statisticsOf(siteKeyOf(definition.siteId), definition.name)}>
              <b>{definition.name}</b>
            </a>{" "}
            {definition.state === "paused" && <span class="pill warn">Paused</span>}
            <p class="muted small">
              {definition.trigger === "manual"
                ? "Sent by code"
                : `When ${conditionsSentence(definition.conditions)}`}
            </p>
          </td>
          {domainOf && <td class="muted">{domainOf(definition.siteId)}</td>}
          <td class="num right">{count(occurrences)}</td>
          <td class="num right">{count(visitors)}</td>
          <td class="small">
            {flows.map(({ id, name }, index) => (
              <>
                {index > 0 && ", "}
                <a href={`/admin/flows/${id}`}>{name}</a>
              </>
            ))}
          </td>
          <td class="right">
            <a
              class="btn quiet"
              href={`/admin/sites/${siteKeyOf(definition.siteId)}/events/${definition.id}`}
              aria-label={`Definition of ${definition.name}`}
            >
              Definition
            </a>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

interface AllProps {
  readonly sites: readonly Site[];
  readonly rows: readonly EventRow[];
}

/** The events of all sites. */
export const AllEventsPage = ({ sites, rows }: AllProps) => {
  const find = (id: number) => sites.find((site) => site.id === id);
  return (
    <Layout title="Events" place="events">
      <header class="top">
        <h1>Events</h1>
      </header>
      <section class="panel scroll">
        {rows.length === 0 ? (
          <div class="empty">
            <h2>No events yet</h2>
            <p class="muted">Events belong to a site: open one and choose its tab “Events”.</p>
            <a class="btn" href="/admin/sites">
              Sites
            </a>
          </div>
        ) : (
          <EventTable
            rows={rows}
            siteKeyOf={(id) => find(id)?.key ?? ""}
            domainOf={(id) => find(id)?.domain ?? ""}
          />
        )}
      </section>
    </Layout>
  );
};
