import type { ComponentChildren } from "preact";
import type { EventFlow } from "../src/flows/launches.ts";
import type { Site } from "../src/sites/site.ts";
import { Layout } from "./layout.tsx";
import { Change } from "./parts/change.tsx";
import { Chart } from "./parts/chart.tsx";
import { percent } from "./parts/figures.ts";
import { ReportBar, type ReportBarProps } from "./parts/report-bar.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";
import { count, plural } from "./parts/text.ts";
import { Time } from "./parts/time.tsx";
import { Coming } from "./parts/waiting.tsx";

/** What is known of an event that nobody has defined. */
export interface Unknown {
  readonly count: number;
  readonly lastAt: number;
}

interface Props {
  readonly site: Site;
  readonly name: string;
  /** Its definition, if there is one; a page view needs none. */
  readonly definition: { readonly id: number; readonly state: "active" | "paused" } | undefined;
  readonly isPageView: boolean;
  /** Where nobody has defined it: what came in all the same. */
  readonly unknown: Unknown | undefined;
  readonly bar: ReportBarProps;
  /** The address of a part of this screen, with what is looked at. */
  readonly partOf: (part: string) => string;
  readonly mayChange: boolean;
  readonly zone: string;
  readonly notice?: ComponentChildren;
  /** Parts that are here already, for pictures. */
  readonly parts?: Readonly<Record<string, ComponentChildren>>;
}

/** Everything about one event in a period. */
export const EventStatisticsPage = (props: Props) => {
  const { site, name, isPageView, bar, partOf, parts = {}, notice } = props;
  const title = isPageView ? "Page views" : name;
  return (
    <Layout title={title} place="sites" notice={notice}>
      <header class="top">
        <h1>{title}</h1>
        <span class="muted">{site.domain}</span>
        {props.definition?.state === "paused" && <span class="pill warn">Paused</span>}
        <span class="space" />
        <Definition {...props} />
      </header>
      <SiteTabs siteKey={site.key} tab="events" />
      <ReportBar {...bar} />
      <NotDefined {...props} />
      <Part class="panel" part="figures" lines={15} {...{ partOf, parts }} label="Counting" />
      <div class="lists">
        <Part class="panel list" part="page" lines={8} {...{ partOf, parts }} label="Pages" />
        <Part class="panel list" part="source" lines={8} {...{ partOf, parts }} label="Sources" />
        <Part
          class="panel list"
          part="country"
          lines={8}
          {...{ partOf, parts }}
          label="Countries"
        />
        <Part class="panel list" part="device" lines={8} {...{ partOf, parts }} label="Devices" />
      </div>
      <Part
        class="panel list"
        part="properties"
        lines={5}
        {...{ partOf, parts }}
        label="Properties"
      />
      <Part class="panel list" part="flows" lines={3} {...{ partOf, parts }} label="Flows" />
      <section class="panel happenings" aria-labelledby="occurrences">
        <header>
          <h2 id="occurrences">Last occurrences</h2>
          <span class="row-of">
            <a class="btn quiet" href={partOf("occurrences.csv")} download>
              CSV
            </a>
            <a class="btn quiet" href={partOf("occurrences.json")} download>
              JSON
            </a>
          </span>
        </header>
        <Part part="occurrences" lines={8} {...{ partOf, parts }} label="Last occurrences" />
      </section>
    </Layout>
  );
};

const Definition = ({ site, definition, name, isPageView, mayChange }: Props) => {
  const base = `/admin/sites/${site.key}/events`;
  if (definition) {
    return (
      <a class="btn" href={`${base}/${definition.id}`}>
        {mayChange ? "Change the event" : "Its definition"}
      </a>
    );
  }
  if (isPageView || !mayChange) return null;
  return (
    <form method="post" action={`${base}/adopt`}>
      <input type="hidden" name="name" value={name} />
      <button class="btn main">Define this event</button>
    </form>
  );
};

const NotDefined = ({ definition, isPageView, unknown, zone }: Props) =>
  definition || isPageView ? null : (
    <p class="notice">
      <span>
        Nobody has defined this event, so it is in no figure.{" "}
        {unknown === undefined ? (
          "Nothing of this name was recorded so far."
        ) : (
          <>
            Pages sent it {plural(unknown.count, "time")}, last on{" "}
            <Time at={unknown.lastAt} zone={zone} style="long" />; what was recorded is kept, shown
            below, and counts as soon as the event is defined.
          </>
        )}
      </span>
    </p>
  );

interface PartProps {
  readonly part: string;
  readonly class?: string;
  readonly lines: number;
  readonly label: string;
  readonly partOf: (part: string) => string;
  readonly parts: Readonly<Record<string, ComponentChildren>>;
}

/** A part that comes by itself; its room is held until then. */
const Part = ({ part, lines, label, partOf, parts, class: name }: PartProps) =>
  parts[part] === undefined ? (
    <section class={name}>
      <Coming id={`part-${part}`} url={partOf(part)} lines={lines} label={label} />
    </section>
  ) : (
    <section class={name}>{parts[part]}</section>
  );

export interface EventFigures {
  readonly times: number;
  readonly visitors: number;
  /** Of the visitors, those that are contacts. */
  readonly known: number;
  readonly sessions: number;
}

export type EventMetric = keyof EventFigures;

export const EVENT_METRICS: Readonly<Record<EventMetric, string>> = {
  times: "Times",
  visitors: "Visitors",
  known: "Known contacts",
  sessions: "Sessions",
};

interface FiguresProps {
  readonly now: EventFigures;
  /** Undefined where nothing is compared. */
  readonly before: EventFigures | undefined;
  readonly metric: EventMetric;
  readonly linkOf: (metric: EventMetric) => string;
  readonly series: readonly number[];
  readonly past: readonly number[];
  readonly labels: readonly string[];
  readonly periodLabel: string;
}

/** How often and by how many; each figure switches the chart. */
export const EventFiguresPart = (props: FiguresProps) => {
  const { now, before, metric, linkOf } = props;
  return (
    <>
      <div class="metrics">
        {(Object.keys(EVENT_METRICS) as EventMetric[]).map((name) => (
          <a href={linkOf(name)} aria-current={name === metric ? "true" : undefined}>
            <span class="muted">{EVENT_METRICS[name]}</span>
            <b class="num">{count(now[name])}</b>
            {before ? (
              <Change value={now[name]} before={before[name]} />
            ) : (
              <span class="delta">{beside(name, now)}</span>
            )}
          </a>
        ))}
      </div>
      <Chart
        values={props.series}
        past={props.past}
        labels={props.labels}
        name={`${EVENT_METRICS[metric]}, ${props.periodLabel}`}
      />
    </>
  );
};

/** What stands under a figure when it is compared with nothing. */
function beside(name: EventMetric, { times, visitors, known }: EventFigures): string {
  if (visitors === 0) return "\u00a0";
  if (name === "known") return `${percent(known / visitors)} of visitors`;
  return name !== "times" ? "\u00a0" : `${(times / visitors).toFixed(1)} by each visitor`;
}

const STATES: Readonly<Record<EventFlow["state"], string>> = {
  draft: "Draft",
  active: "Active",
  paused: "Paused",
  removed: "Removed",
};

/** What the event sets off. */
export const EventFlowsPart = ({
  flows,
  isPartial,
}: {
  flows: readonly EventFlow[];
  /** Whether filters are on, which launches take no notice of. */
  isPartial: boolean;
}) => {
  const launches = flows.reduce((sum, flow) => sum + flow.launches, 0);
  return (
    <>
      <header>
        <h2>Flows</h2>
        <span class="muted small num">{plural(launches, "launch", "launches")}</span>
      </header>
      {flows.length === 0 ? (
        <p class="muted">
          No flow uses it. <a href="/admin/flows">Start a flow</a> with it: a message when it
          happens, or a way to end one.
        </p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Flow</th>
              <th scope="col" class="right">
                Launches
              </th>
            </tr>
          </thead>
          <tbody>
            {flows.map((flow) => (
              <tr>
                <td>
                  {flow.state === "removed" ? (
                    flow.name
                  ) : (
                    <a href={`/admin/flows/${flow.id}`}>{flow.name}</a>
                  )}{" "}
                  <span class={flow.state === "active" ? "pill good" : "pill"}>
                    {STATES[flow.state]}
                  </span>
                  <p class="muted small">{roleOf(flow)}</p>
                </td>
                <td class="num right">
                  {flow.launches > 0 && flow.state !== "removed" ? (
                    <a href={`/admin/flows/${flow.id}/people`}>{count(flow.launches)}</a>
                  ) : (
                    count(flow.launches)
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {isPartial && flows.length > 0 && (
        <p class="muted small">Launches are those of all visitors: filters do not reach them.</p>
      )}
    </>
  );
};

function roleOf({ starts, stops }: EventFlow): string {
  if (starts && stops) return "Starts it, and ends it for who is in it";
  if (starts) return "Starts it";
  return stops ? "Ends it for who is in it" : "Started it earlier, not any more";
}
