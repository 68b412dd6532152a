import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { faultOf, type Schema } from "../../../src/lib/json-schema.ts";
import { SCHEMAS } from "../../../src/web/api/document/schemas.ts";
import { addTestSite, eventId, startApp, submission, type TestApp } from "../../helpers/app.ts";

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startApp({ env: { FOOTFALL_RATE_LIMIT: "0" } });
  key = await addTestSite(app);
});
afterAll(() => app.close());

const schemaOf = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const event = (more: object) => ({ events: [{ name: "buy", id: eventId(), age: 0, ...more }] });
const page = (more: object) => ({ page: more });
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, index]));

// One body for each rule of each member, as parse.ts reads them.
const BODIES: readonly (readonly [string, object])[] = [
  ["all of it", {}],
  ["v of another version", { v: 2 }],
  ["v as text", { v: "1" }],
  ["no v", { v: undefined }],
  ["visitor too short", { visitor: "short" }],
  ["visitor with a blank", { visitor: "0123456789 abcdefg" }],
  ["visitor as a number", { visitor: 5 }],
  ["no visitor", { visitor: undefined }],
  ["visitor null", { visitor: null }],
  ["visitor empty", { visitor: "" }],
  ["visitor zero", { visitor: 0 }],
  ["consent granted", { consent: "granted" }],
  ["consent denied", { consent: "denied" }],
  ["consent false", { consent: false }],
  ["consent unknown", { consent: "maybe" }],
  ["link true", { link: true }],
  ["link odd", { link: { a: 1 } }],
  ["a member nobody knows", { more: 1 }],
  ["no page", { page: undefined }],
  ["page as text", { page: "x" }],
  ["page without url", page({ url: undefined })],
  ["page.url of mail", page({ url: "mailto:a@b.example" })],
  ["page.url as a number", page({ url: 5 })],
  ["page.referrer null", page({ referrer: null })],
  ["page.referrer as a number", page({ referrer: 5 })],
  ["page.title as a list", page({ title: [] })],
  ["page.screen odd", page({ screen: "wide" })],
  ["page.screen huge", page({ screen: 1e9 })],
  ["page.zone as a number", page({ zone: 5 })],
  ["page.language as a number", page({ language: 5 })],
  ["page with more", page({ more: 1 })],
  ["no events", { events: [] }],
  ["events missing", { events: undefined }],
  ["events as text", { events: "x" }],
  ["51 events", { events: Array.from({ length: 51 }, () => event({}).events[0]) }],
  ["event as text", { events: ["x"] }],
  ["event.id too short", event({ id: "short" })],
  ["event.id in capitals", event({ id: "ABCDEFGHIJKLMNOPQRST" })],
  ["event.name with a blank", event({ name: "add to cart" })],
  ["event.name too long", event({ name: "x".repeat(65) })],
  ["no event.name", event({ name: undefined })],
  ["event.age as text", event({ age: "0" })],
  ["event.age negative", event({ age: -1 })],
  ["event.age a fraction", event({ age: 0.5 })],
  ["no event.age", event({ age: undefined })],
  ["event.props null", event({ props: null })],
  ["event.props as a list", event({ props: [1] })],
  ["event.props nested", event({ props: { a: { b: ["c", true, null] } } })],
  ["30 event.props", event({ props: many(30) })],
  ["31 event.props", event({ props: many(31) })],
  ["event.signature odd", event({ signature: 5 })],
  ["event with more", event({ more: 1 })],
];

describe("POST /e/:key, as documented", () => {
  test.each(BODIES)("%s is taken exactly if the document says so", async (_, more) => {
    const body = JSON.parse(
      JSON.stringify("page" in more && !more.page ? { ...submission(), ...more } : withMore(more)),
    );
    const response = await app.send(key, body);
    const answer = await response.json();

    const fault = faultOf(schemaOf("Submission"), body, SCHEMAS);
    expect({ taken: response.status === 202, fault }).toEqual({
      taken: fault === undefined,
      fault,
    });
    const shape = response.status === 202 ? "Stored" : "Error";
    expect(faultOf(schemaOf(shape), answer, SCHEMAS)).toBeUndefined();
  });

  test("answers as documented for strangers, foreign pages, bots and long bodies", async () => {
    const answers = [
      [404, await app.send("no-such-key", submission())],
      [403, await app.send(key, submission({ url: "https://elsewhere.example/" }))],
      [413, await app.send(key, "x".repeat(70_000))],
      [202, await app.send(key, submission(), { "user-agent": "Googlebot/2.1" })],
    ] as const;

    for (const [status, response] of answers) {
      expect(response.status).toBe(status);
      const shape = status === 202 ? "Stored" : "Error";
      expect(faultOf(schemaOf(shape), await response.json(), SCHEMAS)).toBeUndefined();
    }
  });
});

/** Members of a page are put into a whole one; everything else in its place. */
function withMore(more: { page?: object | string }): object {
  const whole = submission();
  if (typeof more.page !== "object") return { ...whole, ...more };
  return { ...whole, page: { ...whole.page, ...more.page } };
}
