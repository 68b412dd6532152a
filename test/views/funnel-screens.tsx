import type { VNode } from "preact";
import { DIMENSIONS } from "../../src/stats/dimensions.ts";
import type { FunnelAnswer, Match } from "../../src/stats/question.ts";
import type { SavedFunnel } from "../../src/stats/saved-funnel.ts";
import { FunnelFormPage, type FunnelFormProps } from "../../views/funnel-form.tsx";
import { FunnelPage, FunnelPart, FunnelsPage } from "../../views/funnels.tsx";
import { valueText } from "../../views/parts/value-text.ts";
import { barOf } from "./report-samples.ts";
import { HOSTILE, LONG, SITE } from "./samples.ts";

const STEPS: Match[] = [
  { kind: "page", match: "/product/*" },
  { kind: "event", match: "add_to_cart" },
  { kind: "page", match: "/checkout" },
  { kind: "event", match: "purchase" },
];

const FUNNEL: SavedFunnel = {
  id: 3,
  siteId: 1,
  name: "From product to order",
  steps: STEPS,
  withinMs: 7 * 86_400_000,
  revision: 4,
};

const LONG_FUNNEL: SavedFunnel = {
  ...FUNNEL,
  id: 4,
  name: LONG.slice(0, 80),
  steps: Array.from({ length: 8 }, (_, index) => ({
    kind: "page" as const,
    match: `/${index}/${LONG}`,
  })),
};

const answerOf = (visitors: readonly number[], groups: FunnelAnswer["groups"] = []) => ({
  steps: visitors.map((figure, index) => ({
    visitors: figure,
    averageMs: index === 0 || figure === 0 ? null : index * 341_000,
    medianMs: index === 0 || figure === 0 ? null : index * 125_000,
  })),
  groups,
});

const ANSWER = answerOf(
  [12_204, 3377, 1204, 412],
  [
    { key: "email", visitors: [3900, 1501, 644, 260] },
    { key: "search", visitors: [5120, 1290, 402, 120] },
    { key: "direct", visitors: [3184, 586, 158, 32] },
    { key: "", visitors: [1, 0, 0, 0] },
  ],
);

const drawing = (answer: FunnelAnswer, isBroken: boolean, funnel = FUNNEL) => (
  <FunnelPart
    funnel={funnel}
    answer={answer}
    hrefOf={() => "/admin/sites"}
    downloads={{ csv: "/admin/sites", json: "/admin/sites" }}
    {...(isBroken && {
      by: {
        label: "Source",
        nameOf: (key: string) => valueText("source", key),
        hrefOf: () => "/admin/sites",
      },
    })}
  />
);

const screen = (more: object = {}) => {
  const bar = barOf("funnels/3");
  return (
    <FunnelPage
      site={SITE}
      funnel={FUNNEL}
      bar={{ ...bar, compare: undefined }}
      by={undefined}
      link={bar.link}
      linkBy={(by) => `?by=${by ?? ""}`}
      dimensions={DIMENSIONS}
      drawingHref={`/admin/sites/${SITE.key}/funnels/3/drawing?period=30d`}
      mayChange
      {...more}
    />
  );
};

const list = (more: object = {}) => (
  <FunnelsPage
    site={SITE}
    funnels={[FUNNEL, LONG_FUNNEL]}
    removed={[{ id: 9, name: "Old funnel" }]}
    mayChange
    figures={new Map([[3, ANSWER]])}
    {...more}
  />
);

const form = (more: Partial<FunnelFormProps> = {}) => (
  <FunnelFormPage
    site={SITE}
    id={undefined}
    revision={1}
    name=""
    steps={[
      { kind: "page", match: "" },
      { kind: "event", match: "" },
    ]}
    within="7"
    unit="days"
    units={["minutes", "hours", "days"]}
    fewest={2}
    most={8}
    {...more}
  />
);

export const FUNNEL_SCREENS: Readonly<Record<string, () => VNode>> = {
  funnels: () => list(),
  "funnels-empty": () => list({ funnels: [], removed: [] }),
  funnel: () => screen({ by: "source", drawing: drawing(ANSWER, true) }),
  "funnel-waiting": () => screen(),
  "funnel-long": () =>
    screen({
      funnel: LONG_FUNNEL,
      drawing: drawing(answerOf([9000, 9000, 400, 30, 30, 2, 0, 0]), false, LONG_FUNNEL),
    }),
  "funnel-nobody": () => screen({ drawing: drawing(answerOf([0, 0, 0, 0]), false) }),
  "funnel-new": () => form(),
  "funnel-edit": () => form({ ...FUNNEL, within: "7", preview: ANSWER }),
  "funnel-refused": () =>
    form({
      ...FUNNEL,
      name: HOSTILE,
      steps: [
        { kind: "event", match: HOSTILE },
        { kind: "page", match: "pricing" },
      ],
      within: "0",
      errors: {
        "step-0": `"${HOSTILE}" cannot be the name of an event`,
        "step-1": 'Enter a path such as /pricing or /blog/*: it begins with "/"',
        within: "Enter a time such as 2 hours or 7 days",
        form: "Somebody else saved this funnel meanwhile",
      },
    }),
};
