import { afterAll, beforeAll, expect, test } from "bun:test";
import { addTestSite, startApp, type TestApp } from "../../helpers/app.ts";

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startApp();
  key = await addTestSite(app);
});
afterAll(() => app.close());

const base = () => `/admin/sites/${key}/events`;
const add = async (name: string) => {
  const added = await app.post(base(), { name, trigger: "manual" });
  return /events\/(\d+)/.exec(added.headers.get("location")!)![1]!;
};

test("the second of two who save an event is told, and may put theirs in its place", async () => {
  const id = await add("first");
  const save = (name: string, revision: string) =>
    app.post(`${base()}/${id}`, { name, trigger: "manual", revision });

  const one = await save("second", "1");
  const late = await save("third", "1");
  const html = await late.text();
  const again = await save("third", /name="revision" value="(\d+)"/.exec(html)![1]!);

  expect([one.status, late.status, again.status]).toEqual([303, 422, 303]);
  expect(html).toContain("Somebody else saved this event meanwhile");
  expect(html).toContain('value="third"');
});

test.each([
  ["eq", "50", 422],
  ["ne", "pricing", 422],
  ["eq", "/pricing", 303],
  ["eq", "https://shop.example/pricing", 303],
  ["contains", "pricing", 303],
])("an address that %s %p is answered %p", async (operator, value, status) => {
  const response = await app.post(base(), {
    name: `url_${operator}_${value.replace(/\W/g, "_")}`,
    trigger: "automatic",
    kind: "url",
    operator,
    value,
  });

  expect(response.status).toBe(status);
});

test("a form that is sent after the sign-in ended says so where it is", async () => {
  const response = await fetch(app.url + base(), {
    method: "POST",
    headers: { "hx-request": "true", origin: app.url },
    body: new URLSearchParams({ name: "x", trigger: "manual" }),
  });

  expect(response.status).toBe(401);
  expect(response.headers.get("hx-retarget")).toBe("#notice");
  expect(await response.text()).toContain("Nothing is lost");
});

test("the page to install on says how consent is told, where it is asked for", async () => {
  const asking = await addTestSite(app, "asking.example", "consent");
  const strict = await (await app.get(`/admin/sites/${asking}/install`)).text();
  const storing = await (await app.get(`/admin/sites/${key}/install`)).text();

  expect(strict).toContain(
    "footfall(&#39;consent&#39;, &#39;granted&#39;)".replaceAll("&#39;", "'"),
  );
  expect(storing).not.toContain("'consent', 'granted'");
});
