import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startFlowLab, type FlowLab } from "../../helpers/flows.ts";

let lab: FlowLab;
let flowId: number;
beforeAll(async () => {
  lab = await startFlowLab();
  flowId = await lab.publish([["wait", { ms: 3_600_000 }]]);
});
afterAll(() => lab.close());

const people = async (query: string) =>
  (await lab.app.get(`/admin/flows/${flowId}/people${query}`)).text();
const diaries = (html: string) => [...html.matchAll(/\/admin\/runs\/(\d+)/g)].map(([, id]) => id);

describe("GET /admin/flows/:id/people", () => {
  test("shows everybody once, page after page", async () => {
    for (let visitor = 0; visitor < 130; visitor += 1) {
      await lab.trigger(`p${visitor}`, "add_to_cart");
    }
    await lab.app.acting.tick();

    const first = await people("?state=active&step=step0");
    const older = /href="\/admin\/flows\/\d+\/people(\?[^"]*before=[^"]*)"/.exec(first)![1]!;
    const second = await people(older.replaceAll("&amp;", "&"));

    expect(new Set([...diaries(first), ...diaries(second)]).size).toBe(130);
    expect(second).not.toContain("before=");
    expect(second).toContain("Wait 1 hour");
  });
});
