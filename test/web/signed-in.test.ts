import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { addTestSite, PASSWORD, startApp, type TestApp } from "../helpers/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const request = (path: string, init: RequestInit = {}) =>
  fetch(app.url + path, { redirect: "manual", ...init });

describe("the admin", () => {
  test("no route admits a stranger", async () => {
    const routes = app.web.adminRoutes.filter(({ path }) => path.startsWith("/admin"));

    const admitted = [];
    for (const { method, path } of routes) {
      const response = await app.web.handle(
        new Request(`http://localhost${path}`, { method, headers: { origin: "http://localhost" } }),
      );
      const refused = response.status === 401 || response.status === 303;
      if (!refused || (response.status === 303 && !isSignIn(response))) {
        admitted.push(`${method} ${path} ${response.status}`);
      }
    }

    expect(admitted).toEqual([]);
    expect(routes.length).toBeGreaterThan(20);
  });

  test("refuses a change that another site's page asks for", async () => {
    const cookie = await signIn();
    const before = await (await app.get("/admin/sites")).text();
    const forged = await request("/admin/sites", {
      method: "POST",
      headers: { cookie, origin: "https://evil.example", "sec-fetch-site": "cross-site" },
      body: new URLSearchParams({ domain: "evil.example" }),
    });
    const bare = await request("/admin/sites", {
      method: "POST",
      headers: { cookie },
      body: new URLSearchParams({ domain: "evil.example" }),
    });

    expect([forged.status, bare.status]).toEqual([403, 403]);
    expect(await (await app.get("/admin/sites")).text()).toBe(before);
  });

  test("answers on its own host only", async () => {
    const other = await request("/login", { headers: { host: "attacker.example" } });
    const demo = await request("/admin", { headers: { host: "demo.localhost" } });
    const pixel = await request("/p/none.js", { headers: { host: "attacker.example" } });

    expect(other.status).toBe(421);
    expect(await other.text()).toContain("FOOTFALL_URL");
    expect(demo.status).toBe(404);
    expect(pixel.status).toBe(404);
  });

  test("sends a strict policy and runs no inline code", async () => {
    const key = await addTestSite(app, "policy.example");
    for (const path of ["/admin", "/admin/sites", `/admin/sites/${key}`, "/admin/settings"]) {
      const page = await app.get(path);
      const text = await page.text();

      expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
      expect(page.headers.get("content-security-policy")).not.toContain("unsafe");
      expect(text).not.toMatch(/\sstyle=|\son[a-z]+=|<script(?![^>]*src=)/);
    }
  });
});

describe("signing in", () => {
  test("says the same for a wrong password and an unknown address", async () => {
    const tries = [];
    for (const email of ["owner@example.com", "nobody@example.com"]) {
      const response = await login(email, "not the password");
      tries.push([response.status, /role="alert"[^>]*>([^<]+)/.exec(await response.text())?.[1]]);
    }

    expect(tries[0]).toEqual(tries[1]!);
    expect(tries[0]![0]).toBe(422);
  });

  test("leads on to pages of the admin only", async () => {
    const inside = await login("owner@example.com", PASSWORD, "/admin/sites");
    const outside = await login("owner@example.com", PASSWORD, "//evil.example/admin");

    expect(inside.headers.get("location")).toBe("/admin/sites");
    expect(outside.headers.get("location")).toBe("/admin");
  });

  test("signing out everywhere ends every session", async () => {
    const cookies = [await signIn(), await signIn()];
    await app.post("/admin/settings/sign-out-everywhere");

    for (const cookie of cookies) {
      const page = await request("/admin", { headers: { cookie } });
      expect(isSignIn(page)).toBe(true);
    }
    await app.post("/login", { email: "owner@example.com", password: PASSWORD });
  });

  test("an invitation is good once, and its role binds", async () => {
    app.clock.move(120_000);
    const page = await app.post("/admin/settings/team", {
      name: "Eve",
      email: "eve@example.com",
      role: "viewer",
    });
    const token = /invitation\?token=([\w-]+)/.exec(await page.text())![1]!;
    const accept = () =>
      request("/invitation", {
        method: "POST",
        headers: { origin: app.url },
        body: new URLSearchParams({ token, password: PASSWORD }),
      });
    const first = await accept();
    const again = await accept();
    const cookie = first.headers.get("set-cookie")!.split(";", 1)[0]!;
    const looks = await request("/admin/sites", { headers: { cookie } });
    const changes = await request("/admin/sites", {
      method: "POST",
      headers: { cookie, origin: app.url },
      body: new URLSearchParams({ domain: "x.example" }),
    });

    expect([first.status, again.status, looks.status, changes.status]).toEqual([
      303, 404, 200, 403,
    ]);
  });

  test("guessing is slowed down", async () => {
    app.clock.move(120_000);
    const statuses = [];
    for (let index = 0; index < 12; index += 1) {
      statuses.push(await (await login("owner@example.com", "guess number x")).text());
    }

    expect(statuses.at(-1)).toContain("Too many tries");
    app.clock.move(120_000);
  });
});

test("the setup link is good once, and needs its token", async () => {
  const fresh = await startApp();
  const again = await fetch(`${fresh.url}/setup?token=${fresh.setupToken}`);
  const forged = await fetch(`${fresh.url}/setup?token=guess`);

  expect([again.status, forged.status]).toEqual([403, 403]);
  await fresh.close();
});

function login(email: string, password: string, next = "/admin") {
  return request("/login", {
    method: "POST",
    headers: { origin: app.url },
    body: new URLSearchParams({ email, password, next }),
  });
}

async function signIn(): Promise<string> {
  const response = await login("owner@example.com", PASSWORD);
  return response.headers.get("set-cookie")!.split(";", 1)[0]!;
}

function isSignIn(response: Response): boolean {
  return response.status === 303 && response.headers.get("location")!.startsWith("/login");
}
