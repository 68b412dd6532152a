import {
  EVENT_TERMS,
  type Block,
  type EventNumbers,
  type PropertyColumn,
  type TermColumn,
} from "./block.ts";
import { createOnce } from "./once.ts";
import { afterOfAll, pick, pickStretches, type Stretches } from "./pick.ts";

/**
 * Some sessions of a block, as a block of their own.
 *
 * Where a filter leaves little, everything after it takes as long as what is left, not as long as
 * what there was. Columns are picked when they are first asked for.
 *
 * @param places Of the sessions, rising.
 */
export function compact(block: Block, places: Uint32Array): Block {
  const own = offsetsOf(block.sessionNumbers("offset"), places);
  const stretches: Stretches = {
    places,
    offset: block.sessionNumbers("offset"),
    length: own[places.length]!,
  };
  const once = createOnce();
  const ofEvents = <N extends keyof EventNumbers>(name: N): EventNumbers[N] =>
    once(name, () =>
      name === "after"
        ? (block.afterOf(places) as EventNumbers[N])
        : pickStretches(block.eventNumbers(name), stretches),
    );
  return {
    sessions: places.length,
    events: stretches.length,
    from: block.from,
    until: block.until,
    skip: undefined,
    sessionNumbers: (name) =>
      name === "offset"
        ? (own as never)
        : once(name, () => pick(block.sessionNumbers(name), places)),
    eventNumbers: ofEvents,
    afterOf: (some) => afterOfAll(ofEvents("after"), own, some),
    terms: (name) =>
      once(name, (): TermColumn => {
        const { codes, terms } = block.terms(name);
        const isOfEvents = (EVENT_TERMS as readonly string[]).includes(name);
        return { terms, codes: isOfEvents ? pickStretches(codes, stretches) : pick(codes, places) };
      }),
    propertyKeys: block.propertyKeys,
    property(key) {
      const column = once(`property ${key}`, () => {
        const whole = block.property(key);
        if (!whole) return null;
        const { numbers, others } = whole;
        return keptOf(whole, move(numbers.at, stretches, own), move(others.at, stretches, own));
      });
      return column ?? undefined;
    },
  };
}

function offsetsOf(offset: Uint32Array, places: Uint32Array): Uint32Array {
  const own = new Uint32Array(places.length + 1);
  let end = 0;
  for (let index = 0; index < places.length; index++) {
    const place = places[index]!;
    end += offset[place + 1]! - offset[place]!;
    own[index + 1] = end;
  }
  return own;
}

/** Which of a list of events are left, and where they are then. */
interface Kept {
  readonly at: Uint32Array;
  readonly kept: Uint32Array;
}

/** A property of the events that are left. */
export function keptOf(
  { numbers, others }: PropertyColumn,
  ofNumbers: Kept,
  ofOthers: Kept,
): PropertyColumn {
  const codes = pick(others.codes, ofOthers.kept);
  // Only the values that are left: each is looked at as a text, of which there may be thousands.
  const renamed = new Int32Array(others.values.length).fill(-1);
  const values: string[] = [];
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index]!;
    if (renamed[code]! < 0) renamed[code] = values.push(others.values[code]!) - 1;
    codes[index] = renamed[code]!;
  }
  return {
    numbers: { at: ofNumbers.at, values: pick(numbers.values, ofNumbers.kept) },
    others: { at: ofOthers.at, codes, values },
  };
}

/** @param own Where each of the stretches begins then. */
function move(at: Uint32Array, { places, offset }: Stretches, own: Uint32Array): Kept {
  const moved = new Uint32Array(at.length);
  const kept = new Uint32Array(at.length);
  let size = 0;
  let index = 0;
  for (let session = 0; session < places.length && index < at.length; session++) {
    const place = places[session]!;
    const [start, end] = [offset[place]!, offset[place + 1]!];
    while (index < at.length && at[index]! < start) index++;
    for (; index < at.length && at[index]! < end; index++) {
      kept[size] = index;
      moved[size++] = at[index]! - start + own[session]!;
    }
  }
  return { at: moved.subarray(0, size), kept: kept.subarray(0, size) };
}
