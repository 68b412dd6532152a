import type { PlainMetric } from "../../src/stats/address.ts";
import { count } from "./text.ts";

type Kind = "count" | "number" | "share" | "time" | "percent";

interface Figure {
  readonly label: string;
  readonly kind: Kind;
  /** Whether more of it is better: 1, worse: -1. */
  readonly better: 1 | -1;
  readonly help: string;
}

/** What figures are called, how they read, and what they are. */
export const FIGURES: Readonly<Record<PlainMetric, Figure>> = {
  visitors: { label: "Visitors", kind: "count", better: 1, help: "Different browsers that came" },
  new_visitors: {
    label: "New visitors",
    kind: "count",
    better: 1,
    help: "Visitors who came for the first time",
  },
  sessions: {
    label: "Sessions",
    kind: "count",
    better: 1,
    help: "Visits; 30 minutes without activity end one",
  },
  views: { label: "Views", kind: "count", better: 1, help: "Pages viewed" },
  events: { label: "Events", kind: "count", better: 1, help: "Events you have defined" },
  events_per_visitor: {
    label: "Events per visitor",
    kind: "number",
    better: 1,
    help: "Views and events, by visitors",
  },
  bounce_rate: {
    label: "Bounce rate",
    kind: "share",
    better: -1,
    help: "Sessions with one view and nothing else",
  },
  session_time: {
    label: "Session time",
    kind: "time",
    better: 1,
    help: "Average length of a session",
  },
  engaged_time: {
    label: "Engaged time",
    kind: "time",
    better: 1,
    help: "How long a viewed page was in front and in use, on average",
  },
  scroll_depth: {
    label: "Scroll depth",
    kind: "percent",
    better: 1,
    help: "How much of a viewed page was seen, on average",
  },
  conversions: {
    label: "Conversions",
    kind: "count",
    better: 1,
    help: "Visitors who reached the goal",
  },
  conversion_rate: {
    label: "Conversion rate",
    kind: "share",
    better: 1,
    help: "Share of the visitors who reached the goal",
  },
};

const ONE_PLACE = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** A figure as people read it; a dash where there was nothing to divide by. */
export function figureText(metric: PlainMetric, value: number | null): string {
  if (value === null) return "–";
  switch (FIGURES[metric].kind) {
    case "count":
      return count(value);
    case "number":
      return ONE_PLACE.format(value);
    case "share":
      return percentText(value * 100);
    case "percent":
      return percentText(value);
    case "time":
      return timeText(value);
  }
}

/** The same where there is little room, as on the scale of a chart. */
export function scaleText(metric: PlainMetric, value: number): string {
  const { kind } = FIGURES[metric];
  return kind === "count" || kind === "number" ? COMPACT.format(value) : figureText(metric, value);
}

const percentText = (percent: number) =>
  `${percent > 0 && percent < 10 ? ONE_PLACE.format(percent) : Math.round(percent)} %`;

/** `1 m 52 s`, `2 h 5 m`. */
export function timeText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}

export interface Change {
  readonly text: string;
  readonly tone: "good" | "bad" | "neutral";
}

/**
 * How a figure changed, in its sign and in whether that is good.
 *
 * Counts change by percent, shares by points, times by time. What rounds to nothing is neither
 * good nor bad, nor is what has nothing to be compared with.
 */
export function changeOf(metric: PlainMetric, value: number | null, before: number | null): Change {
  const { kind, better } = FIGURES[metric];
  if (value === null || before === null) return { text: "no earlier figure", tone: "neutral" };
  const isCounted = kind === "count" || kind === "number";
  if (isCounted && before === 0) {
    return { text: value === 0 ? "no change" : "none before", tone: "neutral" };
  }
  const difference = value - before;
  const [size, unit] = isCounted
    ? [Math.round((difference / before) * 100), "%"]
    : kind === "time"
      ? [Math.round(difference / 1000), "s"]
      : [Math.round(kind === "share" ? difference * 100 : difference), "pt"];
  if (size === 0) return { text: "no change", tone: "neutral" };
  const amount =
    unit === "s" ? timeText(Math.abs(size) * 1000) : `${count(Math.abs(size))} ${unit}`;
  const isBetter = size > 0 === better > 0;
  return { text: `${size > 0 ? "+" : "−"}${amount}`, tone: isBetter ? "good" : "bad" };
}
