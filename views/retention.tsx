import type { ComponentChildren } from "preact";
import type { Site } from "../src/sites/site.ts";
import type { Average, Cohort, CohortCell } from "../src/stats/cohorts.ts";
import { Layout } from "./layout.tsx";
import { Pick } from "./parts/field.tsx";
import { NOTHING, percent } from "./parts/figures.ts";
import { Icon } from "./parts/icon.tsx";
import { KnownMatches } from "./parts/matches.tsx";
import { ReportBar, type ReportBarProps } from "./parts/report-bar.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";
import { count, plural } from "./parts/text.ts";
import { Coming } from "./parts/waiting.tsx";

export type RetentionUnit = "day" | "week" | "month";

/** What begins a cohort, or counts as coming back, as the form has it. */
export interface Side {
  readonly kind: string;
  readonly match: string;
}

interface Props {
  readonly site: Site;
  readonly bar: ReportBarProps;
  /** The menu of views that the team has saved. */
  readonly views?: ComponentChildren;
  readonly begins: Side;
  readonly returns: Side;
  readonly unit: RetentionUnit;
  readonly units: readonly { readonly unit: RetentionUnit; readonly href: string }[];
  /** What else the address says, for the form to keep. */
  readonly keep: readonly (readonly [name: string, value: string])[];
  readonly errors: Readonly<Record<string, string>>;
  readonly tableHref: string;
  /** Why this site cannot know who comes back; then there are no figures. */
  readonly unknowable?: string | undefined;
  /** What figures leave open in the privacy mode of the site. */
  readonly caveat?: string | undefined;
  readonly notice?: ComponentChildren;
  /** What is counted already, for pictures. */
  readonly table?: ComponentChildren;
}

/** Who comes back, by when they began. */
export const RetentionPage = (props: Props) => {
  const { site, bar, views, unknowable, caveat, tableHref, notice, table, errors } = props;
  return (
    <Layout title={`Retention on ${site.domain}`} place="sites" notice={notice}>
      <header class="top">
        <h1>{site.domain}</h1>
      </header>
      <SiteTabs siteKey={site.key} tab="retention" />
      {unknowable === undefined ? (
        <>
          <ReportBar {...bar}>{views}</ReportBar>
          <Question {...props} />
          {caveat !== undefined && <p class="note">{caveat}</p>}
          {Object.keys(errors).length === 0 && (
            <section class="panel">
              {table ?? (
                <Coming id="cohorts" url={tableHref} lines={12} label="Counting who came back" />
              )}
            </section>
          )}
        </>
      ) : (
        <section class="panel empty">
          <Icon name="repeat" size={28} />
          <h2>Not available on this site</h2>
          <p class="muted">
            {unknowable}. In the modes “Ask for consent” and “Storage” visitors are recognised, and
            it can be counted from then on.
          </p>
          <a class="btn" href={`/admin/sites/${site.key}/settings`}>
            Privacy mode of the site
          </a>
        </section>
      )}
    </Layout>
  );
};

const BEGINS = [
  ["first", "came for the first time"],
  ["event", "first fired the event"],
  ["page", "first viewed the page"],
] as const;

const RETURNS = [
  ["anything", "did anything at all"],
  ["event", "fired the event"],
  ["page", "viewed the page"],
] as const;

const Question = ({ site, bar, begins, returns, unit, units, keep, errors }: Props) => (
  <form class="panel pad retention-question" method="get" action={bar.link().split("?")[0]}>
    {keep.map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    <div class="sentence">
      <span>Of visitors who</span>
      <SideFields
        name="begin"
        label="What begins"
        side={begins}
        options={BEGINS}
        error={errors.begin}
      />
      <span>in the same</span>
      <span class="segmented" role="group" aria-label="Length of a cohort">
        {units.map((each) => (
          <a href={each.href} aria-current={each.unit === unit ? "true" : undefined}>
            {each.unit}
          </a>
        ))}
      </span>
    </div>
    <div class="sentence">
      <span>how many later</span>
      <SideFields
        name="return"
        label="What counts as coming back"
        side={returns}
        options={RETURNS}
        error={errors.return}
      />
      <span>?</span>
      <button class="btn">Show</button>
    </div>
    <KnownMatches siteKey={site.key} />
  </form>
);

const SideFields = ({
  name,
  label,
  side,
  options,
  error,
}: {
  name: "begin" | "return";
  label: string;
  side: Side;
  options: readonly (readonly [string, string])[];
  error: string | undefined;
}) => (
  <span class="side-fields">
    <Pick name={name} label={label} value={side.kind} options={options} />
    <input
      type="text"
      name={`${name}_match`}
      id={`${name}-match`}
      class="if-match"
      aria-label={`${label}: name of the event or path of the page`}
      aria-invalid={error !== undefined}
      aria-describedby={error === undefined ? undefined : `${name}-error`}
      list="matches"
      value={side.match}
      maxlength={500}
      autocomplete="off"
      placeholder="purchase or /pricing*"
    />
    {error !== undefined && (
      <span class="error" id={`${name}-error`} role="alert">
        {error}
      </span>
    )}
  </span>
);

interface TableProps {
  readonly cohorts: readonly Cohort[];
  readonly averages: readonly Average[];
  readonly unit: RetentionUnit;
  readonly labelOf: (at: number) => string;
  /** Where a cohort leads, if there is something to see. */
  readonly downloads: { readonly csv: string; readonly json: string };
}

/** The heat map: a table whose cells are the darker, the more came back. */
export const RetentionPart = ({ cohorts, averages, unit, labelOf, downloads }: TableProps) => {
  const whole = cohorts.reduce((sum, { visitors }) => sum + visitors, 0);
  if (whole === 0) {
    return (
      <div class="empty">
        <h2>Nobody began in this period</h2>
        <p class="muted">Choose a longer period, another beginning, or take a filter away.</p>
      </div>
    );
  }
  if (averages.length === 0) {
    return (
      <div class="empty">
        <h2>This period is too short</h2>
        <p class="muted">
          Nobody can have come back a {unit} later yet. Choose a longer period, or shorter cohorts.
        </p>
      </div>
    );
  }
  return (
    <>
      <div class="heat-head">
        <p class="muted small">
          {plural(whole, "visitor")} in {plural(cohorts.length, "cohort")}, in percent of each; what
          still goes on has a dashed edge and is in no average.
        </p>
        <span class="row-of">
          <a class="btn quiet" href={downloads.csv} download>
            CSV
          </a>
          <a class="btn quiet" href={downloads.json} download>
            JSON
          </a>
        </span>
      </div>
      <div class="scroll" tabindex={0} role="region" aria-label="Who came back">
        <table class="heat">
          <thead>
            <tr>
              <th scope="col">Began</th>
              <th scope="col" class="right">
                Visitors
              </th>
              {averages.map(({ later }) => (
                <th scope="col" class="right">
                  <span class="unseen">
                    {later === 0 ? `in the same ${unit}` : `${plural(later, unit)} later`}
                  </span>
                  <span aria-hidden="true">{later === 0 ? unit : `+${later}`}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr class="average">
              <th scope="row">Average</th>
              <td class="num right">{count(whole)}</td>
              {averages.map(({ rate }) => (
                <td class={`num heat-${levelOf(rate)}`}>{short(rate)}</td>
              ))}
            </tr>
            {cohorts.map((cohort) => (
              <tr>
                <th scope="row">{labelOf(cohort.at)}</th>
                <td class="num right">{count(cohort.visitors)}</td>
                {cohort.cells.map((cell) => (
                  <Cell cell={cell} visitors={cohort.visitors} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
};

const Cell = ({ cell, visitors }: { cell: CohortCell; visitors: number }) => (
  <td
    class={`num heat-${levelOf(cell.rate)}${cell.isOpen ? " open" : ""}`}
    title={`${count(cell.active)} of ${plural(visitors, "visitor")}: ${percent(cell.rate)}${cell.isOpen ? ", so far" : ""}`}
  >
    {short(cell.rate)}
  </td>
);

/** In a cell there is room for a whole number. */
function short(rate: number | null): string {
  if (rate === null) return NOTHING;
  if (rate > 0 && rate < 0.01) return "<1";
  return String(Math.round(rate * 100));
}

/** Low shares are where cohorts differ: the scale rises with the root. */
function levelOf(rate: number | null): number {
  if (rate === null || rate === 0) return 0;
  return Math.min(9, Math.ceil(Math.sqrt(rate) * 9));
}
