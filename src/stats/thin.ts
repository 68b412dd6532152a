import { EVENT_TERMS, type Block, type EventNumbers, type TermColumn } from "./block.ts";
import { compactProperty } from "./compact.ts";
import { createOnce } from "./once.ts";
import { afterOfAll, pick } from "./pick.ts";

/**
 * A block with some of its events only.
 *
 * What is said of sessions stays what it was, also their views: who counts these has to look at
 * the events that are left.
 *
 * @param events 1 for those that stay; at least one of each session.
 */
export function thin(block: Block, events: Uint8Array): Block {
  const whole = block.sessionNumbers("offset");
  const offset = new Uint32Array(whole.length);
  const all = new Uint32Array(events.length + 1);
  let count = 0;
  for (let session = 0; session < block.sessions; session++) {
    for (let event = whole[session]!; event < whole[session + 1]!; event++) {
      all[count] = event;
      count += events[event]!;
    }
    offset[session + 1] = count;
  }
  const places = all.slice(0, count);
  const once = createOnce();
  const ofEvents = <N extends keyof EventNumbers>(name: N): EventNumbers[N] =>
    once(name, () => pick(block.eventNumbers(name), places));
  return {
    ...block,
    events: count,
    skip: undefined,
    sessionNumbers: (name) => (name === "offset" ? (offset as never) : block.sessionNumbers(name)),
    eventNumbers: ofEvents,
    afterOf: (some) => afterOfAll(ofEvents("after"), offset, some),
    terms: (name) => {
      if (!(EVENT_TERMS as readonly string[]).includes(name)) return block.terms(name);
      return once(name, (): TermColumn => {
        const { codes, terms } = block.terms(name);
        return { terms, codes: pick(codes, places) };
      });
    },
    property(key) {
      const column = once(`property ${key}`, () => {
        const property = block.property(key);
        // Each event is a stretch of its own.
        const each = Uint32Array.from({ length: block.events + 1 }, (_, event) => event);
        return property
          ? compactProperty(property, { places, offset: each, length: count }, each)
          : null;
      });
      return column ?? undefined;
    },
  };
}
