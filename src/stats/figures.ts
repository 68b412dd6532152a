import { answerOf } from "./answer.ts";
import { countPeriod } from "./count-period.ts";
import type { PeriodPart } from "./counter.ts";
import type { Operation } from "./operation.ts";
import type { Answer, Question } from "./question.ts";
import { talliesOf } from "./tallies.ts";
import { TUNING, type Tuning } from "./tuning.ts";

/** What one worker counted of one site. */
export interface FiguresPart {
  readonly now: PeriodPart;
  readonly before: PeriodPart | undefined;
}

/** All figures and lists: one shape of question, answered exactly. */
export const figures = createFigures();

/** @param tuning Says nothing about the answer; tests make everything small. */
export function createFigures(tuning: Tuning = TUNING): Operation<Question, FiguresPart, Answer> {
  return {
    *part(site, question) {
      const { metrics, period, buckets, compare } = question;
      const tallies = talliesOf(metrics);
      const now = yield* countPeriod(site, question, { period, buckets }, tallies, tuning);
      if (!compare) return { now, before: undefined };
      const before = yield* countPeriod(site, question, compare, tallies, tuning);
      return { now, before };
    },

    finish: answerOf,
  };
}
