import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Sent } from "../../src/channels/channel.ts";
import { adoptVisitorRuns, releaseHeld } from "../../src/flows/adopt.ts";
import { setFlowState } from "../../src/flows/queries.ts";
import { replay } from "../../src/flows/runner.ts";
import { addContact, deferred, HOOK, MAIL, MINUTE, on, openWorkshop, step } from "./workshop.ts";
import type { Workshop } from "./workshop.ts";

// Whatever happens in whatever order: each step of a run is entered once and left once, its
// message carries one key for ever, and the counters say what the ledger says.

type Command =
  | { readonly do: "happen"; readonly event: string; readonly who: number }
  | { readonly do: "move"; readonly ms: number }
  | {
      readonly do:
        "tick" | "pause" | "resume" | "adopt" | "confirm" | "replay" | "restart" | "kill";
    }
  | { readonly do: "answer"; readonly outcome: Sent["outcome"] };

const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: happening() },
  { weight: 5, arbitrary: fc.constant({ do: "tick" } as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("move" as const),
      ms: fc.constantFrom(-MINUTE, 1000, MINUTE, 10 * MINUTE, 24 * 60 * MINUTE),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      outcome: fc.constantFrom("sent", "retry", "rejected", "unavailable"),
    }),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom("pause", "resume", "adopt", "confirm", "replay", "restart", "kill")
      .map((name) => ({ do: name }) as Command),
  },
);

function happening() {
  return fc.record({
    do: fc.constant("happen" as const),
    event: fc.constantFrom("cart", "cart", "cart", "buy"),
    who: fc.integer({ min: 1, max: 4 }),
  });
}

/** Visitors 1 and 2 are contacts, the second a claimed one; 3 becomes the first; 4 nobody. */
const contactOf = (who: number, adopted: boolean) => {
  if (who === 3) return adopted ? 1 : undefined;
  return who <= 2 ? who : undefined;
};

class World {
  private adopted = false;
  /** Keys that a receiver took, also those nobody here has heard of. */
  readonly taken: string[] = [];
  kills = 0;

  private constructor(
    public shop: Workshop,
    private readonly flowId: number,
  ) {}

  static async open(): Promise<World> {
    const shop = await openWorkshop();
    await addContact(shop, 1);
    await addContact(shop, 2, false);
    const wait = step("wait", "wait", { ms: MINUTE });
    const flowId = await shop.publish({
      trigger: on("cart"),
      stop: { event: "buy" },
      steps: [wait, MAIL, HOOK, { ...wait, id: "rest" }, { ...HOOK, id: "last" }],
    });
    const world = new World(shop, flowId);
    world.answer("sent");
    return world;
  }

  answer(outcome: Sent["outcome"]): void {
    for (const channel of [this.shop.email, this.shop.webhook]) {
      channel.answer(({ key }) => {
        if (outcome !== "sent") return { outcome, reason: "for the test" };
        this.taken.push(key);
        return { outcome };
      });
    }
  }

  async run(command: Command): Promise<void> {
    const { shop } = this;
    const { now } = shop.opened;
    switch (command.do) {
      case "happen": {
        const contactId = contactOf(command.who, this.adopted);
        return shop.happen(command.event, { visitorId: command.who, contactId });
      }
      case "move":
        return now.move(command.ms);
      case "tick":
        return shop.tick();
      case "answer":
        return this.answer(command.outcome);
      case "pause":
      case "resume":
        await shop.opened.write((tx) =>
          setFlowState(tx, this.flowId, command.do === "pause" ? "paused" : "active"),
        );
        return shop.acting.reload();
      case "adopt":
        this.adopted = true;
        return shop.opened.write((_, connection) => adoptVisitorRuns(connection, 3, 1, 0, now()));
      case "confirm":
        return shop.opened.write((_, connection) => {
          connection.database.exec("update identities set verified_at = 1, verified_by = 'test'");
          releaseHeld(connection, 2, now());
        });
      case "replay": {
        const [dead] = shop.rows<{ id: number }>("select id from outbox where state = 'dead'");
        if (dead) await shop.opened.write((_, connection) => replay(connection, dead.id, now()));
        return;
      }
      case "restart":
        this.shop = await shop.restart();
        return this.answer("sent");
      case "kill":
        return this.kill();
    }
  }

  /** Ends the process, so to say, while messages are on their way; their receiver takes them. */
  private async kill(): Promise<void> {
    const { shop } = this;
    const { promise, resolve } = deferred<Sent>();
    for (const channel of [shop.email, shop.webhook]) {
      channel.answer(({ key }) => {
        this.taken.push(key);
        this.kills += 1;
        return promise;
      });
    }
    void shop.tick().catch(() => {});
    for (let turns = 0; turns < 30; turns += 1) await new Promise((done) => setImmediate(done));
    this.shop = await shop.restart();
    this.answer("sent");
    resolve({ outcome: "sent" });
  }

  /** Lets everything come to its end. */
  async finish(): Promise<void> {
    this.answer("sent");
    await this.run({ do: "resume" });
    await this.run({ do: "confirm" });
    for (let days = 0; days < 5; days += 1) {
      this.shop.opened.now.move(24 * 60 * MINUTE);
      this.shop.acting.wake();
      await this.shop.tick();
    }
  }
}

function check({ shop, taken, kills }: World): void {
  const entered = shop.rows<{ run_id: number; seqs: string; last: number }>(
    `select r.id as run_id, r.seq as last, (select group_concat(seq) from (select seq from run_steps
       where run_id = r.id and outcome = 'entered' order by seq)) as seqs from runs r`,
  );
  for (const { seqs, last } of entered) {
    expect(seqs).toBe(Array.from({ length: last }, (_, index) => index + 1).join());
  }

  const leftTwice = shop.rows(
    `select run_id, seq from run_steps where outcome in ('done', 'skipped')
     group by run_id, seq having count(*) > 1`,
  );
  expect(leftTwice).toEqual([]);

  const counted = shop.rows(
    "select step_id, outcome, count from step_counts where count <> 0 order by 1, 2",
  );
  const written = shop.rows(
    `select step_id, case outcome when 'retried' then 'failed' else outcome end as outcome,
       sum(case outcome when 'retried' then -1 else 1 end) as count
     from run_steps where outcome in ('entered', 'done', 'skipped', 'stopped', 'failed', 'retried')
     group by 1, 2 having sum(case outcome when 'retried' then -1 else 1 end) <> 0 order by 1, 2`,
  );
  expect(counted).toEqual(written);

  // Only a kill makes the world see a message twice, and then under its old key.
  expect(taken.length - new Set(taken).size).toBeLessThanOrEqual(kills);
  const known = new Set(shop.rows<{ key: string }>("select key from outbox").map(({ key }) => key));
  for (const key of taken) expect(known).toContain(key);
}

test("in any order, each step happens once and the counters equal the ledger", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyCommand, { minLength: 5, maxLength: 40 }), async (commands) => {
      const world = await World.open();
      try {
        for (const each of commands) {
          await world.run(each);
          check(world);
        }
        await world.finish();

        check(world);
        const open = world.shop.rows("select * from runs where state in ('active', 'held')");
        expect(open).toEqual([]);
        const waiting = world.shop.rows(
          "select * from outbox where state in ('pending', 'sending')",
        );
        expect(waiting).toEqual([]);
      } finally {
        await world.shop.close();
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);
