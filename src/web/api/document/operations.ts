import { JSON_TYPE, type Operation } from "./operation.ts";

const json = (schema: string, description: string) => ({
  200: { description, types: { [JSON_TYPE]: schema } },
});

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
