import type { DayTotals } from "./keep.ts";
import type { PastEvent, PastQuestion } from "./past.ts";
import type { Seal, Sealed } from "./seal-steps.ts";
import type { SegmentTotals, ShippedColumn } from "./segment-steps.ts";
import type { Waiting } from "./seal.ts";

// What the sealer asks of its process, and what it gets.

/** Look through all sites for what waits. */
export interface SurveyOrder {
  readonly do: "survey";
  readonly now: number;
}

/** Say up to which session a site can be sealed. */
export interface PlanOrder {
  readonly do: "plan";
  readonly siteId: number;
  readonly now: number;
  readonly isForced: boolean;
}

/** Encode what a sealing takes. */
export interface SealOrder {
  readonly do: "seal";
  readonly seal: Seal;
  readonly now: number;
}

/** Encode segments anew, as one: without replaced copies, and without some visitors. */
export interface RewriteOrder {
  readonly do: "rewrite";
  readonly siteId: number;
  readonly segmentIds: readonly number[];
  readonly without: readonly number[];
}

/** Say which segments of a site hold any of these visitors. */
export interface FindOrder {
  readonly do: "find";
  readonly siteId: number;
  readonly visitorIds: readonly number[];
}

/** Find what a visitor did. */
export interface PastOrder {
  readonly do: "past";
  readonly question: PastQuestion;
}

/** Add up the days that these segments hold something of. */
export interface TotalsOrder {
  readonly do: "totals";
  readonly siteId: number;
  readonly segmentIds: readonly number[];
}

export type SealerOrder =
  SurveyOrder | PlanOrder | SealOrder | RewriteOrder | FindOrder | PastOrder | TotalsOrder;

/** A segment that is encoded, but for its columns, which went before. */
export interface Encoded {
  /** Nothing is left, and there is no segment to be made, if it has no sessions. */
  readonly totals: SegmentTotals;
}

export interface SealerAnswers {
  readonly survey: readonly Waiting[];
  readonly plan: number | undefined;
  readonly seal: Encoded & Sealed;
  readonly rewrite: Encoded;
  readonly find: readonly number[];
  readonly past: readonly PastEvent[];
  readonly totals: readonly DayTotals[];
}

export interface Asked {
  readonly id: number;
  readonly path: string;
  /** Whether it is to have only what nobody else wants; said anew each time, heeded the first. */
  readonly standsBack: boolean;
  readonly order: SealerOrder;
}

export type SealerReply =
  | { readonly id: number; readonly columns: readonly ShippedColumn[] }
  | { readonly id: number; readonly answer: SealerAnswers[SealerOrder["do"]] }
  | { readonly id: number; readonly error: string; readonly segmentId: number | undefined };
