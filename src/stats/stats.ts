import type { Pool } from "./pool.ts";
import type {
  Answer,
  FunnelAnswer,
  FunnelQuestion,
  Happening,
  OccurrencesQuestion,
  PropertiesQuestion,
  PropertySummary,
  Question,
  RetentionAnswer,
  RetentionQuestion,
} from "./question.ts";
import { createStreams, type ExportQuestion } from "./streams.ts";

/**
 * Answers questions about what was recorded, without holding up what is being recorded.
 *
 * Each method takes a signal that ends the work when nobody waits for it any more.
 *
 * @throws {Refusal} `unavailable`, if it takes too long, or a part of the data is damaged.
 */
export interface Stats {
  figures(question: Question, signal?: AbortSignal): Promise<Answer>;
  funnel(question: FunnelQuestion, signal?: AbortSignal): Promise<FunnelAnswer>;
  retention(question: RetentionQuestion, signal?: AbortSignal): Promise<RetentionAnswer>;
  occurrences(question: OccurrencesQuestion, signal?: AbortSignal): Promise<Happening[]>;
  properties(question: PropertiesQuestion, signal?: AbortSignal): Promise<PropertySummary[]>;
  /** Visitors active in the last five minutes. */
  now(siteId: number): Promise<number>;
  glance(query: GlanceQuery): Promise<Glance>;
  /** Everything that happened in a period, as lines; see `streamHappenings()` for their order. */
  stream(question: ExportQuestion, signal?: AbortSignal): AsyncGenerator<Uint8Array, void>;
  /** Gets ready for questions, since somebody looks at what leads to them. */
  prepare(): void;
  /** How many exports run: what they read must stay as long. */
  streaming(): number;
  stop(): Promise<void>;
}

/** A site at a glance. */
export interface Glance {
  readonly now: number;
  readonly today: Readonly<Record<(typeof TODAY)[number], number>>;
  /** Visitors of each of the last 24 hours. */
  readonly hours: readonly number[];
}

export interface GlanceQuery {
  readonly siteId: number;
  readonly now: number;
  readonly startOfToday: number;
}

const TODAY = ["visitors", "sessions", "views", "events"] as const;
const HOUR_MS = 60 * 60 * 1000;

/** Who counts as being there now. */
const NOW_MS = 5 * 60 * 1000;

export interface StatsOptions {
  readonly path: string;
  readonly now: () => number;
  /** Who works the answers out. */
  readonly pool: Pool;
}

/** Makes the part that answers questions. */
export function createStats(options: StatsOptions): Stats {
  const { pool } = options;
  const streams = createStreams(options.path);
  const ask = <A>(
    operation: Parameters<typeof pool.ask>[0],
    question: { readonly siteIds: readonly number[] },
    signal: AbortSignal | undefined,
  ) => pool.ask(operation, question.siteIds, question, signal) as Promise<A>;

  const figures: Stats["figures"] = (question, signal) => ask("figures", question, signal);

  const countNow = async (siteId: number, now: number): Promise<number> => {
    const period = { from: now + 1 - NOW_MS, until: now + 1 };
    const asked = { siteIds: [siteId], zone: "UTC", period, metrics: ["visitors"] as const };
    const { totals } = await figures(asked);
    return totals[0] ?? 0;
  };

  const glance: Stats["glance"] = async ({ siteId, now, startOfToday }) => {
    const site = { siteIds: [siteId], zone: "UTC" };
    const until = now + 1;
    const firstHour = Math.floor(now / HOUR_MS) * HOUR_MS - 23 * HOUR_MS;
    const buckets = Array.from({ length: 24 }, (_, hour) => firstHour + hour * HOUR_MS);
    const [here, today, hours] = await Promise.all([
      countNow(siteId, now),
      figures({ ...site, period: { from: startOfToday, until }, metrics: TODAY }),
      figures({
        ...site,
        period: { from: firstHour, until },
        metrics: ["visitors"],
        by: ["time"],
        buckets,
      }),
    ]);
    const [visitors, sessions, views, events] = today.totals.map((value) => value ?? 0);
    return {
      now: here,
      today: { visitors: visitors!, sessions: sessions!, views: views!, events: events! },
      hours: hours.rows.map(({ values }) => values[0] ?? 0),
    };
  };

  return {
    glance,
    figures,
    funnel: (question, signal) => ask("funnel", question, signal),
    retention: (question, signal) => ask("retention", question, signal),
    occurrences: (question, signal) => ask("occurrences", question, signal),
    properties: (question, signal) => ask("properties", question, signal),
    now: (siteId) => countNow(siteId, options.now()),
    stream: streams.stream,
    streaming: streams.running,
    prepare: pool.prepare,
    async stop() {
      streams.stop();
      await pool.stop();
    },
  };
}
