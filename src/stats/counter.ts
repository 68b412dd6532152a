import type { Block } from "./block.ts";
import { createDistinct, type Distinct } from "./distinct.ts";
import type { GroupColumns, Grouping } from "./grouping.ts";
import { sessionsIn, type VisitorRange } from "./order.ts";
import {
  addAllEvents,
  addByEvents,
  addNone,
  addWholeSessions,
  createRuns,
  markGoals,
  type Runs,
  type Stamps,
} from "./runs.ts";
import { createScratch } from "./scratch.ts";
import type { Selected } from "./select.ts";
import type { Slice } from "./slice.ts";
import {
  addViewsOfWhole,
  eventSum,
  isEventTally,
  sessionSum,
  tellsViews,
  type EventSum,
  type SessionSum,
} from "./sums.ts";
import type { Tally } from "./tallies.ts";
import type { Tuning } from "./tuning.ts";

/** A block with what was found out about it. */
export interface CountedBlock {
  readonly block: Block;
  readonly columns: GroupColumns;
  /** Events that count. */
  readonly selected: Selected | undefined;
  /** Events that reach the goal. */
  readonly goals: Selected | undefined;
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

export interface CounterOptions {
  readonly viewTerm: number;
  /** Whether it is known that no other events are selected. */
  readonly viewsOnly: boolean;
  readonly tuning: Tuning;
}

/** Counts one range of visitors after the other; in between it holds the tallies so far. */
export class Counter {
  readonly #grouping: Grouping;
  readonly #sums: readonly Sum[];
  readonly #byWhole: boolean;
  readonly #countsSessions: boolean;
  readonly #distinct: Distinct;
  #counted = new Float64Array(0);
  readonly #stamps: Stamps = { of: new Uint32Array(0), last: 0 };
  #runs: Runs = createRuns(0, 0);
  #groups = new Int32Array(0);

  constructor(
    grouping: Grouping,
    tallies: readonly Tally[],
    { viewTerm, viewsOnly, tuning }: CounterOptions,
  ) {
    const scratch = createScratch();
    this.#distinct = createDistinct(tuning);
    this.#grouping = grouping;
    const asked = tallies.map((tally) => (tally === "views" && viewsOnly ? "counted" : tally));
    this.#sums = asked.map((tally) => ({
      tally,
      groups: new Float64Array(0),
      total: 0,
      ofSessions: sessionSum(tally, scratch),
      ofEvents: eventSum(tally, scratch, viewTerm),
    }));
    this.#countsSessions = this.#sums.some(({ ofSessions }) => ofSessions);
    this.#byWhole = countsWhole(tallies);
  }

  /** @param range Of the visitors of these blocks. */
  count(blocks: readonly CountedBlock[], range: VisitorRange): void {
    this.#makeRoom(blocks, range);
    for (const [index, counted] of blocks.entries()) {
      const [from, until] = [range.from[index]!, range.until[index]!];
      if (from === until) continue;
      const offset = counted.block.sessionNumbers("offset");
      this.#addSlice({ block: counted.block, offset, from, until }, counted);
    }
    this.#addVisitors(range);
  }

  #makeRoom(blocks: readonly CountedBlock[], range: VisitorRange): void {
    const sessions = sessionsIn(range);
    let [events, most] = [0, 0];
    for (const [index, { block }] of blocks.entries()) {
      const offset = block.sessionNumbers("offset");
      const own = offset[range.until[index]!]! - offset[range.from[index]!]!;
      events += own;
      most = Math.max(most, own);
    }
    if (this.#runs.visitor.length < sessions || this.#runs.group.length < events) {
      this.#runs = createRuns(Math.ceil(sessions * 1.25), Math.ceil(events * 1.25));
    }
    if (this.#groups.length < most) this.#groups = new Int32Array(most * 2);
    this.#runs.sessions = 0;
    this.#runs.goal.fill(0);
  }

  #addSlice(slice: Slice, { columns, selected, goals }: CountedBlock): void {
    const runs = this.#runs;
    const groups = this.#groups;
    const first = runs.sessions;
    const visitors = slice.block.sessionNumbers("visitor");
    runs.visitor.set(visitors.subarray(slice.from, slice.until), first);
    if (goals) markGoals(runs, slice, goals);
    if (!selected) return addNone(runs, slice);

    const whole =
      this.#byWhole && columns.of === "session" && !selected.events && tellsViews(slice);
    this.#grouping.write(slice, columns, whole ? "session" : "event", selected, groups);
    this.#growTo(this.#grouping.size());
    if (whole) this.#addWhole(slice);
    else this.#addEvents(slice);
  }

  #addWhole(slice: Slice): void {
    addWholeSessions(this.#runs, slice, this.#groups, this.#counted);
    for (const sum of this.#sums) {
      if (sum.ofSessions) sum.total += sum.ofSessions.whole(slice, this.#groups, sum.groups);
      else if (sum.ofEvents) addViewsOfWhole(slice, this.#groups, sum.groups);
    }
  }

  #addEvents(slice: Slice): void {
    const runs = this.#runs;
    const first = runs.sessions;
    if (this.#countsSessions) addByEvents(runs, this.#stamps, slice, this.#groups, this.#counted);
    else addAllEvents(runs, slice, this.#groups, this.#counted);
    for (const sum of this.#sums) {
      if (sum.ofSessions) sum.total += sum.ofSessions.byRuns(slice, runs, first, sum.groups);
      else sum.ofEvents?.(slice, this.#groups, sum.groups);
    }
  }

  #addVisitors(range: VisitorRange): void {
    const sums = this.#sums.filter(({ tally }) => isDistinct(tally));
    if (sums.length === 0) return;
    this.#distinct.begin(this.#runs, range);
    const size = this.#grouping.size();
    for (const sum of sums) {
      const reached = sum.tally === "conversions";
      sum.total += this.#distinct.count(this.#runs, reached, size, sum.groups);
    }
  }

  #growTo(groups: number): void {
    if (this.#counted.length >= groups) return;
    const size = this.#counted.length === 0 ? groups : groups * 2;
    this.#counted = grown(this.#counted, size);
    for (const sum of this.#sums) sum.groups = grown(sum.groups, size);
    this.#stamps.of = new Uint32Array(size); // stamps go on rising, so none is met again
  }

  part(): PeriodPart {
    const present: number[] = [];
    for (const [group, counted] of this.#counted.entries()) if (counted > 0) present.push(group);
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

/** Whether sessions all of whose events count need no look at these. */
export function countsWhole(tallies: readonly Tally[]): boolean {
  return tallies.every((tally) => tally === "views" || !isEventTally(tally));
}

const isDistinct = (tally: Tally) => tally === "visitors" || tally === "conversions";

function grown(array: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(size);
  larger.set(array);
  return larger;
}
