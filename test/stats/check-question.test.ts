import { describe, expect, test } from "bun:test";
import { Refusal } from "../../src/lib/errors.ts";
import { checkQuestion } from "../../src/stats/check-question.ts";

const GOOD = {
  siteIds: [1],
  period: { from: 0, until: 1000 },
  zone: "Europe/Berlin",
  metrics: ["visitors", "sum:price"],
};

const deep = (levels: number): unknown =>
  levels === 0 ? { dimension: "page", operator: "is", values: ["/"] } : { not: deep(levels - 1) };

describe("checkQuestion()", () => {
  test("gives a whole question as it came", () => {
    const question = {
      ...GOOD,
      filter: {
        all: [
          { dimension: "property:color", operator: "between", values: ["1", "2.5"] },
          { any: [{ dimension: "page", operator: "is_set", values: [] }] },
          deep(5),
        ],
      },
      by: ["time", "source"],
      buckets: [0, 500],
      search: "a",
      order: { by: "sum:price", descending: false },
      limit: 100_000,
      offset: 5,
      goal: { kind: "page", match: "/thanks" },
      compare: { period: { from: -1000, until: 0 }, buckets: [-1000, -500] },
    };

    expect(checkQuestion(question)).toEqual(question as never);
    expect(checkQuestion({ ...GOOD, filter: null })).toEqual(GOOD as never);
  });

  const condition = (dimension: string, operator: string, values: unknown) => ({
    filter: { dimension, operator, values },
  });

  test.each([
    [{ metrcs: ["visitors"] }, "metrcs"],
    [{ siteIds: [] }, "siteIds"],
    [{ siteIds: ["1"] }, "siteIds"],
    [{ period: { from: 5, until: 5 } }, "begin before"],
    [{ period: { from: "2026-01-01", until: 5 } }, "milliseconds"],
    [{ zone: "Berlin" }, "Europe/Berlin"],
    [{ metrics: [] }, "metrics"],
    [{ metrics: ["visits"] }, '"visits"'],
    [{ metrics: ["conversion_rate"] }, "goal"],
    [{ by: ["page", "source", "event"] }, "two"],
    [{ by: ["page", "page"] }, "twice"],
    [{ by: ["pages"] }, '"pages"'],
    [{ by: ["toString"] }, '"toString"'],
    [{ by: ["property:"] }, '"property:"'],
    [{ by: ["time"] }, "buckets"],
    [{ by: ["time"], buckets: [1] }, "beginning"],
    [{ by: ["time"], buckets: [0, 1000] }, "stay in it"],
    [{ by: ["time"], buckets: [0, 5, 5] }, "rise"],
    [{ by: ["time"], buckets: [0], compare: { period: { from: 0, until: 1 } } }, "compare.buckets"],
    [{ order: { by: "views" } }, "order.by"],
    [{ limit: 0 }, "1 to 100000"],
    [{ limit: 100_001 }, "1 to 100000"],
    [{ offset: -1 }, "offset"],
    [{ goal: { kind: "click", match: "a" } }, '"event" or "page"'],
    [condition("page", "is", "/"), "list of texts"],
    [condition("page", "is", [5]), "also numbers"],
    [condition("page", "is", []), "needs a value"],
    [condition("page", "equals", ["/"]), '"equals"'],
    [condition("page", "greater", ["5"]), "is a text"],
    [condition("hour", "greater", ["noon"]), '"noon"'],
    [condition("hour", "between", ["5"]), "two values"],
    [condition("page", "is_set", ["/"]), "no values"],
    [{ filter: deep(8) }, "levels"],
    [{ filter: { all: [], any: [] } }, '"all"'],
    [{ filter: [] }, "object"],
  ])("refuses %j and says why", (wrong, message) => {
    let refused: unknown;
    try {
      checkQuestion({ ...GOOD, ...wrong });
    } catch (error) {
      refused = error;
    }

    expect(refused).toBeInstanceOf(Refusal);
    expect((refused as Refusal).message).toContain(message);
  });
});
