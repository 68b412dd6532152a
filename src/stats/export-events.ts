import { exportHead, exportLines, type ExportFormat } from "./export-format.ts";
import type { Happening, Stretch } from "./question.ts";
import type { Stats } from "./stats.ts";

export interface EventExport {
  readonly siteId: number;
  readonly domain: string;
  readonly period: Stretch;
  readonly format: ExportFormat;
  /** Ends it when nobody reads any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Begins to export every event of a period, also those without a definition.
 *
 * It is known that it can be done before the first piece is asked for, so that a refusal can
 * still be answered as one.
 *
 * @returns Pieces of text, made as they are taken; `return` ends the work.
 * @throws {Refusal} `limited`, if too many exports run; `unavailable`, if data is damaged.
 */
export async function exportEvents(
  stats: Pick<Stats, "stream">,
  { siteId, domain, period, format, signal }: EventExport,
): Promise<AsyncGenerator<string, void>> {
  const question = { siteIds: [siteId], period, zone: "UTC", all: true };
  const batches = stats.stream(question, signal);
  const first = await batches.next();
  const linesOf = (batch: readonly Happening[]) => exportLines(format, domain, batch);
  const made = pieces(batches, first, exportHead(format), linesOf);
  // A generator that was never begun has no end either, and would leave the thread behind.
  await made.next();
  return made;
}

async function* pieces(
  batches: AsyncGenerator<readonly Happening[], void>,
  first: IteratorResult<readonly Happening[], void>,
  head: string,
  linesOf: (batch: readonly Happening[]) => string,
): AsyncGenerator<string, void> {
  try {
    yield "";
    if (head !== "") yield head;
    for (let step = first; !step.done; step = await batches.next()) yield linesOf(step.value);
  } finally {
    await batches.return();
  }
}
