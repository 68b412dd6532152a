import {
  EVENT_TERMS,
  SESSION_TERMS,
  type Block,
  type EventTerm,
  type PropertyColumn,
  type SessionNumbers,
  type SessionTerm,
  type TermColumn,
} from "./block.ts";
import { createByteWriter, type ByteWriter } from "./bytes.ts";
import { writeNumbers } from "./codec.ts";
import { sessionSteps } from "./derived-columns.ts";
import { writeProperties, writeProperty } from "./property-codec.ts";
import { shapeText, SHAPE, type Shape } from "./shape.ts";
import { writeFollowing, writeTerms } from "./term-codec.ts";

/** Of the segments written now. Each released one must stay readable. */
export const FORMAT = 2;
/** Those that can be read: 1 leaves nothing out that follows from other columns, but titles. */
export const KNOWN_FORMATS: ReadonlySet<number> = new Set([1, FORMAT]);

/** One blob of a segment, as it is stored. */
export interface EncodedColumn {
  readonly name: string;
  readonly data: Uint8Array;
  /** CRC-32 of the data. */
  readonly checksum: number;
}

/** Column of the properties that occur seldom, all together. */
export const SELDOM = "seldom";
/** Fewer events than this, and a column of its own would be smaller than its row. */
const SELDOM_EVENTS = 100;

export const propertyColumn = (key: string): string => `p:${key}`;

/** Columns that rise, or may be stored as steps. */
const RISING: ReadonlySet<string> = new Set(["visitor", "offset"]);

/**
 * Encodes a block: the columns of one shard of a segment.
 *
 * A column in which all is alike is not stored: the shape says its value. Sessions of the block
 * that count no more are stored like the others; they are to be left out before.
 *
 * @param viewTerm Term of the name of page views; 0 if the site has none.
 */
export function encodeBlock(block: Block, viewTerm: number): EncodedColumn[] {
  const columns: EncodedColumn[] = [];
  const alike: Record<string, number> = {};
  const put = (name: string, write: (writer: ByteWriter) => void) => {
    const writer = createByteWriter();
    write(writer);
    columns.push(encoded(name, writer.done()));
  };
  const putTerms = (name: string, column: TermColumn, leading?: TermColumn) => {
    if (isAlike(column.codes)) alike[name] = column.terms[column.codes[0] ?? 0]!;
    else if (leading) put(name, (writer) => writeFollowing(writer, column, leading));
    else put(name, (writer) => writeTerms(writer, column));
  };
  const putNumbers = (name: string, values: ArrayLike<number>) => {
    if (isAlike(values)) alike[name] = values[0] ?? 0;
    else put(name, (writer) => writeNumbers(writer, values, RISING.has(name)));
  };

  const since = block.sessionNumbers("since");
  const started = Float64Array.from(since, (ms) => block.from + ms);
  for (const name of SESSION_NUMBERS) putNumbers(name, block.sessionNumbers(name));
  putNumbers(STARTED, started);
  putNumbers("session", sessionSteps(block.sessionNumbers("session"), since));
  for (const name of SESSION_TERMS) {
    if (name === "entryPage" || name === "exitPage") continue;
    putTerms(name, block.terms(name), leadingOf(block, name));
  }
  putNumbers("after", waits(block));
  putNumbers("engaged", block.eventNumbers("engaged"));
  putNumbers("scroll", block.eventNumbers("scroll"));
  for (const name of EVENT_TERMS) {
    putTerms(name, block.terms(name), leadingOf(block, name));
  }
  const { frequent, seldom } = propertiesOf(block);
  for (const [key, column] of frequent) {
    put(propertyColumn(key), (writer) => writeProperty(writer, column));
  }
  if (seldom.size > 0) put(SELDOM, (writer) => writeProperties(writer, seldom));

  const shape: Shape = {
    layout: 2,
    viewTerm,
    sessions: block.sessions,
    events: block.events,
    from: block.from,
    until: block.until,
    alike,
    properties: [...frequent.keys()],
    seldom: seldom.size > 0,
  };
  return [encoded(SHAPE, new TextEncoder().encode(shapeText(shape))), ...columns];
}

/** Epoch ms; in a block it is told from the first event on. */
export const STARTED = "started";

/** Columns of terms that follow from another, as a region does from its city. */
export const LEADING: Readonly<Partial<Record<string, SessionTerm | EventTerm>>> = {
  title: "page",
  region: "city",
};

const leadingOf = (block: Block, name: string): TermColumn | undefined => {
  const leading = LEADING[name];
  return leading && block.terms(leading);
};

const SESSION_NUMBERS: readonly (keyof SessionNumbers)[] = [
  "visitor",
  "duration",
  "offset",
  "views",
  "bounce",
  "isNew",
  "screen",
];

const encoded = (name: string, data: Uint8Array): EncodedColumn => ({
  name,
  data,
  checksum: Bun.hash.crc32(data),
});

function isAlike(values: ArrayLike<number>): boolean {
  for (let index = 1; index < values.length; index += 1) {
    if (values[index] !== values[0]) return false;
  }
  return true;
}

/** Times since the event before, without the first of each session, which is always 0. */
function waits(block: Block): Uint32Array {
  const after = block.eventNumbers("after");
  const offset = block.sessionNumbers("offset");
  const found = new Uint32Array(block.events - block.sessions);
  let at = 0;
  for (let session = 0; session < block.sessions; session += 1) {
    for (let event = offset[session]! + 1; event < offset[session + 1]!; event += 1) {
      found[at] = after[event]! - after[event - 1]!;
      at += 1;
    }
  }
  return found;
}

function propertiesOf(block: Block) {
  const frequent = new Map<string, PropertyColumn>();
  const seldom = new Map<string, PropertyColumn>();
  for (const key of block.propertyKeys()) {
    const column = block.property(key)!;
    const events = column.numbers.at.length + column.others.at.length;
    // The name of a column is stored as UTF-8, in which two odd keys may become the same one.
    const isOdd = !key.isWellFormed() || key.includes("\0");
    (events < SELDOM_EVENTS || isOdd ? seldom : frequent).set(key, column);
  }
  return { frequent, seldom };
}
