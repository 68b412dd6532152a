import { describe, expect, test } from "bun:test";
import { cohortsOf } from "../../src/stats/cohorts.ts";

const OPTIONS = {
  buckets: [0, 10, 20, 30],
  until: 40,
  now: 25,
  most: 30,
  showsFirst: false,
};
const ANSWER = {
  cohorts: [
    { visitors: 10, active: [10, 4, 1, 0] },
    { visitors: 30, active: [30, 3, 0] },
    { visitors: 5, active: [5, 0] },
    { visitors: 0, active: [0] },
  ],
};

describe("cohortsOf()", () => {
  test("leaves out what is to come, and marks what still goes on", () => {
    const { cohorts } = cohortsOf(ANSWER, OPTIONS);

    expect(cohorts).toEqual([
      {
        at: 0,
        visitors: 10,
        cells: [
          { later: 1, active: 4, rate: 0.4, isOpen: false },
          { later: 2, active: 1, rate: 0.1, isOpen: true },
        ],
      },
      { at: 10, visitors: 30, cells: [{ later: 1, active: 3, rate: 0.1, isOpen: true }] },
      { at: 20, visitors: 5, cells: [] },
    ]);
  });

  test("weighs averages by visitors, without what still goes on", () => {
    const over = cohortsOf(ANSWER, { ...OPTIONS, now: 100 });
    const during = cohortsOf(ANSWER, OPTIONS);

    expect(over.averages.map(({ rate }) => rate)).toEqual([7 / 45, 1 / 40, 0]);
    expect(during.averages).toEqual([
      { later: 1, rate: 0.4 },
      { later: 2, rate: null },
    ]);
  });

  test("shows the cohort's own bucket where coming back is something else", () => {
    const { cohorts } = cohortsOf(ANSWER, { ...OPTIONS, showsFirst: true, most: 0 });

    expect(cohorts.map(({ cells }) => cells.length)).toEqual([1, 1, 1]);
  });

  test("gives an empty cohort no rate", () => {
    const { cohorts } = cohortsOf(
      { cohorts: [{ visitors: 0, active: [0, 0] }] },
      { ...OPTIONS, buckets: [0, 10] },
    );

    expect(cohorts[0]!.cells[0]!.rate).toBeNull();
  });
});
