import { afterEach, beforeEach, expect, test } from "bun:test";
import { submission } from "../helpers/app.ts";
import { until } from "../helpers/browser.ts";
import { startFlowLab, visitorId, type FlowLab } from "../helpers/flows.ts";
import { ask } from "../helpers/rows.ts";

const HOUR = 3_600_000;

let lab: FlowLab;
beforeEach(async () => {
  lab = await startFlowLab();
});
afterEach(() => lab.close());

const views = (path: string, visitor = "ann") =>
  lab.app.send(
    lab.key,
    submission({ visitor: visitorId(visitor), url: `https://shop.example${path}` }),
  );

const timeline = () =>
  ask<{ page: string }>(lab.app, "select page from contact_events order by at, event_id").map(
    ({ page }) => page,
  );

test("what is sealed of somebody who becomes known is on the timeline, each event once", async () => {
  for (const path of ["/1", "/2"]) await views(path);
  await views("/other", "bob");
  lab.app.clock.move(3 * HOUR);
  await lab.app.sealer.sealNow(lab.siteId);
  await views("/3");

  await lab.identify("ann", "ann@buyer.example");
  await until(() => timeline().length === 3, "the past is filled in");
  await views("/4");
  lab.app.clock.move(3 * HOUR);
  await lab.app.sealer.sealNow(lab.siteId);
  await lab.identify("ann", "ann@buyer.example");
  await views("/5");
  await lab.app.sealer.turn();

  expect(timeline()).toEqual(["/1", "/2", "/3", "/4", "/5"]);
  expect(ask(lab.app, "select event_id from contact_events where event_id < 0")).toHaveLength(2);
});
