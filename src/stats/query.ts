/** What is asked of the statistics, whoever answers it. */
export interface OverviewQuery {
  readonly siteId: number;
  readonly period: Span;
  /** The period to compare with, of the same kind just before. */
  readonly previous: Span;
  /**
   * Up to when the totals of that are counted, epoch ms: no further than the period itself has
   * come, or a morning would be compared with a whole day.
   */
  readonly previousUntil: number;
}

/** A stretch of time with the bounds of its buckets, in the viewer's zone. */
export interface Span {
  /** Epoch ms, inclusive. */
  readonly from: number;
  /** Epoch ms, exclusive. */
  readonly until: number;
  /** Where each bucket begins, rising; the first is `from`. */
  readonly buckets: readonly number[];
}

/** Distinct visitors and sessions, page views, and events with a definition. */
export interface Figures {
  readonly visitors: number;
  readonly sessions: number;
  readonly views: number;
  readonly events: number;
}

export type Metric = keyof Figures;

export const METRICS: readonly Metric[] = ["visitors", "sessions", "views", "events"];

export interface Row {
  readonly name: string;
  readonly visitors: number;
  /** Views of a page, sessions of a source, occurrences of an event. */
  readonly count: number;
}

export interface Overview {
  readonly totals: Figures;
  readonly previousTotals: Figures;
  /** One for each bucket of the period. */
  readonly series: readonly Figures[];
  readonly previousSeries: readonly Figures[];
  readonly pages: readonly Row[];
  readonly sources: readonly Row[];
  readonly events: readonly Row[];
}

/** A site at a glance. */
export interface Glance {
  readonly now: number;
  readonly today: Figures;
  /** Visitors of each of the last 24 hours. */
  readonly hours: readonly number[];
}

export interface GlanceQuery {
  readonly siteId: number;
  readonly now: number;
  readonly startOfToday: number;
}

/** An occurrence of an event with everything recorded. */
export interface Occurrence {
  readonly id: number;
  readonly at: number;
  readonly name: string;
  readonly page: string;
  readonly title: string | null;
  readonly source: string;
  readonly device: string;
  readonly country: string | null;
  readonly region: string | null;
  readonly city: string | null;
  readonly visitorNumber: number;
  readonly contactId: number | null;
  readonly properties: string | null;
}

export interface OccurrencesQuery {
  readonly siteId: number;
  /** Of one event; undefined: of all. */
  readonly name: string | undefined;
  /** On pages with such a path, in which `*` stands for anything. */
  readonly page?: string | undefined;
  readonly before: number;
  /** Only those stored after this one, of the last ten minutes. */
  readonly afterId?: number;
  readonly limit: number;
}

/** How often the events of a site occurred. */
export interface CountsQuery {
  readonly siteId: number;
  readonly from: number;
  readonly until: number;
}
