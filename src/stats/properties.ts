import type { Block, PropertyColumn } from "./block.ts";
import { textOfJson } from "./dimension-column.ts";
import type { Operation } from "./operation.ts";
import { describeNumbers } from "./histogram.ts";
import type { PropertiesQuestion, PropertySummary } from "./question.ts";
import { createSelect, selectedEvents } from "./select.ts";
import type { SiteData } from "./site-data.ts";
import { createVisitorSet } from "./visitor-set.ts";

/** What one worker found of one property on one site. */
export interface PropertyPart {
  readonly key: string;
  readonly visitors: number;
  /** Its different numbers, and how many events have each. */
  readonly numbers: Float64Array;
  readonly numberCounts: Uint32Array;
  /** The same of its other values, as in a filter. */
  readonly texts: readonly string[];
  readonly textCounts: Uint32Array;
}

const MOST_VALUES = 10;

/** What is known of the values of properties, most frequent property first. */
export const properties: Operation<
  PropertiesQuestion,
  readonly PropertyPart[],
  readonly PropertySummary[]
> = { part, finish };

function* part(
  { facts, blocks }: SiteData,
  question: PropertiesQuestion,
): Generator<undefined, readonly PropertyPart[]> {
  const select = createSelect(facts, question);
  const tallies = new Map<string, Tally>();
  for (const block of blocks) {
    const selected = block.propertyKeys().length > 0 && select(block);
    if (!selected) continue;
    const chosen = selectedEvents(block, selected);
    const visitorOf = createVisitorReader(block);
    for (const key of block.propertyKeys()) {
      let tally = tallies.get(key);
      if (!tally) tallies.set(key, (tally = createTally()));
      tally.add(block.property(key)!, chosen, visitorOf);
      yield;
    }
  }
  return [...tallies].map(([key, tally]) => ({ key, ...tally.counts() }));
}

type Tally = ReturnType<typeof createTally>;

function createTally() {
  const visitors = createVisitorSet();
  const numbers = new Map<number, number>();
  const texts = new Map<string, number>();
  return {
    add(column: PropertyColumn, chosen: Uint8Array, visitorOf: (event: number) => number): void {
      const { numbers: numeric, others } = column;
      numeric.at.forEach((event, index) => {
        if (chosen[event] === 0) return;
        visitors.add(visitorOf(event));
        const value = numeric.values[index]!;
        numbers.set(value, (numbers.get(value) ?? 0) + 1);
      });
      const counts = new Uint32Array(others.values.length);
      others.at.forEach((event, index) => {
        if (chosen[event] === 0) return;
        visitors.add(visitorOf(event));
        counts[others.codes[index]!]! += 1;
      });
      counts.forEach((count, code) => {
        if (count === 0) return;
        const text = textOfJson(others.values[code]!);
        texts.set(text, (texts.get(text) ?? 0) + count);
      });
    },
    counts: (): Omit<PropertyPart, "key"> => ({
      visitors: visitors.size,
      numbers: Float64Array.from(numbers.keys()),
      numberCounts: Uint32Array.from(numbers.values()),
      texts: [...texts.keys()],
      textCounts: Uint32Array.from(texts.values()),
    }),
  };
}

/** Finds the visitor of an event; events are asked for with their places rising, mostly. */
function createVisitorReader(block: Block): (event: number) => number {
  const offset = block.sessionNumbers("offset");
  const visitor = block.sessionNumbers("visitor");
  let session = 0;
  return (event) => {
    if (event < offset[session]!) session = 0;
    while (offset[session + 1]! <= event) session += 1;
    return visitor[session]!;
  };
}

function finish(parts: readonly (readonly PropertyPart[])[]): readonly PropertySummary[] {
  return [...Map.groupBy(parts.flat(), ({ key }) => key)]
    .map(([key, own]) => summarize(key, own))
    .filter(({ events }) => events > 0)
    .sort((a, b) => b.events - a.events || (a.key < b.key ? -1 : 1));
}

function summarize(key: string, parts: readonly PropertyPart[]): PropertySummary {
  const numbers = new Map<number, number>();
  const texts = new Map<string, number>();
  for (const own of parts) {
    own.numbers.forEach((value, index) => {
      numbers.set(value, (numbers.get(value) ?? 0) + own.numberCounts[index]!);
    });
    own.texts.forEach((text, index) => {
      texts.set(text, (texts.get(text) ?? 0) + own.textCounts[index]!);
    });
  }
  const described = describeNumbers(numbers);
  // In a filter the number 5 and the text "5" are one value.
  for (const [value, count] of numbers) {
    const text = String(value);
    texts.set(text, (texts.get(text) ?? 0) + count);
  }
  const top = [...texts]
    .sort(([a, timesA], [b, timesB]) => timesB - timesA || (a < b ? -1 : 1))
    .slice(0, MOST_VALUES);
  return {
    key,
    events: texts.values().reduce((sum, count) => sum + count, 0),
    visitors: parts.reduce((sum, { visitors }) => sum + visitors, 0),
    ...(described && { numbers: described }),
    top: top.map(([value, events]) => ({ value, events })),
    distinct: texts.size,
  };
}
