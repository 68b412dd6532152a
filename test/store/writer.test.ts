import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { connect } from "../../src/store/connection.ts";
import { createWriter } from "../../src/store/writer.ts";
import { openTestStore, testFolder } from "../helpers/store.ts";

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

    const failure = await failed.catch(String);
    await fine;
    expect(failure).toBe("Error: no");
    expect(store.reader.prepare("select key from settings").all()).toEqual([{ key: "b" }]);
    await store.remove();
  });
});

describe("upkeep", () => {
  const work = (ms: number) => () => {
    for (const until = performance.now() + ms; performance.now() < until;);
  };
  const openWriter = () => {
    const connection = connect(join(testFolder(), "writer.db"));
    const rests: (() => void)[] = [];
    const writer = createWriter(connection, (go) => rests.push(go));
    return { writer, rests };
  };

  test("goes on at once where nobody else writes", async () => {
    const { writer, rests } = openWriter();

    for (let slice = 0; slice < 5; slice += 1) await writer.write(work(1), "upkeep");

    expect(rests).toHaveLength(0);
    await writer.stop();
  });

  test("rests after each slice where events come in, and lets them through meanwhile", async () => {
    const { writer, rests } = openWriter();
    const order: string[] = [];
    const slice = () => writer.write(() => void order.push("slice"), "upkeep");
    const batch = () => writer.write(() => void order.push("batch"), "ingest");

    await batch();
    await slice();
    const waiting = slice();
    await batch();
    await batch();
    expect(order).toEqual(["batch", "slice", "batch", "batch"]);
    expect(rests).toHaveLength(1);
    rests[0]!();
    await waiting;

    expect(order).toEqual(["batch", "slice", "batch", "batch", "slice"]);
    await writer.stop();
  });

  test("that rests is done before the writer stops", async () => {
    const { writer } = openWriter();
    await writer.write(work(1), "ingest");
    await writer.write(work(1), "upkeep");
    let done = false;

    const waiting = writer.write(() => void (done = true), "upkeep");
    await writer.stop();

    await waiting;
    expect(done).toBe(true);
  });
});

describe("a commit", () => {
  test("that fails keeps nothing, is told, and the next change goes on", async () => {
    const store = openTestStore();
    await store.write((_, { database }) => {
      database.exec("create table parents (id integer primary key) strict");
      database.exec(
        `create table children (id integer primary key,
           parent integer references parents (id) deferrable initially deferred) strict`,
      );
    });

    const orphan = store.write((_, { database }) => {
      database.exec("insert into children (parent) values (7)");
    });
    const fine = store.write((_, { database }) => {
      database.exec("insert into parents (id) values (7)");
    });

    const failure = await orphan.catch(String);
    await fine;
    expect(failure).toContain("FOREIGN KEY");
    expect(store.reader.database.prepare("select count(*) as n from children").get()).toMatchObject(
      {
        n: 0,
      },
    );
    await store.remove();
  });

  test("leaves this thread to others while it waits for the disk", async () => {
    const store = openTestStore();
    let turns = 0;
    let open = true;
    const count = () => {
      turns += 1;
      if (open) setImmediate(count);
    };

    const written = store.write((_, { database }) => {
      database.exec("create table heap (filler blob) strict");
      database.exec("insert into heap select randomblob(8000) from generate_series(1, 2000)");
      setImmediate(count);
    });
    await written;
    open = false;

    // Sixteen megabytes were flushed meanwhile; waited for here, there would be none.
    expect(turns).toBeGreaterThan(1);
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
