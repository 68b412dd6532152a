import type { ComponentChildren } from "preact";
import type { Site } from "../src/sites/site.ts";
import type { Link } from "../src/stats/address.ts";
import type { FunnelAnswer, Match } from "../src/stats/question.ts";
import type { SavedFunnel } from "../src/stats/saved-funnel.ts";
import { Layout } from "./layout.tsx";
import { lasting, percent } from "./parts/figures.ts";
import type { DimensionLabels } from "./parts/filters.tsx";
import { FunnelBreakdown, FunnelDrawing } from "./parts/funnel-drawing.tsx";
import { Icon } from "./parts/icon.tsx";
import { matchSentence } from "./parts/matches.tsx";
import { Removed } from "./parts/removed.tsx";
import { ReportBar, type ReportBarProps } from "./parts/report-bar.tsx";
import { SiteTabs } from "./parts/site-tabs.tsx";
import { duration, plural } from "./parts/text.ts";
import { Coming } from "./parts/waiting.tsx";

interface ListProps {
  readonly site: Site;
  readonly funnels: readonly SavedFunnel[];
  readonly removed: readonly { readonly id: number; readonly name: string }[];
  readonly mayChange: boolean;
  readonly notice?: ComponentChildren;
  /** Figures that are here already, for pictures. */
  readonly figures?: ReadonlyMap<number, FunnelAnswer>;
}

/** The funnels that a team has made. */
export const FunnelsPage = ({ site, funnels, removed, mayChange, notice, figures }: ListProps) => {
  const here = `/admin/sites/${site.key}/funnels`;
  return (
    <Layout title={`Funnels of ${site.domain}`} place="sites" notice={notice}>
      <header class="top">
        <h1>{site.domain}</h1>
        <span class="space" />
        {mayChange && funnels.length > 0 && (
          <a class="btn main" href={`${here}/new`}>
            <Icon name="plus" />
            Add funnel
          </a>
        )}
      </header>
      <SiteTabs siteKey={site.key} tab="funnels" />
      {funnels.length === 0 ? (
        <NoFunnels here={here} mayChange={mayChange} />
      ) : (
        <ul class="panel goals">
          {funnels.map((funnel) => (
            <li class="goal funnel-row">
              <div>
                <h2>
                  <a href={`${here}/${funnel.id}`}>{funnel.name}</a>
                </h2>
                <p class="muted small">{wayOf(funnel)}</p>
              </div>
              {figures?.get(funnel.id) ? (
                <FunnelGlance answer={figures.get(funnel.id)!} />
              ) : (
                <Coming
                  id={`funnel-${funnel.id}`}
                  url={`${here}/${funnel.id}/glance`}
                  lines={2}
                  label={`Counting ${funnel.name}`}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      <Removed
        what="funnel"
        items={removed.map(({ id, name }) => ({ name, restore: `${here}/${id}/restore` }))}
      />
    </Layout>
  );
};

const NoFunnels = ({ here, mayChange }: { here: string; mayChange: boolean }) => (
  <section class="panel empty">
    <Icon name="funnel" size={28} />
    <h2>Where do people turn back?</h2>
    <p class="muted">
      A funnel is a way that you want people to go: they see a product, put it into the cart, pay.
      It shows how many come to each step, how long they take, and between which two they are lost.
    </p>
    {mayChange ? (
      <a class="btn main" href={`${here}/new`}>
        Make the first funnel
      </a>
    ) : (
      <p class="muted small">An editor can make one.</p>
    )}
  </section>
);

/** The steps of a funnel and its time, in one line. */
export const wayOf = ({ steps, withinMs }: Pick<SavedFunnel, "steps" | "withinMs">): string =>
  `${steps.map(matchSentence).join(" → ")}, within ${duration(withinMs)}`;

/** How a funnel did in the last 30 days, in short. */
export const FunnelGlance = ({ answer }: { answer: FunnelAnswer }) => {
  const [first, ...others] = answer.steps.map(({ visitors }) => visitors);
  const last = others.at(-1) ?? 0;
  const whole = Math.max(1, first ?? 0);
  return (
    <div class="funnel-glance">
      <span>
        <b class="big num">{percent(first ? last / first : null)}</b>
        <span class="muted small num">
          of {plural(first ?? 0, "visitor")} in 30 days went all the way
        </span>
      </span>
      <svg
        viewBox={`0 0 ${answer.steps.length * 20} 36`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {answer.steps.map(({ visitors }, index) => {
          const height = visitors === 0 ? 1 : Math.max(2, (visitors / whole) * 36);
          return <rect x={index * 20 + 1} y={36 - height} width={18} height={height} />;
        })}
      </svg>
    </div>
  );
};

interface Props {
  readonly site: Site;
  readonly funnel: SavedFunnel;
  readonly bar: ReportBarProps;
  /** By what it is broken down; a dimension, or nothing. */
  readonly by: string | undefined;
  readonly link: Link;
  readonly linkBy: (dimension: string | undefined) => string;
  readonly dimensions: DimensionLabels;
  readonly drawingHref: string;
  readonly mayChange: boolean;
  readonly notice?: ComponentChildren;
  /** What is drawn already, for pictures. */
  readonly drawing?: ComponentChildren;
}

/** One funnel, drawn. */
export const FunnelPage = (props: Props) => {
  const { site, funnel, bar, drawingHref, mayChange, notice, drawing } = props;
  const here = `/admin/sites/${site.key}/funnels/${funnel.id}`;
  return (
    <Layout title={funnel.name} place="sites" notice={notice}>
      <header class="top">
        <h1>{funnel.name}</h1>
        <span class="muted">{site.domain}</span>
        <span class="space" />
        {mayChange && (
          <a class="btn" href={`${here}/edit`}>
            Change it
          </a>
        )}
      </header>
      <SiteTabs siteKey={site.key} tab="funnels" />
      <ReportBar {...bar}>
        <BreakdownMenu {...props} />
      </ReportBar>
      {drawing ?? (
        <Coming
          id="drawing"
          class="panel"
          url={drawingHref}
          lines={funnel.steps.length * 4}
          label="Drawing the funnel"
        />
      )}
    </Layout>
  );
};

const BreakdownMenu = ({ by, linkBy, dimensions }: Props) => (
  <details class="menu period">
    <summary class="btn">
      {by === undefined ? "Not broken down" : `By ${dimensions[by]?.label.toLowerCase() ?? by}`}
    </summary>
    <div class="panel menu-body">
      <div class="period-choices">
        <a href={linkBy(undefined)} aria-current={by === undefined ? "true" : undefined}>
          Not broken down
        </a>
        {Object.entries(dimensions).map(([name, { label }]) => (
          <a href={linkBy(name)} aria-current={name === by ? "true" : undefined}>
            {label}
          </a>
        ))}
      </div>
    </div>
  </details>
);

interface DrawingProps {
  readonly funnel: Pick<SavedFunnel, "steps" | "withinMs">;
  readonly answer: FunnelAnswer;
  readonly hrefOf: (step: Match) => string;
  readonly by?: {
    readonly label: string;
    readonly nameOf: (key: string) => string;
    readonly hrefOf: (key: string) => string;
  };
  readonly downloads: { readonly csv: string; readonly json: string };
}

/** The shape of a funnel with what it says, as it comes. */
export const FunnelPart = ({ funnel, answer, hrefOf, by, downloads }: DrawingProps) => {
  const first = answer.steps[0]?.visitors ?? 0;
  const last = answer.steps.at(-1)?.visitors ?? 0;
  return (
    <div class="stack">
      <section class="panel pad">
        {first === 0 ? (
          <div class="empty">
            <h2>Nobody began in this period</h2>
            <p class="muted">
              No visitor came to the first step, {matchSentence(funnel.steps[0]!)}. Choose a longer
              period, or take a filter away.
            </p>
          </div>
        ) : (
          <>
            <div class="funnel-head">
              <p>
                <b class="big num">{percent(last / first)}</b>
                <span class="muted">
                  of {plural(first, "visitor")} went all the way within {duration(funnel.withinMs)}
                  {slowest(answer)}
                </span>
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
            <FunnelDrawing steps={funnel.steps} answer={answer} hrefOf={hrefOf} />
          </>
        )}
      </section>
      {by && answer.groups.length > 0 && (
        <section class="panel scroll" tabindex={0} aria-label={`By ${by.label}`}>
          <FunnelBreakdown steps={funnel.steps} answer={answer} {...by} />
        </section>
      )}
    </div>
  );
};

/** Between which two steps most time passes. */
function slowest({ steps }: FunnelAnswer): string {
  let place = 0;
  for (const [index, { medianMs }] of steps.entries()) {
    if ((medianMs ?? 0) > (steps[place]?.medianMs ?? 0)) place = index;
  }
  const medianMs = steps[place]?.medianMs;
  if (place === 0 || !medianMs || steps.length < 3) return "";
  return `. Most time passes before step ${place + 1}: ${lasting(medianMs)} for half of them`;
}
