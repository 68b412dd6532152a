import { describe, expect, test } from "bun:test";
import { parseFlow, passes, problemsOf, type FilterOperator } from "../../src/flows/flow.ts";
import { refusalOf } from "../../src/lib/errors.ts";

const BASE = {
  v: 1,
  trigger: { kind: "event", siteId: 1, event: "cart" },
  entry: { again: "never" },
  steps: [{ id: "wait", kind: "wait", settings: { ms: 60_000 } }],
};

describe("parseFlow()", () => {
  test("reads what it wrote, and nothing changes", () => {
    const entry = { again: "after", ms: 5, per: "order" };
    const flow = parseFlow({ ...BASE, entry, stop: { event: "buy", siteId: 2 } });

    expect(parseFlow(JSON.parse(JSON.stringify(flow)))).toEqual(flow);
  });

  test.each([
    ["no object", null, "well formed"],
    ["another format", { ...BASE, v: 2 }, "format"],
    ["steps that are no list", { ...BASE, steps: {} }, "list"],
    ["too many steps", { ...BASE, steps: Array(51).fill(BASE.steps[0]) }, "50"],
    ["two steps with one id", { ...BASE, steps: [BASE.steps[0], BASE.steps[0]] }, "same id"],
    ["a kind nobody knows", { ...BASE, steps: [{ ...BASE.steps[0], kind: "fax" }] }, "fax"],
    ["an entry rule without its time", { ...BASE, entry: { again: "after" } }, "how often"],
    ["an entry per nothing", { ...BASE, entry: { again: "never", per: "" } }, "property"],
    ["a stop on no site", { ...BASE, stop: { event: "buy", siteId: "2" } }, "site"],
    ["an event with a blank", { ...BASE, trigger: { siteId: 1, event: "a b" } }, "event"],
  ])("refuses %s, and says so", async (_, input, word) => {
    const refusal = await refusalOf(async () => parseFlow(input));

    expect(refusal?.kind).toBe("invalid");
    expect(refusal?.message).toContain(word);
  });
});

describe("passes()", () => {
  test.each([
    ["equals", "50", 50, true],
    ["equals", "50", "5", false],
    ["not equals", "50", undefined, true],
    ["not equals", "50", 50, false],
    ["contains", "SHOE", "red shoes", true],
    ["contains", "shoe", undefined, false],
    ["more than", "50", 50, false],
    ["more than", "9", "10", true],
    ["less than", "9", "a lot", false],
    ["exists", "", 0, true],
    ["exists", "", "", false],
  ] as [FilterOperator, string, unknown, boolean][])(
    "%s %p: %p is %p",
    (operator, value, found, expected) => {
      const filter = { property: "x", operator, value };

      expect(passes(filter, found === undefined ? {} : { x: found })).toBe(expected);
    },
  );
});

describe("problemsOf()", () => {
  test("lists all that is unfinished, top to bottom, with its step", () => {
    const flow = parseFlow({
      ...BASE,
      trigger: { kind: "event", siteId: 1, event: "gone" },
      stop: { event: "lost" },
      steps: [
        { id: "mail", kind: "email", settings: { subject: "", text: "a\n{{ b | nope }}" } },
        { id: "hook", kind: "webhook", settings: { url: "ftp://x.example" } },
      ],
    });

    const problems = problemsOf(flow, {
      hasMailServer: false,
      allowNetworks: [],
      events: new Set(["cart"]),
    });

    expect(problems.map(({ stepId }) => stepId)).toEqual([
      undefined,
      undefined,
      "mail",
      "mail",
      "mail",
      "hook",
    ]);
    expect(problems.map(({ message }) => message).join("\n")).toMatch(/line:2/);
  });

  test("says nothing of a stop event of another site, whose events it is not given", () => {
    const flow = parseFlow({ ...BASE, stop: { event: "buy", siteId: 2 } });

    expect(
      problemsOf(flow, { hasMailServer: true, allowNetworks: [], events: new Set(["cart"]) }),
    ).toEqual([]);
  });
});
