/**
 * Makes a text of a stranger one that can be stored, and found again by itself.
 *
 * Half a surrogate pair cannot be stored as UTF-8, and a NUL ends a text for the database: what
 * is stored would differ from what was sent. Cutting makes such halves, so it comes first.
 * Control characters are nobody's text.
 *
 * @param longest In UTF-16 code units.
 */
export function cleanText(input: string, longest: number): string {
  const cut = input.length > longest ? input.slice(0, longest) : input;
  // eslint-disable-next-line no-control-regex
  return cut.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "");
}
