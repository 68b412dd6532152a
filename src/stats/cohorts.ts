import type { RetentionAnswer } from "./question.ts";

/** One row of the heat map: visitors who began together, and who of them came back when. */
export interface Cohort {
  /** Epoch ms: where its bucket begins. */
  readonly at: number;
  readonly visitors: number;
  readonly cells: readonly CohortCell[];
}

export interface CohortCell {
  /** Buckets after the cohort's own. */
  readonly later: number;
  readonly active: number;
  /** Share of the cohort, 0 to 1; null where it is empty. */
  readonly rate: number | null;
  /** Whether this bucket still goes on, so that more may come. */
  readonly isOpen: boolean;
}

/** The share of all cohorts that were there so many buckets later, over those that could be. */
export interface Average {
  readonly later: number;
  readonly rate: number | null;
}

export interface CohortOptions {
  /** Where the buckets begin. */
  readonly buckets: readonly number[];
  /** Where the last of them ends. */
  readonly until: number;
  readonly now: number;
  /** How many buckets later are shown at most. */
  readonly most: number;
  /** Whether the cohort's own bucket tells something: with "anything" it is always all of it. */
  readonly showsFirst: boolean;
}

/**
 * Lays an answer out for reading: nothing that is still to come, and what still goes on marked.
 *
 * Averages weigh cohorts by their visitors and leave out what still goes on, which would draw
 * the last figures down.
 */
export function cohortsOf(
  { cohorts }: RetentionAnswer,
  { buckets, until, now, most, showsFirst }: CohortOptions,
): { cohorts: Cohort[]; averages: Average[] } {
  const endOf = (index: number) => buckets[index + 1] ?? until;
  const rows = cohorts.flatMap(({ visitors, active }, index) => {
    if (buckets[index]! > now) return [];
    const cells = active.flatMap((figure, later): CohortCell[] => {
      const start = buckets[index + later];
      const isShown = start !== undefined && start <= now && later <= most;
      if (!isShown || (later === 0 && !showsFirst)) return [];
      const rate = visitors === 0 ? null : figure / visitors;
      return [{ later, active: figure, rate, isOpen: endOf(index + later) > now }];
    });
    return [{ at: buckets[index]!, visitors, cells }];
  });
  const widest = Math.max(0, ...rows.flatMap(({ cells }) => cells.map(({ later }) => later)));
  const averages: Average[] = [];
  for (let later = showsFirst ? 0 : 1; later <= widest; later += 1) {
    let [visitors, active] = [0, 0];
    for (const row of rows) {
      const cell = row.cells.find((each) => each.later === later);
      if (!cell || cell.isOpen) continue;
      visitors += row.visitors;
      active += cell.active;
    }
    averages.push({ later, rate: visitors === 0 ? null : active / visitors });
  }
  return { cohorts: rows, averages };
}
