import type { ComponentChildren } from "preact";
import type { Site } from "../src/sites/site.ts";
import type { GoalFigures } from "../src/stats/goal-figures.ts";
import type { Goal } from "../src/stats/goal.ts";
import { Layout } from "./layout.tsx";
import { Change } from "./parts/change.tsx";
import { Spark } from "./parts/chart.tsx";
import { amount, percent } from "./parts/figures.ts";
import { Icon } from "./parts/icon.tsx";
import { matchSentence } from "./parts/matches.tsx";
import { Removed } from "./parts/removed.tsx";
import { ReportBar, type ReportBarProps } from "./parts/report-bar.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";
import { count, plural } from "./parts/text.ts";
import { Coming } from "./parts/waiting.tsx";

interface Props {
  readonly site: Site;
  readonly goals: readonly Goal[];
  readonly removed: readonly { readonly id: number; readonly name: string }[];
  readonly bar: ReportBarProps;
  /** What is looked at, as the query of an address: the parts are asked for with it. */
  readonly query: string;
  readonly mayChange: boolean;
  readonly notice?: ComponentChildren;
  /** Figures that are here already, for pictures. */
  readonly figures?: ReadonlyMap<number, GoalFigures>;
}

/** The goals of a site, with how they did. */
export const GoalsPage = (props: Props) => {
  const { site, goals, removed, bar, mayChange, notice } = props;
  const here = `/admin/sites/${site.key}/goals`;
  return (
    <Layout title={`Goals of ${site.domain}`} place="sites" notice={notice}>
      <header class="top">
        <h1>{site.domain}</h1>
        <span class="space" />
        {mayChange && goals.length > 0 && (
          <a class="btn main" href={`${here}/new`}>
            <Icon name="plus" />
            Add goal
          </a>
        )}
      </header>
      <SiteTabs siteKey={site.key} tab="goals" />
      {goals.length === 0 ? (
        <NoGoals here={here} mayChange={mayChange} />
      ) : (
        <>
          <ReportBar {...bar} />
          <ul class="panel goals">
            {goals.map((goal) => (
              <GoalRow goal={goal} here={here} {...props} />
            ))}
          </ul>
          <p class="row-of small">
            <a href={`${here}.csv?${props.query}`} download>
              CSV
            </a>
            <a href={`${here}.json?${props.query}`} download>
              JSON
            </a>
          </p>
        </>
      )}
      <Removed
        what="goal"
        items={removed.map(({ id, name }) => ({ name, restore: `${here}/${id}/restore` }))}
      />
    </Layout>
  );
};

const NoGoals = ({ here, mayChange }: { here: string; mayChange: boolean }) => (
  <section class="panel empty">
    <Icon name="flag" size={28} />
    <h2>What do you count as success?</h2>
    <p class="muted">
      A goal is an event, such as a purchase, or a page that one sees only afterwards, such as
      /thank-you. Choose one, and every list tells which pages, sources and campaigns lead to it.
    </p>
    {mayChange ? (
      <a class="btn main" href={`${here}/new`}>
        Add the first goal
      </a>
    ) : (
      <p class="muted small">An editor can add one.</p>
    )}
  </section>
);

const GoalRow = ({
  goal,
  here,
  query,
  mayChange,
  figures,
}: Props & { goal: Goal; here: string }) => {
  const known = figures?.get(goal.id);
  return (
    <li class="goal">
      <div>
        <h2>{mayChange ? <a href={`${here}/${goal.id}`}>{goal.name}</a> : goal.name}</h2>
        <p class="muted small">
          {matchSentence(goal)}
          {goal.value !== null && `, worth its ${goal.value}`}
        </p>
      </div>
      {known ? (
        <GoalFiguresPart goal={goal} figures={known} />
      ) : (
        <Coming
          id={`goal-${goal.id}`}
          url={`${here}/${goal.id}/figures?${query}`}
          lines={2}
          label={`Counting ${goal.name}`}
        />
      )}
    </li>
  );
};

/** The figures of one goal, as they come. */
export const GoalFiguresPart = ({ goal, figures }: { goal: Goal; figures: GoalFigures }) => (
  <div class="goal-figures">
    <span>
      <span class="muted small">Visitors</span>
      <b class="num">{count(figures.conversions)}</b>
      {figures.conversionsBefore !== undefined && (
        <Change value={figures.conversions} before={figures.conversionsBefore} />
      )}
    </span>
    <span>
      <span class="muted small">Conversion rate</span>
      <b class="num">{percent(figures.rate)}</b>
      <span class="delta num">{plural(figures.times, "time")}</span>
    </span>
    {figures.value === undefined ? (
      <span />
    ) : (
      <span>
        <span class="muted small">Sum of {goal.value}</span>
        <b class="num">{amount(figures.value.sum)}</b>
        <span class="delta num">{amount(figures.value.average)} on average</span>
      </span>
    )}
    <Spark values={figures.series} name={`Visitors who reached ${goal.name}, over the period`} />
  </div>
);
