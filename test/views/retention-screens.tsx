import type { VNode } from "preact";
import { cohortsOf } from "../../src/stats/cohorts.ts";
import { RetentionPage, RetentionPart } from "../../views/retention.tsx";
import { barOf } from "./report-samples.ts";
import { DAY_MS, HOSTILE, NEW_SITE, NOW, SITE } from "./samples.ts";

const WEEK_MS = 7 * DAY_MS;
const WEEKS = 13;
const from = Date.UTC(2026, 10, 23) - (WEEKS - 1) * WEEK_MS;
const buckets = Array.from({ length: WEEKS }, (_, index) => from + index * WEEK_MS);

const answerOf = (size: number, share: number) => ({
  cohorts: buckets.map((_, index) => {
    const visitors = Math.round(size * (1 + Math.sin(index) / 4));
    const active = Array.from({ length: WEEKS - index }, (__, later) =>
      later === 0
        ? visitors
        : Math.round((visitors * share * (1 + (index % 3) / 6)) / later ** 0.7),
    );
    return {
      visitors: index === 4 ? 0 : visitors,
      active: index === 4 ? active.map(() => 0) : active,
    };
  }),
});

const table = (size: number, share: number) => (
  <RetentionPart
    {...cohortsOf(answerOf(size, share), {
      buckets,
      until: from + WEEKS * WEEK_MS,
      now: NOW,
      most: 30,
      showsFirst: false,
    })}
    unit="week"
    labelOf={(at) =>
      new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "2-digit" }).format(
        at,
      )
    }
    downloads={{ csv: "/admin/sites", json: "/admin/sites" }}
  />
);

const screen = (more: object = {}) => (
  <RetentionPage
    site={SITE}
    bar={{ ...barOf("retention"), compare: undefined }}
    begins={{ kind: "first", match: "" }}
    returns={{ kind: "anything", match: "" }}
    unit="week"
    units={[
      { unit: "day", href: "?unit=day" },
      { unit: "week", href: "?unit=week" },
      { unit: "month", href: "?unit=month" },
    ]}
    keep={[["period", "90d"]]}
    errors={{}}
    tableHref={`/admin/sites/${SITE.key}/retention/table?period=90d`}
    table={table(2400, 0.32)}
    {...more}
  />
);

export const RETENTION_SCREENS: Readonly<Record<string, () => VNode>> = {
  retention: () => screen(),
  "retention-waiting": () =>
    screen({ table: undefined, caveat: "Who does not agree to be recognised never comes back." }),
  "retention-event": () =>
    screen({
      begins: { kind: "event", match: "purchase" },
      returns: { kind: "page", match: "/blog/*" },
      table: table(40, 0.7),
    }),
  "retention-nobody": () => screen({ table: table(0, 0) }),
  "retention-unknowable": () =>
    screen({
      site: NEW_SITE,
      unknowable:
        "This site keeps nothing in the browser: a visitor is a new one each day, so who comes back cannot be known",
    }),
  "retention-refused": () =>
    screen({
      begins: { kind: "event", match: HOSTILE },
      returns: { kind: "page", match: HOSTILE },
      errors: { begin: `"${HOSTILE}" cannot be the name of an event`, return: "Enter a path" },
    }),
};
