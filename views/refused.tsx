import type { Site } from "../src/sites/site.ts";
import { Layout } from "./layout.tsx";
import { Spark } from "./parts/chart.tsx";
import { meaningOf, REFUSAL_GROUPS, type RefusalGroup } from "./parts/refusals.ts";
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
  /** By reason, most first. */
  readonly rows: readonly RefusedRow[];
  /** The last distinct ones, most first. */
  readonly details: readonly RefusedRow[];
  /** What came each day, by group; the first day first. */
  readonly days: readonly (Readonly<Record<RefusalGroup, number>> & { readonly day: string })[];
  readonly periods: readonly number[];
  readonly zone: string;
}

/** What came in and is in no figure, each with its reason and what to do about it. */
export const RefusedPage = (props: Props) => {
  const { site, periods, days } = props;
  const path = `/admin/sites/${site.key}/refused`;
  return (
    <Layout title={`Not recorded on ${site.domain}`} place="sites">
      <header class="top">
        <h1>{site.domain}</h1>
        <span class="space" />
        <a class="btn" href={`${path}.csv?days=${days.length}`} download>
          CSV
        </a>
        <details class="period">
          <summary class="btn">Last {days.length} days</summary>
          <div class="panel">
            {periods.map((each) => (
              <a
                href={`${path}?days=${each}`}
                aria-current={each === days.length ? "true" : undefined}
              >
                Last {each} days
              </a>
            ))}
          </div>
        </details>
      </header>
      <SiteTabs siteKey={site.key} tab="refused" />
      <p class="muted">
        What came in and is in no figure, no list and no flow. Days are those of UTC; counts are
        kept for 90 days.
      </p>
      {REFUSAL_GROUPS.map((group) => (
        <Group {...props} {...group} />
      ))}
    </Layout>
  );
};

const Group = ({
  group,
  name,
  meaning,
  rows,
  details,
  days,
  zone,
}: Props & (typeof REFUSAL_GROUPS)[number]) => {
  const own = rows.filter(({ reason }) => meaningOf(reason).group === group);
  const total = own.reduce((sum, row) => sum + row.count, 0);
  return (
    <section class="panel" id={group}>
      <header class="refused-head">
        <div>
          <h2>{name}</h2>
          <p class="muted small">{meaning}</p>
        </div>
        <b class="num">{count(total)}</b>
      </header>
      {total === 0 ? (
        <p class="refused-none muted">None in the last {days.length} days.</p>
      ) : (
        <>
          <Days group={group} name={name} days={days} />
          {group === "bots" ? (
            <Robots rows={own} details={details} zone={zone} />
          ) : (
            <>
              <div class="scroll">
                <Reasons rows={own} zone={zone} />
              </div>
              {own.map((row) => (
                <Details row={row} details={details} zone={zone} />
              ))}
            </>
          )}
        </>
      )}
    </section>
  );
};

const Days = ({
  group,
  name,
  days,
}: Pick<Props, "days"> & { group: RefusalGroup; name: string }) => (
  <figure class="refused-days">
    <Spark
      values={days.map((each) => each[group])}
      name={`${name}: ${days.map((each) => `${each.day} ${count(each[group])}`).join(", ")}`}
    />
    <figcaption class="muted small num">
      <span>{days[0]?.day}</span>
      <span>up to {count(Math.max(...days.map((each) => each[group])))} a day</span>
      <span>{days.at(-1)?.day}</span>
    </figcaption>
  </figure>
);

const Reasons = ({ rows, zone }: Pick<Props, "rows" | "zone">) => (
  <table>
    <thead>
      <tr>
        <th>Reason</th>
        <th class="right">Times</th>
        <th>Last time</th>
        <th>Last one</th>
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => {
        const { name, meaning, remedy } = meaningOf(row.reason);
        return (
          <tr>
            <td>
              <b>{name}</b>
              <p class="muted small">{meaning}</p>
              <p class="small">{remedy}</p>
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
);

/** There is one reason only; who they are is what matters. */
const Robots = ({ rows, details, zone }: Pick<Props, "rows" | "details" | "zone">) => (
  <>
    {rows.map((row) => (
      <div class="refused-details">
        <p class="small">{meaningOf(row.reason).remedy}</p>
        <Kinds row={row} details={details} zone={zone} head="Who they say they are" />
      </div>
    ))}
  </>
);

type DetailsProps = Pick<Props, "details" | "zone"> & { readonly row: RefusedRow };

const Details = ({ row, details, zone }: DetailsProps) => {
  if (!details.some(({ reason, detail }) => reason === row.reason && detail !== "")) return null;
  return (
    <details class="refused-details">
      <summary>{meaningOf(row.reason).name}: the last ones</summary>
      <Kinds row={row} details={details} zone={zone} head="What came" />
    </details>
  );
};

const Kinds = ({ row, details, zone, head }: DetailsProps & { head: string }) => {
  const own = details.filter(({ reason, detail }) => reason === row.reason && detail !== "");
  const known = own.reduce((sum, each) => sum + each.count, 0);
  return (
    <>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>{head}</th>
              <th class="right">Times</th>
              <th>Last time</th>
            </tr>
          </thead>
          <tbody>
            {own.map((each) => (
              <tr>
                <td class="small long">{each.detail}</td>
                <td class="num right">{count(each.count)}</td>
                <td>
                  <Time at={each.lastAt} zone={zone} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {known < row.count && (
        <p class="muted small">
          {count(row.count - known)} more came that are not kept in detail: of each day only the
          last 20 kinds are.
        </p>
      )}
    </>
  );
};
