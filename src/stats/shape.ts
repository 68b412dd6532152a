/** Name of the column that says what the others are. */
export const SHAPE = "shape";

/** What is known of one shard of a segment without reading its columns. */
export interface Shape {
  /** How columns lie: 2 leaves out what follows from others; 1 if it is not said. */
  readonly layout?: 2;
  /** Term of the name of page views, in layout 2. */
  readonly viewTerm?: number;
  readonly sessions: number;
  readonly events: number;
  readonly from: number;
  readonly until: number;
  /** Columns in which all is alike, with the value (of terms: the term); they are not stored. */
  readonly alike: Readonly<Record<string, number>>;
  /** Keys of the properties that have a column of their own. */
  readonly properties: readonly string[];
  /** Whether there are others, in a column together. */
  readonly seldom: boolean;
}

export const shapeText = (shape: Shape): string => JSON.stringify(shape);

export const parseShape = (text: string): Shape => JSON.parse(text) as Shape;
