import { describe, expect, test } from "bun:test";
import { openTestStore } from "../helpers/store.ts";

describe("write()", () => {
  test("runs a change that was asked for inside another after it, not within", async () => {
    const store = openTestStore();
    const order: string[] = [];

    let inner: Promise<void> | undefined;
    await store.write(() => {
      inner = store.write(() => void order.push("inner"));
      order.push("outer");
    });
    await inner;

    expect(order).toEqual(["outer", "inner"]);
    await store.remove();
  });

  test("lets ingest go before upkeep that came first", async () => {
    const store = openTestStore();
    const order: string[] = [];

    await Promise.all([
      store.write(async () => void order.push("running")),
      store.write(() => void order.push("upkeep"), "upkeep"),
      store.write(() => void order.push("ingest"), "ingest"),
    ]);

    expect(order).toEqual(["running", "ingest", "upkeep"]);
    await store.remove();
  });

  test("keeps nothing of a change that throws, and goes on with the next", async () => {
    const store = openTestStore();
    const add = "insert into settings (key, value) values (?, '1')";

    const failed = store.write((_, connection) => {
      connection.prepare(add).run(["a"]);
      throw new Error("no");
    });
    const fine = store.write((_, connection) => void connection.prepare(add).run(["b"]));

    expect(failed).rejects.toThrow("no");
    await fine;
    expect(store.reader.prepare("select key from settings").all()).toEqual([{ key: "b" }]);
    await store.remove();
  });
});

describe("openStore()", () => {
  test("refuses a directory that another holds, and takes it once that is gone", async () => {
    const store = openTestStore();

    const second = Bun.spawnSync({
      cmd: [process.execPath, "src/main.ts", "site", "add", "x.example"],
      env: { ...process.env, FOOTFALL_DATA: store.directory },
    });
    expect(second.exitCode).toBe(1);
    expect(second.stderr.toString()).toContain("Another Footfall works on");

    const again = await store.reopen();
    await again.remove();
  });
});
