import { Elysia } from "elysia";
import type { App } from "../../app.ts";
import { FilterForm, SuggestedValues } from "../../../views/filter-form.tsx";
import { Refusal } from "../../lib/errors.ts";
import { getSite } from "../../sites/queries.ts";
import type { Site } from "../../sites/site.ts";
import { linksFrom, parseAddress, type Address } from "../../stats/address.ts";
import {
  checkCondition,
  dimensionKind,
  fixedValues,
  operatorsOf,
  valueCount,
} from "../../stats/condition.ts";
import { DIMENSIONS, PROPERTY, type Dimension } from "../../stats/dimensions.ts";
import type { Operator } from "../../stats/question.ts";
import { fragment, redirect } from "../page.ts";
import { signedIn } from "../signed-in.ts";
import { viewerZone } from "../viewer.ts";
import { makeReport, whyNoReturning } from "./report.ts";

/** Values to choose from, and those that help whoever types. */
const SUGGESTIONS = 100;

/** `/admin/sites/:key/filter`: the form in which a filter of any report is made or changed. */
export const adminFilters = (app: App) => {
  const { store, stats, now } = app;
  return (
    new Elysia({ prefix: "/sites/:key/filter" })
      .use(signedIn(app))

      .get("/form", async ({ request, params: { key } }) => {
        const site = await getSite(store, key);
        const draft = readDraft(request, site);
        return fragment(formOf(site, draft));
      })

      // Leads to the report with the filter, or answers the form with what is wrong.
      .get("/", async ({ request, params: { key } }) => {
        const site = await getSite(store, key);
        const draft = readDraft(request, site);
        const { dimension, operator, values, address, index, path } = draft;
        try {
          const condition = checkCondition(dimension, operator, values);
          const filters = [...address.filters];
          filters.splice(index ?? filters.length, index === undefined ? 0 : 1, condition);
          return redirect(request, linksFrom(path, address)({ filters }));
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return fragment(formOf(site, draft, error), 422);
        }
      })

      .get("/values", async ({ request, params: { key } }) => {
        const site = await getSite(store, key);
        const { dimension, address, index, path } = readDraft(request, site);
        const has = new URL(request.url).searchParams.getAll("has");
        if (!dimensionKind(dimension)) throw new Refusal("missing", "There is no such dimension");
        // Without the filter that is changed: its other values shall be there to choose.
        const filters = address.filters.filter((_, at) => at !== index);
        const { period, filter, zone } = makeReport({
          site,
          zone: viewerZone(request),
          now: now(),
          path,
          address: { ...address, filters },
          errors: [],
        });
        const question = {
          siteIds: [site.id],
          period: { from: period.span.from, until: period.span.until },
          zone,
          filter,
          metrics: ["visitors"] as const,
          by: [dimension as Dimension],
          limit: SUGGESTIONS,
        };
        try {
          const { rows } = await stats.figures(question, request.signal);
          const values = rows.map(({ keys, values: [visitors] }) => ({
            value: keys[0]!,
            visitors: visitors ?? 0,
          }));
          return fragment(
            <SuggestedValues index={index} dimension={dimension} values={values} has={has} />,
          );
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return fragment(
            <SuggestedValues
              index={index}
              dimension={dimension}
              values={[]}
              has={has}
              error={error.message}
            />,
          );
        }
      })
  );
};

interface Draft {
  readonly path: string;
  readonly to: string;
  readonly address: Address;
  readonly index: number | undefined;
  readonly dimension: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** What the form says, or the filter it begins with. */
function readDraft(request: Request, site: Site): Draft {
  const { searchParams } = new URL(request.url);
  const to = searchParams.get("to") ?? "";
  const { path, address } = readTarget(to, site);
  const n = searchParams.get("n");
  const index =
    n !== null && /^\d{1,2}$/.test(n) && address.filters[Number(n)] ? Number(n) : undefined;
  const base = { path, to, address, index };
  const typed = searchParams.get("dimension");
  if (typed === null) {
    const { dimension, operator, values } = (index !== undefined && address.filters[index]) || NEW;
    return { ...base, dimension, operator, values };
  }
  const dimension =
    typed === PROPERTY ? PROPERTY + (searchParams.get("property") ?? "").trim() : typed;
  // Values of one dimension mean nothing for another.
  const isOther = (searchParams.get("was") ?? typed) !== typed;
  const values = isOther
    ? []
    : [
        ...searchParams.getAll("value"),
        ...searchParams.getAll("typed").filter((value) => value !== ""),
      ];
  return { ...base, dimension, operator: searchParams.get("operator") ?? "is", values };
}

const NEW = { dimension: "page", operator: "is", values: [] } as const;

/** The report that a filter is for; no other place may be led to. */
function readTarget(to: string, site: Site): { path: string; address: Address } {
  const { pathname, search } = new URL(to, "http://report.invalid");
  const home = `/admin/sites/${site.key}`;
  const isOurs = to.startsWith("/") && (pathname === home || pathname.startsWith(`${home}/`));
  if (!isOurs) throw new Refusal("invalid", "There is no such report of this site");
  return { path: pathname, address: parseAddress(search).address };
}

function formOf(site: Site, draft: Draft, error?: Refusal) {
  const { dimension, index, to, values } = draft;
  // A property without a name yet can be asked what any can.
  const known =
    dimension === PROPERTY ? `${PROPERTY}x` : dimensionKind(dimension) ? dimension : "page";
  const operators = operatorsOf(known);
  const operator = operators.find((each) => each === draft.operator) ?? operators[0]!;
  return (
    <FilterForm
      sitePath={`/admin/sites/${site.key}`}
      to={to}
      index={index}
      dimension={known === `${PROPERTY}x` ? PROPERTY : known}
      operator={operator}
      values={keptValues(known, operator, values)}
      dimensions={DIMENSIONS}
      operators={operators}
      valueCount={valueCount(operator)}
      fixed={fixedValues(known)}
      isNumeric={["greater", "less", "between"].includes(operator)}
      unavailable={known === "visitor" ? whyNoReturning(site) : undefined}
      error={error && { message: error.message, field: error.field }}
    />
  );
}

/** What was entered for another dimension or operator is kept where it still makes sense. */
function keptValues(dimension: string, operator: Operator, values: readonly string[]) {
  const [, most] = valueCount(operator);
  const fixed = most > 2 ? fixedValues(dimension) : undefined;
  const possible = fixed ? values.filter((value) => fixed.includes(value)) : values;
  return possible.slice(0, most);
}
