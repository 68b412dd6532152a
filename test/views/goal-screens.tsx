import type { VNode } from "preact";
import type { Goal } from "../../src/stats/goal.ts";
import type { GoalFigures } from "../../src/stats/goal-figures.ts";
import { GoalPage, type GoalFormProps, type GoalPreview } from "../../views/goal-form.tsx";
import { GoalsPage } from "../../views/goals.tsx";
import { barOf, waveOf } from "./report-samples.ts";
import { HOSTILE, LONG, SITE } from "./samples.ts";

const goal = (id: number, name: string, more: Partial<Goal> = {}): Goal => ({
  id,
  siteId: 1,
  name,
  kind: "event",
  match: "purchase",
  value: null,
  ...more,
});

const GOALS = [
  goal(1, "Order placed", { value: "revenue" }),
  goal(2, "Read about prices", { kind: "page", match: "/pricing*" }),
  goal(3, LONG.slice(0, 80), { match: LONG.slice(0, 64) }),
  goal(4, "Newsletter", { match: "newsletter_signup" }),
];

const series = (size: number) => waveOf(30, size);

const FIGURES: ReadonlyMap<number, GoalFigures> = new Map([
  [
    1,
    {
      conversions: 412,
      rate: 0.0312,
      times: 468,
      conversionsBefore: 377,
      value: { sum: 48_230.5, average: 103.06 },
      series: series(16),
    },
  ],
  [
    2,
    { conversions: 5204, rate: 0.3941, times: 9120, conversionsBefore: 6110, series: series(180) },
  ],
  [3, { conversions: 0, rate: 0, times: 0, conversionsBefore: 0, series: series(0) }],
]);

const PREVIEW: GoalPreview = {
  visitors: 412,
  times: 468,
  rate: 0.0312,
  value: { name: "revenue", sum: 48_230.5, average: 103.06 },
  numbers: ["revenue", "quantity"],
};

const list = (more: object = {}) => (
  <GoalsPage
    site={SITE}
    goals={GOALS}
    removed={[{ id: 9, name: "Old goal" }]}
    bar={barOf("goals")}
    query="period=30d"
    mayChange
    figures={FIGURES}
    {...more}
  />
);

const form = (more: Partial<GoalFormProps> = {}) => (
  <GoalPage site={SITE} id={undefined} name="" kind="event" match="" value="" seen="" {...more} />
);

export const GOAL_SCREENS: Readonly<Record<string, () => VNode>> = {
  goals: () => list(),
  "goals-waiting": () => list({ figures: undefined }),
  "goals-empty": () => list({ goals: [], removed: [] }),
  "goals-viewer": () => list({ goals: [], removed: [], mayChange: false }),
  goal: () =>
    form({
      id: 1,
      name: "Order placed",
      match: "purchase",
      value: "revenue",
      preview: PREVIEW,
    }),
  "goal-new": () => form(),
  "goal-page": () =>
    form({
      name: "Read",
      kind: "page",
      match: "/blog/*",
      preview: { visitors: 0, times: 0, rate: 0, numbers: [] },
    }),
  "goal-refused": () =>
    form({
      name: HOSTILE,
      match: HOSTILE,
      value: HOSTILE,
      errors: {
        name: `This site has a goal "${HOSTILE}" already`,
        match: `"${HOSTILE}" cannot be the name of an event`,
        form: "Somebody else changed this goal meanwhile",
      },
      preview: { ...PREVIEW, undefinedEvent: HOSTILE },
    }),
};
