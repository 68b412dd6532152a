import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { addTestSite, AGENT, startApp, submission, type TestApp } from "../helpers/app.ts";
import { ask } from "../helpers/rows.ts";

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startApp();
  key = await addTestSite(app);
});
afterAll(() => app.close());

/** Sends bytes as they are; `fetch` would mend them. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(app.server.port, "localhost", () => socket.write(text));
    socket.setTimeout(3000, () => socket.destroy());
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

describe("a request with an odd host", () => {
  test.each(["[", "a b", "localhost:99999", "@", "%00"])(
    "%p is answered without a word of how we are made",
    async (host) => {
      const answer = await raw(`GET /login HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);

      expect(answer).toMatch(/^HTTP\/1\.1 (?:400|421) /);
      expect(answer.length).toBeLessThan(1000);
      expect(answer).not.toContain(process.cwd());
    },
  );

  test("or none at all is too", async () => {
    const answer = await raw("GET /login HTTP/1.0\r\n\r\n");

    expect(answer).not.toMatch(/^HTTP\/1\.[01] 5/);
    expect(answer).not.toContain(process.cwd());
  });
});

describe("a body", () => {
  const chunked = (path: string, megabytes: number) =>
    fetch(app.url + path, {
      method: "POST",
      headers: { "user-agent": AGENT },
      body: new ReadableStream({
        start(controller) {
          for (let index = 0; index < megabytes; index += 1) {
            controller.enqueue(new Uint8Array(1024 * 1024).fill(65));
          }
          controller.close();
        },
      }),
    });

  test("without an announced length is read up to the limit", async () => {
    const response = await chunked(`/e/${key}`, 3);

    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({
      error: "A request may have 65536 bytes at most",
    });
  });

  test("of 10 MB is refused, in words a page of another origin may read, and counted", async () => {
    const response = await app.send(key, "x".repeat(10 * 1024 * 1024));
    await app.write((_, connection) => app.refusals.write(connection));

    expect(response.status).toBe(413);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(
      ask<{ count: number }>(app, "select count from refusals where reason = 'too large'")[0]!
        .count,
    ).toBeGreaterThan(0);
  });

  test("for the admin has a limit too, with a length or without", async () => {
    const large = await app.post("/login", { email: "x".repeat(3 * 1024 * 1024), password: "" });
    const endless = await chunked("/login", 3);

    expect([large.status, endless.status]).toEqual([413, 411]);
  });

  test("that breaks off is the sender's doing, not an error of ours", async () => {
    const before = app.lines.length;
    await new Promise<void>((resolve) => {
      const socket = connect(app.server.port, "localhost", () => {
        socket.write(
          `POST /e/${key} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n{"v"`,
        );
        setTimeout(() => socket.destroy(), 50);
      });
      socket.on("close", () => setTimeout(resolve, 100));
    });

    expect(app.lines.slice(before)).toEqual([]);
  });
});

test.each(["?x=1", "/", "/?from=proxy"])("POST /e/KEY%s is what /e/KEY is", async (end) => {
  const response = await app.send(`${key}${end}`, submission());

  expect(response.status).toBe(202);
});

test.each([
  "/static/constructor",
  "/static/__proto__",
  "/o/%zz.gif",
  "/l/%zz",
  "/p/%zz.js",
  "/admin/contacts/abc",
  "/admin/contacts/1e999",
  "/admin/runs/1e999",
  "/admin/flows/NaN/people",
  "/admin/flows/99999999999999999999",
  "/admin/contacts?offset=1e300",
  "/admin/contacts?offset=-1",
])("GET %s is no fault of ours", async (path) => {
  const response = await app.get(path);

  expect(response.status).toBeLessThan(500);
});

test("every answer says that it is what it says", async () => {
  const paths = ["/healthz", "/admin", "/login", "/admin/nothing", "/p/x.js", "/nowhere"];
  const responses = await Promise.all(paths.map((path) => app.get(path)));

  for (const { headers } of responses) {
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  }
});
