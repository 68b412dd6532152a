import type { Dimension } from "../../stats/dimensions.ts";

export interface PanelKind {
  readonly name: string;
  readonly title: string;
  /** Dimensions, or `goals`. */
  readonly tabs: readonly (readonly [tab: Dimension | "goals", label: string])[];
  readonly empty: string;
}

/** The lists of the overview, each by several dimensions in turn. */
export const PANELS: readonly PanelKind[] = [
  {
    name: "pages",
    title: "Pages",
    tabs: [
      ["page", "Pages"],
      ["entry_page", "Entry"],
      ["exit_page", "Exit"],
      ["title", "Titles"],
      ["host", "Hosts"],
    ],
    empty: "No page was viewed.",
  },
  {
    name: "sources",
    title: "Sources",
    tabs: [
      ["source", "Sources"],
      ["referrer", "Referrers"],
      ["utm_source", "UTM source"],
      ["utm_medium", "Medium"],
      ["utm_campaign", "Campaign"],
      ["utm_term", "Term"],
      ["utm_content", "Content"],
    ],
    empty: "Nobody came.",
  },
  {
    name: "places",
    title: "Places",
    tabs: [
      ["country", "Countries"],
      ["region", "Regions"],
      ["city", "Cities"],
      ["language", "Languages"],
    ],
    empty: "Nobody came.",
  },
  {
    name: "devices",
    title: "Devices",
    tabs: [
      ["device", "Devices"],
      ["browser", "Browsers"],
      ["browser_version", "Versions"],
      ["system", "Systems"],
      ["screen", "Screens"],
    ],
    empty: "Nobody came.",
  },
  {
    name: "events",
    title: "Events",
    tabs: [
      ["event", "Events"],
      ["goals", "Goals"],
    ],
    empty: "No event fired. Define events on the tab of that name.",
  },
  {
    name: "people",
    title: "People and time",
    tabs: [
      ["visitor", "New or returning"],
      ["contact", "Known"],
      ["hour", "Hours"],
      ["weekday", "Weekdays"],
    ],
    empty: "Nobody came.",
  },
];

export const findPanel = (name: string): PanelKind | undefined =>
  PANELS.find((panel) => panel.name === name);

/** The tab somebody chose, or the first. */
export const tabOf = ({ tabs }: PanelKind, wish: string | undefined): Dimension | "goals" =>
  tabs.find(([tab]) => tab === wish)?.[0] ?? tabs[0]![0];
