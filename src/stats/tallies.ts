import type { Metric, Value } from "./question.ts";

/**
 * What is counted for a group. Tallies add up over blocks, workers and sites; metrics, which may
 * be averages and shares, are worked out from them at the end.
 */
export type Tally =
  | "visitors"
  | "new_visitors"
  | "sessions"
  /** Views and events. */
  | "counted"
  | "views"
  | "bounces"
  | "session_ms"
  | "engaged_tenths"
  | "engaged_views"
  | "scroll_percent"
  | "scroll_views"
  | "conversions"
  | `sum:${string}`
  | `count:${string}`;

interface MetricKind {
  readonly needs: readonly Tally[];
  /** @param tallies In the order of `needs`. */
  value(...tallies: readonly number[]): Value;
}

const itself = (count: number): Value => count;
const ratio = (part: number, whole: number): Value => (whole === 0 ? null : part / whole);

const KINDS: Readonly<Record<string, MetricKind>> = {
  visitors: { needs: ["visitors"], value: itself },
  new_visitors: { needs: ["new_visitors"], value: itself },
  sessions: { needs: ["sessions"], value: itself },
  views: { needs: ["views"], value: itself },
  events: { needs: ["counted", "views"], value: (counted, views) => counted! - views! },
  events_per_visitor: { needs: ["counted", "visitors"], value: ratio },
  bounce_rate: { needs: ["bounces", "sessions"], value: ratio },
  session_time: { needs: ["session_ms", "sessions"], value: ratio },
  engaged_time: {
    needs: ["engaged_tenths", "engaged_views"],
    value: (tenths, views) => ratio(tenths! * 100, views!),
  },
  scroll_depth: { needs: ["scroll_percent", "scroll_views"], value: ratio },
  conversions: { needs: ["conversions"], value: itself },
  conversion_rate: { needs: ["conversions", "visitors"], value: ratio },
};

/** Of which tallies a metric is made, and how. */
export function metricKind(metric: Metric): MetricKind {
  const known = KINDS[metric];
  if (known) return known;
  const key = metric.slice(metric.indexOf(":") + 1);
  if (metric.startsWith("average:")) {
    return { needs: [`sum:${key}`, `count:${key}`], value: ratio };
  }
  return { needs: [metric as Tally], value: itself };
}

/** All tallies that some metrics need, each once. */
export function talliesOf(metrics: readonly Metric[]): readonly Tally[] {
  return [...new Set(metrics.flatMap((metric) => metricKind(metric).needs))];
}
