import { afterAll, beforeAll, expect, test } from "bun:test";
import { addTestSite, PASSWORD, startApp, submission, type TestApp } from "../../helpers/app.ts";
import { ask } from "../../helpers/rows.ts";

const HOUR = 3_600_000;

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startApp();
  key = await addTestSite(app);
});
afterAll(() => app.close());

test("what keeping events for a time removes is said before it is set", async () => {
  await app.send(key, submission());
  app.clock.move(2 * HOUR);
  await app.sealer.sealNow(app.sites.find(key)!.id);
  app.clock.move(100 * 24 * HOUR);
  await app.post("/login", { email: "owner@example.com", password: PASSWORD });

  const looked = await (await app.get(`/admin/sites/${key}/keep?days=90`)).text();
  const tooFew = await app.get(`/admin/sites/${key}/keep?days=3`);
  const before = ask<{ keep_days: number | null }>(app, "select keep_days from sites");
  const saved = await app.post(`/admin/sites/${key}/keep`, { days: "90" });

  expect(looked).toContain("1 event of before");
  expect(tooFew.status).toBe(422);
  expect(before[0]!.keep_days).toBeNull();
  expect(saved.headers.get("location")).toBe(`/admin/sites/${key}/keep?notice=saved`);
  expect(ask<{ keep_days: number }>(app, "select keep_days from sites")[0]!.keep_days).toBe(90);
});
