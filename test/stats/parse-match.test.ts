import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { refusalOf } from "../../src/lib/errors.ts";
import { filterOf, isPathMatch, parseMatch } from "../../src/stats/parse-match.ts";

describe("parseMatch()", () => {
  test.each([
    ["event", " purchase ", "purchase"],
    ["page", "/pricing", "/pricing"],
    ["page", "https://shop.example/pricing?utm_source=x#top", "/pricing"],
    ["page", "https://shop.example", "/"],
    ["page", "/blog/*", "/blog/*"],
    ["page", "*", "*"],
  ])("reads the %s %p as %p", (kind, typed, match) => {
    expect(parseMatch(kind, typed)).toEqual({ kind: kind as "event", match });
  });

  test.each([
    ["event", ""],
    ["event", "two words"],
    ["page", ""],
    ["page", "pricing"],
    ["page", "/a b"],
    ["page", "/*a*b*c*d*e*f"],
    ["page", `/${"a".repeat(500)}`],
    ["contact", "x"],
  ])("refuses the %s %p at its field", async (kind, typed) => {
    const refused = await refusalOf(() => parseMatch(kind, typed, "step-1"));

    expect([refused?.kind, refused?.field]).toEqual(["invalid", "step-1"]);
  });
});

describe("isPathMatch()", () => {
  test.each([
    ["/blog/*", "/blog/", true],
    ["/blog/*", "/blog", false],
    ["/a*a", "/a", false],
    ["/a*a", "/aa", true],
    ["*/thanks", "/order/thanks", true],
    ["*/thanks", "/order/thanks/", false],
    ["/*/ab*b*", "/x/ab/b", true],
    ["/*/ab*b*", "/x/ab", false],
    ["/a.c", "/abc", false],
  ])("of %p with %p is %p", (pattern, path, expected) => {
    expect(isPathMatch(pattern, path)).toBe(expected);
  });

  test("agrees with a regular expression", () => {
    const letters = (...of: string[]) =>
      fc.array(fc.constantFrom(...of), { maxLength: 8 }).map((list) => list.join(""));
    fc.assert(
      fc.property(letters("a", "b", "*"), letters("a", "b"), (pattern, path) => {
        const expression = new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
        expect(isPathMatch(pattern, path)).toBe(expression.test(path));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("filterOf()", () => {
  test("says nothing where a filter cannot say it exactly", () => {
    expect(filterOf({ kind: "page", match: "/a/*/b" })).toBeUndefined();
    expect(filterOf({ kind: "page", match: "*/b" })).toBeUndefined();
  });

  test("asks for views of pages alone", () => {
    expect(filterOf({ kind: "page", match: "/blog/*" })).toEqual({
      all: [
        { dimension: "event", operator: "is", values: ["page_view"] },
        { dimension: "page", operator: "starts_with", values: ["/blog/"] },
      ],
    });
  });
});
