import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  EMPTY_ADDRESS,
  linksFrom,
  parseAddress,
  parseFilter,
  printAddress,
  printFilter,
  type Address,
} from "../../src/stats/address.ts";
import { COMPARISONS } from "../../src/stats/comparison.ts";
import { fixedValues, operatorsOf, valueCount } from "../../src/stats/condition.ts";
import { DIMENSIONS } from "../../src/stats/dimensions.ts";
import { PERIODS, UNITS } from "../../src/stats/period.ts";
import { METRICS, type Condition } from "../../src/stats/question.ts";

const text = fc
  .string({ unit: "binary", minLength: 1, maxLength: 30 })
  .map((each) => each.toWellFormed());
const awkward = fc.oneof(
  text,
  fc.constantFrom(",", "%", "%2C", "%25,", "a&b=c", "+ +", "#", "?f=x"),
);

const dimension = fc.oneof(
  fc.constantFrom(...(Object.keys(DIMENSIONS) as Condition["dimension"][])),
  awkward.map((key) => `property:${key}` as const),
);

const condition: fc.Arbitrary<Condition> = dimension.chain((each) =>
  fc.constantFrom(...operatorsOf(each)).chain((operator) => {
    const [least, most] = valueCount(operator);
    const fixed = fixedValues(each);
    const isNumeric = ["greater", "less", "between"].includes(operator);
    const value = fixed
      ? fc.constantFrom(...fixed)
      : isNumeric
        ? fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)
        : awkward;
    return fc
      .array(value, { minLength: least, maxLength: Math.min(most, 4) })
      .map((values) =>
        operator === "between" ? values.sort((a, b) => Number(a) - Number(b)) : values,
      )
      .map((values) => ({ dimension: each, operator, values }));
  }),
);

const day = fc.constantFrom("2026-11-01", "2026-11-24");
const address: fc.Arbitrary<Address> = fc
  .record({
    period: fc.constantFrom(...PERIODS.map(({ name }) => name), "custom"),
    from: day,
    until: day,
    compare: fc.constantFrom(...COMPARISONS),
    unit: fc.option(fc.constantFrom(...UNITS), { nil: undefined }),
    metric: fc.constantFrom(...METRICS),
    goal: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
    filters: fc.array(condition, { maxLength: 5 }),
    more: fc.array(fc.tuple(fc.constantFrom("q", "order", "begins"), awkward), { maxLength: 3 }),
  })
  .map(({ from, until, ...rest }) => (rest.period === "custom" ? { ...rest, from, until } : rest));

const defined = (object: Address) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

describe("parseAddress()", () => {
  test("reads what printAddress() wrote", () => {
    fc.assert(
      fc.property(address, (chosen) => {
        const { address: read, errors } = parseAddress(printAddress(chosen));

        expect(errors).toEqual([]);
        expect(defined(read)).toEqual(defined(chosen));
      }),
    );
  });

  test("reads what a form sends, which encodes everything again", () => {
    fc.assert(
      fc.property(condition, (filter) => {
        const sent = new URLSearchParams([["f", printFilter(filter)]]).toString();

        expect(parseAddress(sent).address.filters).toEqual([filter]);
      }),
    );
  });

  test("says what it cannot understand, and keeps the rest", () => {
    const { address: read, errors } = parseAddress(
      "period=30d&compare=tomorrow&unit=year&metric=luck&goal=x&f=is,page,/a&f=is,nothing,1" +
        "&f=like,page,/b&f=is&f=greater,hour,noon&f=is,visitor,old&f=between,hour,9,8&f=contains,page,",
    );

    expect(read).toEqual({
      ...EMPTY_ADDRESS,
      period: "30d",
      filters: [{ operator: "is", dimension: "page", values: ["/a"] }],
    });
    expect(errors).toEqual([
      'There is no comparison "tomorrow"',
      'There is no unit of time "year"',
      'There is no figure "luck"',
      'There is no goal "x"',
      'Nothing can be filtered by "nothing"',
      'Page cannot be asked "like"',
      'Nothing can be filtered by ""',
      'Hour: enter a number, not "noon"',
      'New or returning is new or returning, not "old"',
      "Hour: the first number must not be above the second",
      "Page: enter a part of it",
    ]);
  });

  test("takes twenty filters at most", () => {
    const { address: read, errors } = parseAddress("f=is,page,/a&".repeat(21));

    expect(read.filters).toHaveLength(20);
    expect(errors).toEqual(["20 filters at most: the others are left out"]);
  });

  test("takes anything at all without breaking", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (query) => {
        const { address: read } = parseAddress(query);

        expect(parseAddress(printAddress(read)).address).toEqual(read);
      }),
    );
  });
});

test("printAddress() leaves out what is as usual, and is readable", () => {
  const filters = [
    { dimension: "page", operator: "is", values: ["/a b", "/c,d"] },
    { dimension: "property:size", operator: "is_set", values: [] },
  ] as const;

  expect(printAddress(EMPTY_ADDRESS)).toBe("");
  expect(printAddress({ ...EMPTY_ADDRESS, period: "30d", filters })).toBe(
    "period=30d&f=is,page,/a+b,/c%252Cd&f=is_set,property:size",
  );
});

test("a filter without a value is about what has none", () => {
  expect(parseFilter("is,utm_source,")).toEqual({
    operator: "is",
    dimension: "utm_source",
    values: [""],
  });
});

test("linksFrom() changes one thing and keeps the others, but not what was said once", () => {
  const { address: read } = parseAddress(
    "period=30d&order=views&offset=50&notice=saved&f=is,page,/",
  );
  const link = linksFrom("/admin/sites/k", read);

  expect(link({ metric: "views" })).toBe(
    "/admin/sites/k?period=30d&metric=views&f=is,page,/&order=views",
  );
  expect(linksFrom("/admin/sites/k", EMPTY_ADDRESS)()).toBe("/admin/sites/k");
});
