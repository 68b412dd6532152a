import { expect, test } from "bun:test";
import { removeFlow } from "../../src/flows/queries.ts";
import { checkDatabase, findDamage } from "../../src/store/backup.ts";
import { startFlowLab } from "../helpers/flows.ts";

test("a removed flow with people in it is no damage: it may be brought back", async () => {
  const lab = await startFlowLab();
  const flowId = await lab.publish([["wait", { ms: 3_600_000 }]]);
  await lab.trigger("ann", "add_to_cart");
  await lab.app.acting.tick();

  await lab.app.write((tx) => removeFlow(tx, flowId, lab.app.now()));

  expect(checkDatabase(lab.app.databasePath)).toEqual([]);
  expect(findDamage(lab.app.databasePath)).toEqual([]);
  await lab.close();
});

test("a file that is no database is said to be unreadable", async () => {
  expect(findDamage(import.meta.path)).toHaveLength(1);
});
