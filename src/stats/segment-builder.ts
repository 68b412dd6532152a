import type { Connection } from "../store/connection.ts";
import type { Write } from "../store/writer.ts";
import { SealHelperError, type SealHelper } from "./seal-helper.ts";
import type { RewriteOrder, SealerAnswers, SealOrder } from "./seal-order.ts";
import {
  addColumns,
  bringToLife,
  listSegmentIds,
  removeSegment,
  startSegment,
  type SegmentTotals,
} from "./segment-steps.ts";

/** What a segment is built for. */
export type BuiltFor = "seal" | "merge" | "erase";

/** Makes segments of what the process of sealing encodes, and lets them take the place of others. */
export interface SegmentBuilder {
  /** Writes the columns of an order while the process encodes the next, as a segment not yet read. */
  build<Order extends SealOrder | RewriteOrder>(
    order: Order,
    kind: BuiltFor,
  ): Promise<Built<Order>>;
  /** Makes a built segment count, and others no more, in one transaction. */
  switchTo(
    segmentId: number,
    totals: SegmentTotals,
    kind: BuiltFor,
    change: (connection: Connection) => void,
  ): Promise<void>;
  /** What cannot be brought to life goes: a disk that is full would only get fuller. */
  orRemove(segmentId: number, work: () => Promise<void>): Promise<void>;
}

export interface Built<Order extends SealOrder | RewriteOrder> {
  readonly segmentId: number;
  readonly answer: SealerAnswers[Order["do"]];
}

export interface SegmentBuilderParts {
  readonly write: Write;
  readonly helper: SealHelper;
  readonly now: () => number;
  /** Whether what is left is to be removed by the next start. */
  readonly isStopped: () => boolean;
  /** Called at each named point. */
  readonly at: (
    point: `${BuiltFor}: ${"columns" | "written" | "switched"}`,
  ) => void | Promise<void>;
}

export function createSegmentBuilder(parts: SegmentBuilderParts): SegmentBuilder {
  const { write, helper, now, isStopped, at } = parts;
  let lastCreatedAt = 0;

  const build = async <Order extends SealOrder | RewriteOrder>(
    order: Order,
    kind: BuiltFor,
  ): Promise<Built<Order>> => {
    const siteId = order.do === "seal" ? order.seal.siteId : order.siteId;
    // Ids of segments come again; with the moment they were made they are told apart.
    lastCreatedAt = Math.max(now(), lastCreatedAt + 1);
    const segmentId = await startSegment(write, siteId, lastCreatedAt);
    let writing: Promise<void> = Promise.resolve();
    try {
      const answer = await helper.ask(order, (columns) => {
        writing = writing.then(() => addColumns(write, segmentId, columns));
        writing = writing.then(() => at(`${kind}: columns`));
        writing.catch(() => {});
      });
      await writing;
      await at(`${kind}: written`);
      return { segmentId, answer };
    } catch (error) {
      await writing.catch(() => {});
      if (!isStopped()) await removeSegment(write, segmentId);
      if (error instanceof SealHelperError && error.isStarved) return build(order, kind);
      throw error;
    }
  };

  const switchTo = async (
    segmentId: number,
    totals: SegmentTotals,
    kind: BuiltFor,
    change: (connection: Connection) => void,
  ) => {
    await write((_, connection) => {
      if (totals.sessions > 0) bringToLife(connection, segmentId, totals);
      change(connection);
    });
    await at(`${kind}: switched`);
    if (totals.sessions === 0) await removeSegment(write, segmentId);
  };

  const orRemove = async (segmentId: number, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      const isBuilding = (connection: Connection) =>
        listSegmentIds(connection, "building").includes(segmentId);
      if (!isStopped() && (await write((_, connection) => isBuilding(connection)))) {
        await removeSegment(write, segmentId);
      }
      throw error;
    }
  };

  return { build, switchTo, orRemove };
}
