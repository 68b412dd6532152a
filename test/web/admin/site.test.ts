import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { addTestSite, startApp, submission, type TestApp } from "../../helpers/app.ts";

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startApp();
  key = await addTestSite(app);
});
afterAll(() => app.close());

/** What was refused is written with the next change, or the next second. */
async function firstEvent(): Promise<string> {
  await app.write((_, connection) => app.refusals.write(connection));
  return (await app.get(`/admin/sites/${key}/first-event`)).text();
}

describe("GET /admin/sites/:key/first-event", () => {
  test("tells who waits what came and was refused, and why", async () => {
    await app.send(key, submission(), { "user-agent": "HeadlessChrome/140.0" });
    await app.send(key, submission(), { origin: "https://staging.example" });

    const html = await firstEvent();

    expect(html).toContain("Waiting for the first event");
    expect(html).toContain("HeadlessChrome/140.0");
    expect(html).toContain("staging.example");
    expect(html).toContain(`/admin/sites/${key}/settings`);
  });

  test("turns when the first event has come, and asks no more", async () => {
    await app.send(key, submission());

    const html = await firstEvent();

    expect(html).toContain("It works");
    expect(html).not.toContain("hx-trigger");
  });
});
