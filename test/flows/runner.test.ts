import { expect, test } from "bun:test";
import { startFlowLab } from "../helpers/flows.ts";

test("a run goes through wait, e-mail and webhook", async () => {
  const lab = await startFlowLab();
  await lab.publish([
    ["wait", { ms: 60_000 }],
    ["email", { subject: "Hi {{ event.sku }}", text: "See https://shop.example/x" }],
    ["webhook", { url: `${lab.receiver.url}hook` }],
  ]);
  await lab.identify("ann", "ann@buyer.example");
  await lab.trigger("ann", "add_to_cart", { sku: "shoe" });
  await lab.app.acting.tick();
  const early = lab.mail.mails.length;
  lab.app.clock.move(60_000);
  await lab.app.acting.tick();

  expect(lab.app.lines).toEqual([]);
  expect(early).toBe(0);
  expect(lab.mail.mails.map(({ mail }) => mail.subject)).toEqual(["Hi shoe"]);
  expect(lab.receiver.requests).toHaveLength(1);
  await lab.close();
});
