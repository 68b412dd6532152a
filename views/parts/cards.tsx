import type { PlainMetric } from "../../src/stats/address.ts";
import { changeOf, figureText, FIGURES } from "./figure.ts";

export interface Card {
  readonly metric: PlainMetric;
  readonly value: number | null;
  /** `undefined` where nothing is compared. */
  readonly before?: number | null | undefined;
  readonly href: string;
}

/** Figures side by side; each leads to its own chart. */
export const Cards = ({ cards, current }: { cards: readonly Card[]; current: PlainMetric }) => (
  <nav class="metrics" aria-label="Figures">
    {cards.map(({ metric, value, before, href }) => (
      <a
        id={`metric-${metric}`}
        href={href}
        aria-current={metric === current ? "true" : undefined}
        title={FIGURES[metric].help}
      >
        <span class="muted">{FIGURES[metric].label}</span>
        <b class="num">{figureText(metric, value)}</b>
        {before !== undefined && <Change metric={metric} value={value} before={before} />}
      </a>
    ))}
  </nav>
);

interface ChangeProps {
  readonly metric: PlainMetric;
  readonly value: number | null;
  readonly before: number | null;
}

/** How a figure changed; what it was before is told to whoever points at it. */
export const Change = ({ metric, value, before }: ChangeProps) => {
  const { text, tone } = changeOf(metric, value, before);
  return (
    <span class={`delta num ${tone}`} title={`Before: ${figureText(metric, before)}`}>
      {text}
    </span>
  );
};

/** Where figures will stand. */
export const SkeletonCards = ({ metrics }: { metrics: readonly PlainMetric[] }) => (
  <div class="metrics" aria-hidden="true">
    {metrics.map((metric) => (
      <div>
        <span class="muted">{FIGURES[metric].label}</span>
        <b class="num skeleton">&nbsp;</b>
        <span class="delta">&nbsp;</span>
      </div>
    ))}
  </div>
);
