/** What a cell may hold; `null` and `undefined` make it empty. */
export type CsvValue = string | number | boolean | null | undefined;

/** What makes a spreadsheet take a cell for a formula, also in the wide forms of East Asian keyboards. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** A semicolon is the separator of half the world's spreadsheets, and a tab that of a paste. */
const NEEDS_QUOTES = /[",;\t\r\n]/;

/**
 * One line of CSV, with its end.
 *
 * Recorded text comes from strangers, and a spreadsheet runs a cell that begins with `=`. Such
 * text gets an apostrophe in front, which spreadsheets hide. Numbers are written as they are:
 * `-5` is no formula. A number that is none (infinite, not a number) is an empty cell.
 *
 * @see RFC 4180.
 * @see OWASP, CSV Injection.
 */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(csvCell).join(",")}\r\n`;
}

/** A whole table: the names of the columns, then the rows. */
export function csvText(columns: readonly string[], rows: Iterable<readonly CsvValue[]>): string {
  let text = csvLine(columns);
  for (const row of rows) text += csvLine(row);
  return text;
}

/** What a download of CSV is answered with; `name` without its ending. */
export function csvHeaders(name: string): Record<string, string> {
  const file = name.replaceAll(/[^\w.-]+/g, "-");
  return {
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition": `attachment; filename="${file}.csv"`,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
}

function csvCell(value: CsvValue): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  if (typeof value === "boolean") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
