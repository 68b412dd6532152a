import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { apiKeys, audit } from "../../../src/store/schema.ts";
import { callApi, makeApiKey } from "../../helpers/api.ts";
import { addTestSite, startApp, type TestApp } from "../../helpers/app.ts";

let app: TestApp;
let site: string;
beforeAll(async () => {
  app = await startApp();
  site = await addTestSite(app);
  await addTestSite(app, "other.example");
});
afterAll(() => app.close());

const domains = async (response: Response) =>
  ((await response.json()) as { sites: { domain: string }[] }).sites.map(({ domain }) => domain);

describe("an API key", () => {
  test("is shown once, and kept as a hash and a hint", async () => {
    const key = await makeApiKey(app);
    const page = await (await app.get("/admin/settings/keys")).text();
    const rows = JSON.stringify(await app.store.select().from(apiKeys));

    expect(page).not.toContain(key);
    expect(page).toContain(`${key.slice(0, 7)}…`);
    expect(rows).not.toContain(key.slice(8));
  });

  test("opens what its scopes name, and no more", async () => {
    const key = await makeApiKey(app, ["stats:read"]);
    const response = await callApi(app, key, "/api/v1/sites");

    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ error: 'The key "Test" lacks the scope sites:read' });
  });

  test("of one site knows no other", async () => {
    const all = await callApi(app, await makeApiKey(app), "/api/v1/sites");
    const one = await callApi(app, await makeApiKey(app, ["sites:read"], site), "/api/v1/sites");

    expect(await domains(all)).toEqual(["other.example", "shop.example"]);
    expect(await domains(one)).toEqual(["shop.example"]);
  });

  test("notes when it was last used", async () => {
    const key = await makeApiKey(app);
    app.clock.move(1000);
    await callApi(app, key, "/api/v1/sites");
    await app.write(async () => {}, "upkeep");

    const rows = await app.store.select().from(apiKeys);
    expect(rows.find(({ hint }) => key.startsWith(hint))?.usedAt).toBe(app.now());
  });

  test("is refused once it is removed, and good again when that is undone", async () => {
    const key = await makeApiKey(app);
    const rows = await app.store.select().from(apiKeys);
    const { id } = rows.find(({ hint }) => key.startsWith(hint))!;

    const removed = await app.post(`/admin/settings/keys/${id}/remove`);
    const refused = await callApi(app, key, "/api/v1/sites");
    const page = await (await app.get(removed.headers.get("location")!)).text();
    await app.post(`/admin/settings/keys/${id}/restore`);
    const again = await callApi(app, key, "/api/v1/sites");

    expect([refused.status, again.status]).toEqual([401, 200]);
    expect(page).toContain(`action="/admin/settings/keys/${id}/restore"`);
    const notes = (await app.store.select().from(audit)).map(({ action }) => action);
    expect(notes).toContain("made API key");
    expect(notes).toContain("removed API key");
    expect(notes).toContain("brought API key back");
  });

  test("that asks too often is told how long to wait, and others are not", async () => {
    const key = await makeApiKey(app);
    let last!: Response;
    for (let index = 0; index <= 600; index += 1) last = await callApi(app, key, "/api/v1/sites");
    const other = await callApi(app, await makeApiKey(app), "/api/v1/sites");
    app.clock.move(Number(last.headers.get("retry-after")) * 1000);
    const later = await callApi(app, key, "/api/v1/sites");

    expect(last.status).toBe(429);
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
    expect([other.status, later.status]).toEqual([200, 200]);
  });
});

describe("POST /admin/settings/keys", () => {
  test.each([
    [{ name: "", scopes: ["sites:read"] }, "Enter a name"],
    [{ name: "x" }, "Choose what the key may do"],
    [{ name: "x", scopes: ["all:write"] }, "There is no scope"],
    [{ name: "x", scopes: ["sites:read"], site: "no-such" }, "There is no such site"],
  ])("shows %j again, with what is wrong", async (form, error) => {
    const response = await app.post("/admin/settings/keys", { site: "", ...form });

    expect(response.status).toBe(422);
    expect(await response.text()).toContain(error);
  });
});
