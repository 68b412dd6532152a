import type { Block } from "./block.ts";
import { countGroups } from "./count-groups.ts";
import type { GroupColumns, Grouping } from "./grouping.ts";
import { isSparse, sessionsIn, type VisitorRange } from "./order.ts";
import type { Selected } from "./select.ts";
import { lengthOf, type Slice } from "./slice.ts";
import { MEASURED, measuredSum, type MeasuredColumn, type MeasuredSum } from "./measured.ts";
import { eventSum, sessionSum, tellsViews, type EventSum, type SessionSum } from "./sums.ts";
import type { Tally } from "./tallies.ts";
import type { Tuning } from "./tuning.ts";
import { READ_AHEAD } from "./visitor-marks.ts";
import type { Room, Visitors } from "./visitors.ts";
import type { Workbench } from "./workbench.ts";
import { addEventsOfWhole, countEventsOfWhole } from "./whole-sums.ts";

interface Counted {
  readonly selected: Selected;
  readonly columns: GroupColumns;
  /** See `Piece`. */
  readonly isThin?: true | undefined;
}

/** A block with what was found out about it. */
export interface CountedBlock {
  readonly block: Block;
  /** Events that count, and the groups they are in; undefined where none does. */
  readonly counted: Counted | undefined;
  /** Whether its sessions reached the goal. */
  readonly isGoal: boolean;
}

/** Tallies of one site in one period, as far as one worker holds it. */
export interface PeriodPart {
  /** One for each tally. */
  readonly totals: Float64Array;
  /** For each tally one number a group; groups without an event that counts are left out. */
  readonly groups: readonly Float64Array[];
  /** For each dimension its values, and which of them each group has. */
  readonly keys: readonly Keys[];
}

export interface Keys {
  readonly texts: readonly string[];
  readonly codes: Uint32Array;
}

interface Sum {
  readonly tally: Tally;
  groups: Float64Array<ArrayBuffer>;
  /** Of sessions and visitors, who may be in several groups. */
  total: number;
  readonly ofSessions: SessionSum | undefined;
  readonly ofEvents: EventSum | undefined;
}

/** Two sums that are added up together. */
interface Measured {
  readonly measured: MeasuredSum;
  readonly value: Sum;
  readonly known: Sum;
}

export interface CounterOptions {
  readonly viewTerm: number;
  /** Whether it is known that no other events are selected. */
  readonly viewsOnly: boolean;
  /** See `SiteData`. */
  readonly idShift: number;
  readonly tuning: Tuning;
  readonly bench: Workbench;
}

/** Counts one range of visitors after the other; in between it holds the tallies so far. */
export class Counter {
  readonly #blocks: readonly CountedBlock[];
  /** Of each block whether its sessions can be counted without a look at their events. */
  readonly #isWhole: readonly boolean[];
  readonly #grouping: Grouping;
  readonly #isGrouped: boolean;
  readonly #sums: readonly Sum[];
  readonly #measured: readonly Measured[];
  readonly #options: CounterOptions;
  /** Where visitors are counted, a group without an event that counts has none. */
  readonly #countsEvents: boolean;
  #counted = new Float64Array(0);
  #groups = new Int32Array(0);

  /** @param blocks All have been added to the grouping. */
  constructor(
    blocks: readonly CountedBlock[],
    grouping: Grouping,
    tallies: readonly Tally[],
    options: CounterOptions,
  ) {
    const { viewTerm, viewsOnly } = options;
    this.#blocks = blocks;
    this.#grouping = grouping;
    this.#isGrouped = blocks.some(({ counted }) => counted && counted.columns.columns.length > 0);
    this.#options = options;
    const asked = tallies.map((tally) => (tally === "views" && viewsOnly ? "counted" : tally));
    this.#countsEvents = asked.includes("counted") || !asked.includes("visitors");
    this.#isWhole = blocks.map(({ block, counted }) => {
      if (!counted || counted.selected.events || counted.columns.of === "event") return false;
      return !asked.includes("views") || (!counted.isThin && tellsViews(block));
    });
    this.#sums = asked.map((tally) => ({
      tally,
      groups: new Float64Array(0),
      total: 0,
      ofSessions: sessionSum(tally, options.bench),
      ofEvents: eventSum(tally, options.bench, viewTerm),
    }));
    this.#measured = (Object.keys(MEASURED) as MeasuredColumn[]).flatMap((name) => {
      const [value, known] = MEASURED[name].flatMap((tally) => this.#of(tally));
      return value && known ? [{ measured: measuredSum(name), value, known }] : [];
    });
  }

  /** Yields before each block. @param range Of the visitors of all blocks. */
  *count(range: VisitorRange): Generator<undefined, void> {
    const room = this.#makeRoom(range);
    this.#growTo(this.#grouping.size());
    const visitors = this.#visitorsFor(range, room);
    visitors?.begin(range, room, this.#grouping.size(), this.#options.idShift);
    for (const [index, { block, counted, isGoal }] of this.#blocks.entries()) {
      const [from, until] = [range.from[index]!, range.until[index]!];
      if (from === until) continue;
      const slice = { block, offset: block.sessionNumbers("offset"), from, until };
      yield;
      if (isGoal) visitors?.addGoals(slice);
      if (!counted) continue;
      const { selected, columns } = counted;
      if (!this.#isWhole[index]) this.#addEvents(slice, columns, selected, visitors);
      else if (this.#isGrouped) this.#addWhole(slice, columns, selected, visitors);
      else this.#addAll(slice, selected.sessions, visitors);
    }
    // In this order: to count who reached the goal, the others are left out.
    if (visitors)
      for (const sum of this.#of("visitors")) sum.total += visitors.end(false, sum.groups);
    if (visitors)
      for (const sum of this.#of("conversions")) sum.total += visitors.end(true, sum.groups);
  }

  #of(tally: Tally): readonly Sum[] {
    return this.#sums.filter((sum) => sum.tally === tally);
  }

  #makeRoom(range: VisitorRange): Room {
    let [events, most] = [0, 0];
    for (const [index, { block }] of this.#blocks.entries()) {
      const offset = block.sessionNumbers("offset");
      const own = offset[range.until[index]!]! - offset[range.from[index]!]!;
      events += own;
      most = Math.max(most, own);
    }
    this.#groups = this.#options.bench.groups.int32(most + READ_AHEAD);
    return { sessions: sessionsIn(range), events };
  }

  #visitorsFor(range: VisitorRange, { sessions }: Room): Visitors | undefined {
    if (!this.#sums.some(({ tally }) => isDistinct(tally))) return undefined;
    const words = wordsFor(this.#grouping.mostGroups());
    const { idShift, tuning, bench } = this.#options;
    const width = (range.end - range.first) >>> idShift;
    const isClose = !isSparse({ first: 0, end: width }, sessions);
    return isClose && words * width <= tuning.mostWords ? bench.marks : bench.lists;
  }

  /** Sessions all of whose events count, where nothing is grouped. */
  #addAll(slice: Slice, mask: Uint8Array | undefined, visitors: Visitors | undefined): void {
    const { offset, from, until } = slice;
    if (this.#countsEvents) this.#counted[0]! += countEventsOfWhole(offset, from, until, mask);
    for (const sum of this.#sums) {
      const own = (sum.ofSessions ?? sum.ofEvents)?.all(slice, mask) ?? 0;
      sum.groups[0]! += own;
      if (sum.ofSessions) sum.total += own;
    }
    for (const { measured, value, known } of this.#measured) {
      const [sum, views] = measured.all(slice, mask);
      value.groups[0]! += sum;
      known.groups[0]! += views;
    }
    visitors?.addAll(slice, mask);
  }

  /** Sessions all of whose events count, in one group each. */
  #addWhole(
    slice: Slice,
    columns: GroupColumns,
    selected: Selected,
    visitors: Visitors | undefined,
  ): void {
    const { offset, from, until } = slice;
    const groups = this.#groups;
    this.#grouping.write(slice, columns, "session", selected, groups);
    this.#growTo(this.#grouping.size());
    if (this.#countsEvents) addEventsOfWhole(offset, from, until, groups, this.#counted);
    visitors?.addSessions(slice, groups);
    for (const sum of this.#sums) {
      if (sum.ofSessions) sum.total += sum.ofSessions.whole(slice, groups, sum.groups);
      else sum.ofEvents?.whole(slice, groups, sum.groups);
    }
    for (const { measured, value, known } of this.#measured) {
      measured.whole(slice, groups, value.groups, known.groups);
    }
  }

  #addEvents(
    slice: Slice,
    columns: GroupColumns,
    selected: Selected,
    visitors: Visitors | undefined,
  ): void {
    const groups = this.#groups;
    this.#grouping.write(slice, columns, "event", selected, groups);
    const size = this.#grouping.size();
    this.#growTo(size);
    if (this.#countsEvents) {
      const { others } = this.#options.bench;
      countGroups(groups, lengthOf(slice, "event"), size, others, this.#counted);
    }
    visitors?.addEvents(slice, groups);
    const runs = this.#sums.some(({ ofSessions }) => ofSessions)
      ? this.#options.bench.runs.find(slice, groups, size)
      : undefined;
    for (const sum of this.#sums) {
      if (sum.ofSessions) sum.total += sum.ofSessions.byRuns(slice, runs!, sum.groups);
      else sum.ofEvents?.add(slice, groups, size, sum.groups);
    }
    for (const { measured, value, known } of this.#measured) {
      measured.add(slice, groups, size, value.groups, known.groups);
    }
  }

  #growTo(groups: number): void {
    if (this.#counted.length >= groups) return;
    const size = this.#counted.length === 0 ? groups : groups * 2;
    this.#counted = grown(this.#counted, size);
    for (const sum of this.#sums) sum.groups = grown(sum.groups, size);
  }

  part(): PeriodPart {
    const present: number[] = [];
    const counted = this.#countsEvents ? this.#counted : this.#of("visitors")[0]!.groups;
    for (const [group, count] of counted.entries()) if (count > 0) present.push(group);
    const chosen = Uint32Array.from(present);
    const groups = this.#sums.map((sum) => {
      const all = sum.tally === "counted" ? this.#counted : sum.groups;
      return Float64Array.from(chosen, (group) => all[group]!);
    });
    const totals = Float64Array.from(this.#sums, ({ ofSessions, tally, total }, index) => {
      return ofSessions || isDistinct(tally)
        ? total
        : groups[index]!.reduce((sum, count) => sum + count, 0);
    });
    return { totals, groups, keys: this.#grouping.keysOf(chosen) };
  }
}

/** Words of 32 bits that mark in which of the groups a visitor is. */
export const wordsFor = (groups: number): number => Math.max(1, Math.ceil(groups / 32));

/** Whether it takes all of a visitor at once to count it. */
export const isDistinct = (tally: Tally): boolean =>
  tally === "visitors" || tally === "conversions";

function grown(array: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(size);
  larger.set(array);
  return larger;
}
