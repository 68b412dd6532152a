import { afterAll, beforeAll, expect, test } from "bun:test";
import { addTestSite, startApp, type TestApp } from "../../helpers/app.ts";

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startApp();
  key = await addTestSite(app);
});
afterAll(() => app.close());

const seenIn = (html: string) => /name="seen" value="([^"]+)"/.exec(html)![1]!;

test.each([
  [
    "a site",
    () => `/admin/sites/${key}/settings`,
    (n: number) => ({ further: `s${n}.example`, privacy: "storage" }),
  ],
  [
    "the mail server",
    () => "/admin/settings/email",
    (n: number) => ({
      host: `smtp${n}.example`,
      port: "25",
      security: "none",
      user: "",
      password: "",
      fromName: "",
      fromAddress: "a@b.example",
    }),
  ],
])(
  "two people who change %s: the second is told, and what the first saved stays",
  async (...args) => {
    const [, path, form] = args;
    const seen = seenIn(await (await app.get(path())).text());

    const first = await app.post(path(), { ...form(1), seen });
    const second = await app.post(path(), { ...form(2), seen });
    const shown = await (await app.get(path())).text();

    expect([first.status, second.status]).toEqual([303, 422]);
    expect(await second.text()).toContain("Somebody else changed");
    expect(shown).toContain(Object.values(form(1))[0]!);
  },
);

test("a mistake in the mail settings is shown at its field", async () => {
  const response = await app.post("/admin/settings/email", {
    host: "http://bad host",
    port: "25",
    security: "none",
    user: "",
    password: "",
    fromName: "",
    fromAddress: "a@b.example",
  });

  expect(response.status).toBe(422);
  expect(await response.text()).toMatch(/id="host"[^>]*aria-invalid="true"/);
});

test("the identification secret is replaced once, however often the page is reloaded", async () => {
  const site = app.sites.find(key)!;
  const before = app.sites.identifySecretOf(site.id);

  const renewed = await app.post(`/admin/sites/${key}/secret`, { do: "renew" });
  const after = app.sites.identifySecretOf(site.id);
  const reloaded = await app.get(renewed.headers.get("location")!);

  expect([renewed.status, reloaded.status]).toEqual([303, 200]);
  expect(after).not.toBe(before);
  expect(app.sites.identifySecretOf(site.id)).toBe(after!);
});
