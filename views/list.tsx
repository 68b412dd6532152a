import type { ComponentChildren, VNode } from "preact";
import type { PlainMetric } from "../src/stats/address.ts";
import type { Site } from "../src/sites/site.ts";
import { Layout } from "./layout.tsx";
import { Change } from "./parts/cards.tsx";
import { FIGURES, figureText } from "./parts/figure.ts";
import { PartFailure, Waiting } from "./parts/part.tsx";
import { ReportBar, type ReportBarProps } from "./parts/report-bar.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";
import { count, share } from "./parts/text.ts";
import { Downloads } from "./statistics.tsx";

interface PageProps {
  readonly site: Site;
  readonly label: string;
  readonly bar: ReportBarProps;
  readonly back: string;
  readonly search: string;
  /** The rest of the address, for the form that searches. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly path: string;
  readonly partUrl: string;
  readonly list: VNode;
  readonly notice?: ComponentChildren;
}

/** A whole list: everything there is of one dimension, searchable, sortable, page by page. */
export const ListPage = (props: PageProps) => {
  const { site, label, bar, back, search, fields, path, partUrl } = props;
  return (
    <Layout title={`${label} · ${site.domain}`} place="sites" notice={props.notice}>
      <header class="top">
        <h1>
          <a class="back" href={back}>
            {site.domain}
          </a>{" "}
          <span class="muted">/</span> {label}
        </h1>
      </header>
      <SiteTabs siteKey={site.key} tab="statistics" />
      <ReportBar {...bar} />
      <form class="search" method="get" action={path} role="search">
        {fields.map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <input
          type="search"
          name="q"
          value={search}
          aria-label={`Search in ${label}`}
          placeholder="Search"
          maxlength={200}
          autocomplete="off"
          hx-get={partUrl}
          hx-trigger="input changed delay:250ms, search"
          hx-include="closest form"
          hx-target="#list"
          hx-swap="outerHTML"
          hx-sync="this:replace"
        />
      </form>
      {props.list}
    </Layout>
  );
};

export interface ListRow {
  readonly key: string;
  readonly name: string;
  readonly href: string;
  readonly isChosen: boolean;
  readonly values: readonly (number | null)[];
  readonly before?: readonly (number | null)[] | undefined;
}

interface ListProps {
  readonly label: string;
  readonly metrics: readonly PlainMetric[];
  readonly rows: readonly ListRow[];
  /** Visitors of all together, which the shares are of. */
  readonly whole: number;
  readonly order: { readonly by: PlainMetric | "key"; readonly descending: boolean };
  readonly orderHref: (by: PlainMetric | "key") => string;
  readonly first: number;
  readonly groups: number;
  readonly earlier?: string | undefined;
  readonly later?: string | undefined;
  readonly empty: string;
  /** This list, searched and in this order, for other programs. */
  readonly exportUrl: (format: "csv" | "json") => string;
}

export const List = (props: ListProps) => {
  const { label, metrics, rows, order, orderHref, first, groups } = props;
  const isCompared = rows.some(({ before }) => before !== undefined);
  if (rows.length === 0) {
    return (
      <section id="list" class="panel empty">
        <p class="muted">{props.empty}</p>
      </section>
    );
  }
  const head = (by: PlainMetric | "key", text: string) => {
    const isThis = order.by === by;
    const sorted = isThis ? (order.descending ? "descending" : "ascending") : undefined;
    return (
      <th scope="col" class={by === "key" ? undefined : "right"} aria-sort={sorted}>
        <a
          id={`order-${by}`}
          href={orderHref(by)}
          title={by === "key" ? undefined : FIGURES[by].help}
        >
          {text}
          {isThis && <span aria-hidden="true">{order.descending ? " ↓" : " ↑"}</span>}
        </a>
      </th>
    );
  };
  return (
    <section id="list" class="panel">
      <div class="scroll">
        <table class="list-table">
          <thead>
            <tr>
              {head("key", label)}
              {head(metrics[0]!, FIGURES[metrics[0]!].label)}
              <th scope="col" class="right">
                Share
              </th>
              {isCompared && (
                <th scope="col" class="right">
                  Change
                </th>
              )}
              {metrics.slice(1).map((metric) => head(metric, FIGURES[metric].label))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row {...props} row={row} isCompared={isCompared} />
            ))}
          </tbody>
        </table>
      </div>
      <footer class="pager">
        <span class="muted num">
          {count(first + 1)}–{count(first + rows.length)} of {count(groups)}
        </span>
        {props.earlier && (
          <a class="btn" href={props.earlier} rel="prev">
            Back
          </a>
        )}
        {props.later && (
          <a class="btn" href={props.later} rel="next">
            More
          </a>
        )}
        <span class="space" />
        <Downloads url={props.exportUrl} />
      </footer>
    </section>
  );
};

const Row = ({
  metrics,
  whole,
  row,
  isCompared,
}: Pick<ListProps, "metrics" | "whole"> & { row: ListRow; isCompared: boolean }) => {
  const [first = null, ...others] = row.values;
  return (
    <tr>
      <th scope="row">
        <a href={row.href} aria-current={row.isChosen ? "true" : undefined} title="Filter by this">
          {row.name}
        </a>
      </th>
      <td class="num right">{figureText(metrics[0]!, first)}</td>
      <td class="num right muted">{share(first ?? 0, whole)}</td>
      {isCompared && (
        <td class="right">
          <Change metric={metrics[0]!} value={first} before={row.before?.[0] ?? null} />
        </td>
      )}
      {others.map((value, at) => (
        <td class="num right">{figureText(metrics[at + 1]!, value)}</td>
      ))}
    </tr>
  );
};

export const WaitingList = ({ url }: { url: string }) => (
  <Waiting id="list" url={url} class="panel" label="List">
    <table aria-hidden="true">
      {Array.from({ length: 12 }, () => (
        <tr>
          <td>
            <p class="skeleton-line" />
          </td>
        </tr>
      ))}
    </table>
  </Waiting>
);

export const FailedList = ({ url, message }: { url: string; message: string }) => (
  <section id="list" class="panel">
    <PartFailure id="list" url={url}>
      {message}
    </PartFailure>
  </section>
);

/** In the place of a list that cannot be. */
export const UnavailableList = ({ why }: { why: string }) => (
  <section id="list" class="panel empty">
    <p class="muted">Not available. {why}.</p>
  </section>
);
