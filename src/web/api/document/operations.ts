import type { Schema } from "../../../lib/json-schema.ts";
import { EVENTS } from "./events.ts";
import { JSON_TYPE, type Operation, type Parameter } from "./operation.ts";

const period = { from: "2026-11-01", until: "2026-11-30" };

const json = (schema: string, description: string) => ({
  200: { description, types: { [JSON_TYPE]: schema } },
});

/** Parameters of an address, from the schema that checks them. */
function queryParameters(name: string): Parameter[] {
  const { properties = {}, required = [] } = EVENTS[`#/components/schemas/${name}`] as Schema;
  return Object.entries(properties).map(([member, schema]) => ({
    name: member,
    in: "query",
    required: required.includes(member),
    description: schema.description ?? "",
    schema,
  }));
}

/** What programs with a key can ask for. */
export const API_OPERATIONS: readonly Operation[] = [
  {
    method: "get",
    path: "/api/v1/sites",
    tag: "Sites",
    summary: "List the sites the key is good for",
    scope: "sites:read",
    answers: json("Sites", "In the order of their domains"),
  },
  {
    method: "post",
    path: "/api/v1/stats",
    tag: "Figures",
    summary: "Ask for figures",
    description:
      "Totals, a series by time, or a list by one or two dimensions; filtered, compared, ordered " +
      "and paged. Figures are exact, and the same as in the admin.",
    scope: "stats:read",
    body: {
      schema: "StatsQuestion",
      types: [JSON_TYPE],
      example: {
        siteKeys: ["KEY"],
        period,
        zone: "Europe/Berlin",
        filter: { dimension: "source", operator: "is", values: ["search"] },
        metrics: ["visitors", "views", "bounce_rate"],
        by: ["page"],
        limit: 10,
        compare: "previous",
      },
    },
    answers: json("StatsAnswer", "The figures, by the names of metrics and dimensions"),
  },
  {
    method: "post",
    path: "/api/v1/funnel",
    tag: "Figures",
    summary: "Ask how far visitors come through steps",
    description: "Each step after the one before it, all within a time of the first.",
    scope: "stats:read",
    body: {
      schema: "FunnelQuestion",
      types: [JSON_TYPE],
      example: {
        siteKeys: ["KEY"],
        period,
        steps: [
          { kind: "page", match: "/pricing" },
          { kind: "event", match: "purchase" },
        ],
        withinMs: 3_600_000,
        by: "source",
      },
    },
    answers: json("FunnelAnswer", "Visitors at each step, and how long it took them"),
  },
  {
    method: "post",
    path: "/api/v1/retention",
    tag: "Figures",
    summary: "Ask who comes back",
    description: "Visitors by when they began, and how many of them were active again.",
    scope: "stats:read",
    body: {
      schema: "RetentionQuestion",
      types: [JSON_TYPE],
      example: { siteKeys: ["KEY"], period, zone: "Europe/Berlin", buckets: "week" },
    },
    answers: json("RetentionAnswer", "One cohort for each bucket of the period"),
  },
  {
    method: "get",
    path: "/api/v1/events",
    tag: "Events",
    summary: "Export events",
    description:
      "Every event of a period with everything recorded of it, also those that nobody has " +
      "defined, as they are read: any period, at the pace of the reader. They are roughly, not " +
      "exactly, in order of time. An answer that breaks off before its end is not complete.",
    scope: "events:read",
    parameters: queryParameters("EventsQuery"),
    answers: {
      200: {
        description:
          "One event a line. In CSV the first line names the columns, properties are JSON, and " +
          "text that a spreadsheet would run begins with an apostrophe",
        types: { "application/jsonl": "ExportedEvent", "text/csv": undefined },
      },
    },
  },
  {
    method: "get",
    path: "/api/openapi.json",
    tag: "Description",
    summary: "This document",
    answers: { 200: { description: "OpenAPI 3.1", types: { [JSON_TYPE]: undefined } } },
  },
  {
    method: "get",
    path: "/api",
    tag: "Description",
    summary: "The same as a page for people",
    answers: { 200: { description: "A page", types: { "text/html": undefined } } },
  },
];
