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
  expect(looked).toContain("some events stay");
  expect(tooFew.status).toBe(422);
  expect(before[0]!.keep_days).toBeNull();
  expect(saved.headers.get("location")).toBe(`/admin/sites/${key}/keep?notice=saved`);
  expect(ask<{ keep_days: number }>(app, "select keep_days from sites")[0]!.keep_days).toBe(90);
});

test("a visitor who is no contact is erased by number, and nobody by one that is not there", async () => {
  await app.send(key, submission());
  const [visitor] = ask<{ number: number }>(
    app,
    "select first_number as number from visitor_ranges",
  );

  const shown = await (await app.get(`/admin/sites/${key}/keep`)).text();
  const nobody = await app.post(`/admin/sites/${key}/keep/erase`, { number: "4711" });
  const noNumber = await app.post(`/admin/sites/${key}/keep/erase`, { number: "ann" });
  const before = ask(app, "select id from visitors");
  const erased = await app.post(`/admin/sites/${key}/keep/erase`, { number: `${visitor!.number}` });

  expect(shown).toContain("Erase a visitor by number");
  expect(nobody.status).toBe(422);
  expect(await nobody.text()).toContain("There is no such visitor");
  expect(noNumber.status).toBe(422);
  expect(before).toHaveLength(1);
  expect(erased.headers.get("location")).toBe(`/admin/sites/${key}/keep?notice=visitor-erased`);
  expect(ask(app, "select id from visitors")).toEqual([]);
  expect(
    ask<{ subject: string }>(app, "select subject from audit where action = 'erased a visitor'"),
  ).toMatchObject([{ subject: expect.stringContaining(`visitor ${visitor!.number} of `) }]);
});
