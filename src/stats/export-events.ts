import { exportHead } from "./export-format.ts";
import type { Stats } from "./stats.ts";
import type { ExportQuestion } from "./streams.ts";

/**
 * Begins to export every event of a period, also those without a definition.
 *
 * It is known that it can be done before the first piece is asked for, so that a refusal can
 * still be answered as one.
 *
 * @param signal Ends it when nobody reads any more.
 * @returns Pieces of text, made as they are taken; `return` ends the work.
 * @throws {Refusal} `limited`, if too many exports run; `unavailable`, if data is damaged.
 */
export async function exportEvents(
  stats: Pick<Stats, "stream">,
  question: Omit<ExportQuestion, "zone" | "filter" | "all">,
  signal?: AbortSignal,
): Promise<AsyncGenerator<string | Uint8Array, void>> {
  const lines = stats.stream({ ...question, zone: "UTC", all: true }, signal);
  const first = await lines.next();
  const made = pieces(lines, first, exportHead(question.format));
  // A generator that was never begun has no end either, and would leave the thread behind.
  await made.next();
  return made;
}

async function* pieces(
  lines: AsyncGenerator<Uint8Array, void>,
  first: IteratorResult<Uint8Array, void>,
  head: string,
): AsyncGenerator<string | Uint8Array, void> {
  try {
    yield "";
    if (head !== "") yield head;
    for (let step = first; !step.done; step = await lines.next()) yield step.value;
  } finally {
    await lines.return();
  }
}
