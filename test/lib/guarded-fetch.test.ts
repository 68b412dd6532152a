import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { refusalOf } from "../../src/lib/errors.ts";
import { guardedFetch } from "../../src/lib/guarded-fetch.ts";
import { startReceiver, type HttpReceiver } from "../helpers/http-receiver.ts";

let receiver: HttpReceiver;
beforeAll(() => {
  receiver = startReceiver();
});
afterAll(() => receiver.stop());

const allowNetworks = ["127.0.0.0/8"];

describe("guardedFetch()", () => {
  test.each([
    "http://127.0.0.1/",
    "http://localhost/",
    "http://10.1.2.3/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[2002:a00:1::]/",
    "http://[fd00::1]/",
    "http://[fe80::1]/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://224.0.0.1/",
  ])("refuses %s", async (address) => {
    const refusal = await refusalOf(() => guardedFetch(address));

    expect(refusal?.kind).toBe("denied");
  });

  test.each(["ftp://example.com/", "file:///etc/passwd", "javascript:1", "x", "http://a:b@c.de/"])(
    "takes no %s for an address",
    async (address) => {
      expect((await refusalOf(() => guardedFetch(address)))?.kind).toBe("invalid");
    },
  );

  test("checks every address a name leads to", async () => {
    const resolve = () => Promise.resolve(["93.184.216.34", "10.0.0.1"]);
    const refusal = await refusalOf(() => guardedFetch("http://rebind.example/", { resolve }));

    expect(refusal?.message).toContain("10.0.0.1");
  });

  test("connects to the address that was checked, under the name", async () => {
    const port = new URL(receiver.url).port;
    const resolve = () => Promise.resolve(["127.0.0.1"]);
    const { status } = await guardedFetch(`http://partner.example:${port}/in`, {
      resolve,
      allowNetworks,
    });

    expect(status).toBe(200);
    expect(receiver.requests.at(-1)!.headers.host).toBe(`partner.example:${port}`);
  });

  test("follows no redirect", async () => {
    receiver.answer(302, { location: "http://127.0.0.1:1/" });
    const { status } = await guardedFetch(receiver.url, { allowNetworks });
    receiver.answer(200);

    expect(status).toBe(302);
  });

  test("gives up on who does not answer, and on too long an answer", async () => {
    const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const large = Bun.serve({ port: 0, fetch: () => new Response("x".repeat(5000)) });
    const reasonOf = (request: Promise<unknown>) => request.then(String, String);
    const slow = await reasonOf(
      guardedFetch(`http://127.0.0.1:${silent.port}/`, { allowNetworks, timeoutMs: 200 }),
    );
    const long = await reasonOf(
      guardedFetch(`http://127.0.0.1:${large.port}/`, { allowNetworks, maxBytes: 100 }),
    );

    expect(slow).toContain("No answer within 0.2 s");
    expect(long).toContain("more than 100 bytes");
    silent.stop(true);
    await large.stop(true);
  });
});
