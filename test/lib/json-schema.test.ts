import { describe, expect, test } from "bun:test";
import { faultOf, type Definitions, type Schema } from "../../src/lib/json-schema.ts";

const DEFINITIONS: Definitions = {
  "#/Filter": {
    anyOf: [
      {
        type: "object",
        required: ["all"],
        properties: { all: { type: "array", items: { $ref: "#/Filter" } } },
        additionalProperties: false,
      },
      {
        type: "object",
        required: ["is", "values"],
        properties: {
          is: { enum: ["page", "event"] },
          values: { type: "array", items: { type: "string", maxLength: 3 }, maxItems: 2 },
        },
        additionalProperties: false,
      },
    ],
  },
};

const BODY: Schema = {
  type: "object",
  required: ["name"],
  properties: {
    name: { type: "string", pattern: "^[a-z]+$", minLength: 2, "x-says": "must be small letters" },
    count: { type: "integer", minimum: 1, maximum: 10 },
    ratio: { type: ["number", "null"] },
    filter: { $ref: "#/Filter" },
    labels: { type: "object", additionalProperties: { type: "boolean" }, maxProperties: 1 },
  },
  additionalProperties: false,
};

const faultIn = (value: unknown) => {
  const fault = faultOf(BODY, value, DEFINITIONS);
  return fault && `${fault.where}: ${fault.says}`;
};

describe("faultOf()", () => {
  test.each([
    [{ name: "ab" }],
    [{ name: "ab", count: 10, ratio: null, labels: { a: true } }],
    [{ name: "ab", ratio: 0.5, count: undefined }],
    [{ name: "ab", filter: { all: [{ is: "page", values: ["/"] }, { all: [] }] } }],
    [{ name: "ab", filter: { is: "event", values: ["😀😀😀"] } }],
  ])("finds nothing wrong with %j", (value) => {
    expect(faultIn(value)).toBeUndefined();
  });

  test.each([
    [[], ": must be an object, not []"],
    [{}, "name: is missing"],
    [{ name: "AB" }, 'name: must be small letters, not "AB"'],
    [{ name: 5 }, "name: must be small letters, not 5"],
    [{ name: "ab", count: 1.5 }, "count: must be a whole number, not 1.5"],
    [{ name: "ab", count: 11 }, "count: must be at most 10, not 11"],
    [{ name: "ab", ratio: "1" }, 'ratio: must be a number or null, not "1"'],
    [{ name: "ab", cuont: 1 }, "cuont: is not known; there are name, count, ratio, filter, labels"],
    [
      { name: "ab", labels: { a: true, b: true } },
      'labels: must have at most 1 members, not {"a":true,"b":true}',
    ],
    [{ name: "ab", labels: { a: 1 } }, "labels.a: must be true or false, not 1"],
    [
      { name: "ab", filter: { all: [{ is: "pages", values: [] }] } },
      'filter.all[0].is: must be one of page, event, not "pages"',
    ],
    [
      { name: "ab", filter: { is: "page", values: ["a", "b", "c"] } },
      'filter.values: must have at most 2 entries, not ["a","b","c"]',
    ],
    [
      { name: "ab", filter: { is: "page", values: ["long"] } },
      'filter.values[0]: must have at most 3 characters, not "long"',
    ],
    [
      { name: "ab", filter: "page" },
      'filter: must have one of the forms in the documentation, not "page"',
    ],
  ])("tells what is wrong with %j", (value, fault) => {
    expect(faultIn(value)).toBe(fault);
  });
});
