import { afterAll, beforeAll, expect, test } from "bun:test";
import { addTestSite, startApp, submission, type TestApp } from "../../helpers/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const htmx = (path: string) => app.get(path);

test("the welcome gives way to the overview as soon as there is a site", async () => {
  const before = await htmx("/admin/begun");
  await app.post("/admin/demo");
  const after = await htmx("/admin/begun");

  expect(before.status).toBe(204);
  expect([after.status, after.headers.get("location")]).toEqual([303, "/admin"]);
});

test("the figures of a site keep up with its feed, and tell what was not recorded", async () => {
  const key = await addTestSite(app);
  await app.send(key, submission(), { "user-agent": "HeadlessChrome/140" });
  await app.write((_, connection) => app.refusals.write(connection));
  const refused = await (await htmx("/admin/cards")).text();
  await app.send(key, submission());
  const counted = await (await htmx("/admin/cards")).text();

  expect(refused).toContain("1 request came today");
  expect(counted).toContain("<b>1</b> view");
});

test("a removed site can be brought back for as long as its domain is free", async () => {
  const key = await addTestSite(app, "gone.example");
  await app.post(`/admin/sites/${key}/remove`, { confirm: "gone.example" });
  const free = await (await app.get("/admin/sites")).text();
  const other = await addTestSite(app, "gone.example");
  const taken = await (await app.get("/admin/sites")).text();

  expect(free).toContain(`/admin/sites/${key}/restore`);
  expect(taken).not.toContain(`/admin/sites/${key}/restore`);
  expect(other).not.toBe(key);
});
