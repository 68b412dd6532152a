import { openHelperChannel } from "../lib/helper.ts";
import { standBack } from "../lib/low-priority.ts";
import { toFailure } from "./order-of-work.ts";
import { createPool, type LocalPool } from "./pool.ts";
import type { PoolOrder, PoolReply } from "./remote-pool.ts";

/** Runs the threads of statistics in a process of their own: the other end of `remote-pool.ts`. */
export function servePool(): void {
  const channel = openHelperChannel();
  const asked = new Map<number, AbortController>();
  let pool: LocalPool;

  const answer = async (order: PoolOrder & { do: "ask" }) => {
    const { id, operation, siteIds, question } = order;
    const cancelling = new AbortController();
    asked.set(id, cancelling);
    let reply: PoolReply;
    try {
      const result = await pool.ask(operation, siteIds, question, cancelling.signal);
      reply = { id, result };
    } catch (error) {
      reply = { id, failure: toFailure(error) };
    }
    asked.delete(id);
    if (!cancelling.signal.aborted) await channel.send(reply);
  };

  channel.onMessage((message) => {
    const order = message as PoolOrder;
    if (order.do === "open") {
      if (order.standsBack) standBack();
      pool = createPool(order.options);
      if (order.getsReady) void pool.prepare();
      return;
    }
    if (order.do === "ask") void answer(order);
    else if (order.do === "rest") pool.rest(order.factor);
    else asked.get(order.id)?.abort();
  });
}
