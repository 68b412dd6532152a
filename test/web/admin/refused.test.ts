import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { addTestSite, AGENT, startApp, submission, type TestApp } from "../../helpers/app.ts";
import { storedEvents } from "../../helpers/rows.ts";

const DAY = 86_400_000;

let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startApp({ env: { FOOTFALL_RATE_LIMIT: "0" } });
  key = await addTestSite(app);
  await app.post(`/admin/sites/${key}/events`, { name: "quiet", trigger: "manual" });
  const { id } = [...app.sites.find(key)!.definitions.values()][0]!;
  await app.post(`/admin/sites/${key}/events/${id}/pause`, { paused: "yes" });
  const robot = (agent: string) => app.send(key, submission(), { "user-agent": agent });
  await robot("Googlebot/2.1");
  await robot("Googlebot/2.1");
  await robot("=HYPERLINK(bot)");
  await app.send(key, submission({ url: "https://copycat.example/" }));
  await app.send(key, submission({ events: [{ name: "quiet" }] }));
  await written();
});
afterAll(() => app.close());

/** What was refused is written with the next change, or the next second. */
const written = () => app.write((_, connection) => app.refusals.write(connection));

const pageOf = async (query = "") => (await app.get(`/admin/sites/${key}/refused${query}`)).text();

/** The text of one of the three groups. */
function groupOf(html: string, group: string): string {
  const [, part = ""] = new RegExp(
    `<section class="panel" id="${group}">(.*?)</section>`,
    "s",
  ).exec(html)!;
  return part.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
}

describe("GET /admin/sites/:key/refused", () => {
  test("tells robots, what was refused, and what did not match apart", async () => {
    const html = await pageOf();

    expect(groupOf(html, "bots")).toMatch(/^ ?Robots .* 3 /);
    expect(groupOf(html, "refused")).toContain("From another domain");
    expect(groupOf(html, "refused")).toContain("copycat.example");
    expect(groupOf(html, "unmatched")).toContain("Paused");
    expect(groupOf(html, "unmatched")).not.toContain("copycat");
  });

  test("names what the robots say they are, with how often", async () => {
    const bots = groupOf(await pageOf(), "bots");

    expect(bots).toContain("Googlebot/2.1 2 ");
    expect(bots).toContain("=HYPERLINK(bot) 1 ");
  });

  test("keeps the last 20 kinds of a day, and counts the others all the same", async () => {
    for (let each = 0; each < 25; each += 1) {
      app.clock.move(1000);
      await app.send(key, submission(), { "user-agent": `bot number ${each}!` });
      if (each % 4 === 0) await written();
    }
    await written();
    const bots = groupOf(await pageOf(), "bots");

    expect(bots).not.toContain("bot number 4!");
    expect(bots.match(/bot number \d+!/g)).toHaveLength(20);
    expect(bots).toContain("8 more came that are not kept in detail");
  });

  test("looks as far back as asked for", async () => {
    app.clock.move(10 * DAY);
    const renewed = await app.post("/login", {
      email: "owner@example.com",
      password: "a long password",
    });
    const [week, month, odd] = [
      await pageOf("?days=7"),
      await pageOf("?days=30"),
      await pageOf("?days=x"),
    ];

    expect(renewed.status).toBe(303);
    expect(groupOf(week, "bots")).toContain("None in the last 7 days");
    expect(groupOf(month, "bots")).toContain("bot number 24!");
    expect(groupOf(odd, "bots")).toContain("bot number 24!");
  });

  test("is a table of days that no spreadsheet takes for formulas", async () => {
    await app.send(key, submission(), { "user-agent": "=bot()" });
    await written();
    const response = await app.get(`/admin/sites/${key}/refused.csv?days=30`);
    const lines = (await response.text()).trim().split("\r\n");

    expect(response.headers.get("content-type")).toContain("text/csv");
    expect(lines[0]).toBe("day,group,reason,count,last_at,last_detail");
    expect(lines.at(-1)).toMatch(/^\d{4}-\d\d-\d\d,bots,bot,1,[^,]+,'=bot\(\)$/);
  });
});

test("what is not recorded is no event, so it is in no figure", async () => {
  await app.send(key, submission({ visitor: "v".repeat(20) }), { "user-agent": AGENT });

  expect(storedEvents(app).map(({ name }) => name)).toEqual(["page_view"]);
});
