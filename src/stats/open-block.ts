import type { Connection } from "../store/connection.ts";
import {
  EVENT_TERMS,
  type Block,
  type EventNumbers,
  type PropertyColumn,
  type SessionNumbers,
  type TermColumn,
} from "./block.ts";
import { createByteReader } from "./bytes.ts";
import { ownBytes, type Numbers } from "./codec.ts";
import type { ColumnCache } from "./column-cache.ts";
import { DamagedSegment } from "./damaged-segment.ts";
import {
  decodeAfter,
  decodeAfterOf,
  decodeLazily,
  decodeNumbers,
  decodeSince,
  decodeSteps,
  decodeTerms,
  decodeTermsLazily,
  type Stored,
} from "./decode-column.ts";
import { entryPages, exitPages, sessionIds } from "./derived-columns.ts";
import { propertyBytes, readProperties, readProperty, type Properties } from "./property-codec.ts";
import { columnReader, damaged, type ReadColumn, type SegmentRow } from "./read-column.ts";
import { KNOWN_FORMATS, LEADING, propertyColumn, SELDOM, STARTED } from "./segment.ts";
import { parseShape, SHAPE, type Shape } from "./shape.ts";

/** What a stored block is read with. */
export interface Reading {
  readonly connection: Connection;
  readonly cache: ColumnCache;
}

/**
 * Opens one shard of a segment as a block; columns are read when they are first asked for.
 *
 * A shape that cannot be read is no reason to refuse a report of other days: the block then
 * covers all of the segment's time, and refuses when it is asked for a column.
 *
 * @returns `undefined` if the shard has no sessions.
 * @throws {SegmentGone} if the segment was replaced meanwhile; so does every use of the block.
 *   Of a damaged one only its use throws: {@link DamagedSegment}.
 */
export function openBlock(
  { connection, cache }: Reading,
  segment: SegmentRow,
  shard: number,
): Block | undefined {
  const read = columnReader(connection, segment, shard);
  try {
    if (!KNOWN_FORMATS.has(segment.format)) {
      const what = `has format ${segment.format}, which this version of Footfall does not know`;
      throw damaged(segment, "", what);
    }
    return blockIn(cache, read);
  } catch (error) {
    if (error instanceof DamagedSegment) return damagedBlock(segment, error);
    throw error;
  }
}

/**
 * Makes a block of encoded columns, wherever they are.
 *
 * @returns `undefined` if it has no sessions.
 */
export function blockIn(cache: ColumnCache, read: ReadColumn): Block | undefined {
  const shape = read(SHAPE, (data) => parseShape(new TextDecoder().decode(data)));
  if (shape.sessions === 0) return undefined;
  const columns = cache.open();
  const take: Take = (name, decode, bytesOf, lazyName) =>
    columns.take(lazyName ?? name, () => {
      const alike = shape.alike[name];
      const isLazy = lazyName !== undefined;
      const value =
        alike === undefined ? read(name, (data) => decode({ data }), isLazy) : decode({ alike });
      return { value, sizeBytes: bytesOf(value) };
    });
  const derive: Derive = (name, make, bytesOf) =>
    columns.take(name, () => {
      const value = make();
      return { value, sizeBytes: bytesOf(value) };
    });
  return shape.layout === 2
    ? leanBlock(storedBlock(shape, take, derive), shape, take, derive)
    : storedBlock(shape, take, derive);
}

/**
 * Decodes a column, or finds it in the cache.
 *
 * @param lazyName Name in the cache of what goes on looking at the data.
 */
type Take = <T>(
  name: string,
  decode: (stored: Stored) => T,
  bytesOf: (value: T) => number,
  lazyName?: string,
) => T;

/** Makes a column of others, or finds it in the cache. */
type Derive = <T>(name: string, make: () => T, bytesOf: (value: T) => number) => T;

const sizeOf = ({ sizeBytes }: { readonly sizeBytes: number }): number => sizeBytes;

function storedBlock(shape: Shape, take: Take, derive: Derive): Block {
  const { sessions, events, from, until } = shape;
  const sessionNumbers = <N extends keyof SessionNumbers>(name: N): SessionNumbers[N] => {
    const length = sessions + Number(name === "offset");
    const decode = (stored: Stored): Numbers =>
      name === "since" ? decodeSince(stored, shape) : decodeNumbers(name, stored, length);
    const column = take(name === "since" ? STARTED : name, decode, ownBytes);
    return column as SessionNumbers[typeof name];
  };
  const eventNumbers = <N extends keyof EventNumbers>(name: N): EventNumbers[N] => {
    const decode = (stored: Stored) =>
      name === "after"
        ? decodeAfter(stored, sessionNumbers("offset"), shape)
        : decodeNumbers(name, stored, events);
    return take(name, decode, ownBytes) as EventNumbers[N];
  };
  // Most questions ask whether all its events count, which the dictionary alone tells.
  const lazyNames = () =>
    take("name", (stored) => decodeTermsLazily(stored, events), sizeOf, "lazy name");
  /** As if it had been unpacked when it was read: then whoever reads says which segment it is of. */
  const orDamaged = (unpack: () => TermColumn["codes"]): TermColumn["codes"] => {
    try {
      return unpack();
    } catch (cause) {
      const fail = (): TermColumn["codes"] => {
        throw cause;
      };
      return take("name", fail, ownBytes);
    }
  };
  const names: TermColumn = {
    get terms() {
      return lazyNames().terms;
    },
    get codes() {
      return derive("name", () => orDamaged(lazyNames().codes), ownBytes);
    },
  };
  const terms: Block["terms"] = (name) => {
    if (name === "name") return names;
    const length = OF_EVENTS.has(name) ? events : sessions;
    const leading = shape.layout === 2 || name === "title" ? LEADING[name] : undefined;
    const follow = leading && (() => terms(leading));
    return take(name, (stored) => decodeTerms(stored, length, follow), termBytes);
  };
  return {
    sessions,
    events,
    from,
    until,
    skip: undefined,
    sessionNumbers,
    eventNumbers,
    afterOf: (places) =>
      decodeAfterOf(
        take("after", (stored) => decodeLazily(stored, events - sessions), sizeOf, "lazy after"),
        sessionNumbers("offset"),
        places,
      ),
    terms,
    ...propertiesIn(shape, take),
  };
}

/** A block of which some columns are not stored, since they follow from others. */
function leanBlock(block: Block, shape: Shape, take: Take, derive: Derive): Block {
  const { viewTerm = 0, sessions } = shape;
  const viewsOf = () => ({
    page: block.terms("page"),
    name: block.terms("name"),
    offset: block.sessionNumbers("offset"),
    viewTerm,
  });
  const steps = (stored: Stored) => decodeSteps(stored, sessions);
  return {
    ...block,
    sessionNumbers: (name) =>
      name === "session"
        ? (take(
            "session",
            (stored) => sessionIds(steps(stored), block.sessionNumbers("since")),
            ownBytes,
          ) as SessionNumbers[typeof name])
        : block.sessionNumbers(name),
    terms(name) {
      if (name === "entryPage") return derive(name, () => entryPages(viewsOf()), codeBytes);
      if (name === "exitPage") return derive(name, () => exitPages(viewsOf()), codeBytes);
      return block.terms(name);
    },
  };
}

/** Of a column that shares its dictionary with another. */
const codeBytes = ({ codes }: TermColumn): number => ownBytes(codes);

const OF_EVENTS: ReadonlySet<string> = new Set(EVENT_TERMS);

const termBytes = ({ codes, terms }: TermColumn): number => ownBytes(codes) + terms.byteLength;

function propertiesIn(shape: Shape, take: Take): Pick<Block, "propertyKeys" | "property"> {
  const { properties } = shape;
  const own = new Set(properties);
  const reader = (stored: Stored) => {
    if ("data" in stored) return createByteReader(stored.data);
    throw new TypeError("Properties are never all alike");
  };
  const seldom = (): Properties =>
    take(
      SELDOM,
      (stored) => readProperties(reader(stored)),
      (found) => [...found.values()].reduce((sum, column) => sum + propertyBytes(column), 0),
    );
  return {
    propertyKeys: () =>
      shape.seldom ? [...properties, ...seldom().keys()].toSorted() : properties,
    property(key): PropertyColumn | undefined {
      if (!own.has(key)) return shape.seldom ? seldom().get(key) : undefined;
      return take(propertyColumn(key), (stored) => readProperty(reader(stored)), propertyBytes);
    },
  };
}

function damagedBlock(segment: SegmentRow, error: DamagedSegment): Block {
  const refuse = (): never => {
    throw error;
  };
  return {
    sessions: segment.sessions,
    events: segment.events,
    from: segment.fromAt,
    until: segment.untilAt,
    skip: undefined,
    sessionNumbers: refuse,
    eventNumbers: refuse,
    afterOf: refuse,
    terms: refuse,
    propertyKeys: refuse,
    property: refuse,
  };
}
