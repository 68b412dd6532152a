import { lookUp } from "./look-up.ts";
import type { Numbered } from "./numbering.ts";
import type { Selected } from "./select.ts";
import { lengthOf, type Slice } from "./slice.ts";
import { writeSlotNumbers } from "./slots.ts";
import type { Workbench } from "./workbench.ts";

/** Writes numbers of a column for a slice, and -1 where something does not count. */
export interface GroupWriter {
  /** For each session. Without a column, which is of sessions then, 0 is written. */
  ofSessions(slice: Slice, column: Numbered | undefined, by: Selected, out: Int32Array): void;
  /** For each event. */
  ofEvents(slice: Slice, column: Numbered | undefined, by: Selected, out: Int32Array): void;
}

export function createGroupWriter({
  codes: scratch,
  sessions: room,
}: Pick<Workbench, "codes" | "sessions">): GroupWriter {
  function ofSessions(
    slice: Slice,
    column: Numbered | undefined,
    { sessions }: Selected,
    out: Int32Array,
  ): void {
    const { from, until } = slice;
    if (!column) out.fill(0, 0, until - from);
    else if ("slots" in column) {
      writeSlotNumbers(slice.block, column.slots, slice, column.numbers, out);
    } else lookUp(scratch, column.codes, from, until, column.numbers, out);
    if (sessions) leaveOut(out, sessions, from, until);
  }

  return {
    ofSessions,
    ofEvents(slice, column, selected, out) {
      const { offset, from, until } = slice;
      const [first, end] = [offset[from]!, offset[until]!];
      if (column?.of === "session" || selected.sessions) {
        const ofSession = room.int32(until - from);
        const codesOfEvents = column?.of === "event" ? column : undefined;
        ofSessions(slice, codesOfEvents ? undefined : column, selected, ofSession);
        out.fill(-1, 0, end - first);
        if (codesOfEvents) {
          const codes = scratch.copy(codesOfEvents.codes.subarray(first, end));
          pick(slice, ofSession, codes, codesOfEvents.numbers, out);
        } else spread(slice, ofSession, out);
      } else if (column && "codes" in column)
        lookUp(scratch, column.codes, first, end, column.numbers, out);
      else out.fill(0, 0, lengthOf(slice, "event"));
      if (selected.events) leaveOut(out, selected.events, first, end);
    },
  };
}

/** Without branches: marks alternate, and a wrong guess costs more than the sum. */
function leaveOut(out: Int32Array, marks: Uint8Array, first: number, end: number): void {
  for (let place = first; place < end; place++) out[place - first]! |= marks[place]! - 1;
}

/** What holds of a session, for each of its events. */
function spread({ offset, from, until }: Slice, numbers: Int32Array, out: Int32Array): void {
  const base = offset[from]!;
  for (let session = from; session < until; session++) {
    const number = numbers[session - from]!;
    if (number < 0) continue;
    const end = offset[session + 1]! - base;
    for (let event = offset[session]! - base; event < end; event++) out[event] = number;
  }
}

/** Numbers of the events of those sessions that count. */
function pick(
  { offset, from, until }: Slice,
  sessions: Int32Array,
  codes: Uint32Array,
  numbers: Uint32Array,
  out: Int32Array,
): void {
  const base = offset[from]!;
  for (let session = from; session < until; session++) {
    if (sessions[session - from]! < 0) continue;
    const end = offset[session + 1]! - base;
    for (let event = offset[session]! - base; event < end; event++) {
      out[event] = numbers[codes[event]!]!;
    }
  }
}
