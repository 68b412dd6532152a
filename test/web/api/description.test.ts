import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { faultOf, resolve, type Schema } from "../../../src/lib/json-schema.ts";
import { openApi, OPERATIONS } from "../../../src/web/api/document/document.ts";
import { SCHEMAS } from "../../../src/web/api/document/schemas.ts";
import { startApp, type TestApp } from "../../helpers/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** All addresses that a value refers to. */
function refsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "$ref" ? [String(inner)] : refsIn(inner),
  );
}

describe("the document", () => {
  test("has every route that programs and strangers reach, and no other", () => {
    const routes = [...app.web.apiRoutes, ...app.web.publicRoutes].map(
      ({ method, path }) =>
        `${method} ${path.replaceAll(/:(\w+)/g, "{$1}").replace(/(?<=.)\/$/, "")}`,
    );
    const documented = OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} ${path}`);

    expect(documented.toSorted()).toEqual(routes.toSorted());
  });

  test("refers to nothing that is not in it", () => {
    const document = openApi("https://stats.example");
    const known = new Set(
      Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`),
    );

    expect(refsIn(document).filter((address) => !known.has(address))).toEqual([]);
  });

  test("names every parameter of a path", () => {
    for (const { path, parameters = [] } of OPERATIONS) {
      const named = parameters.filter((each) => each.in === "path").map(({ name }) => name);
      expect([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)).toEqual(named);
    }
  });

  test("shows bodies that are taken, down to every member", () => {
    for (const { body } of OPERATIONS) {
      if (body?.schema === undefined) continue;
      const schema = { $ref: `#/components/schemas/${body.schema}` };
      expect(faultOf(schema, body.example, SCHEMAS)).toBeUndefined();
    }
    expect(Object.keys(memberOf("Submission", "page").properties!)).toContain("zone");
  });

  test("is served to anybody, as JSON and as a page without script", async () => {
    const json = await fetch(`${app.url}/api/openapi.json`);
    const page = await fetch(`${app.url}/api`);
    const text = await page.text();

    expect(await json.json()).toEqual(JSON.parse(JSON.stringify(openApi(app.config.url))));
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    for (const { path } of OPERATIONS) expect(text).toContain(path);
  });
});

function memberOf(name: string, member: string): Schema {
  const schema = resolve({ $ref: `#/components/schemas/${name}` }, SCHEMAS);
  return resolve(schema.properties![member]!, SCHEMAS);
}
