/** A segment that cannot be read, or not all of it; other segments and columns are not touched. */
export class DamagedSegment extends Error {
  override readonly name = "DamagedSegment";

  /** @param what For example `is damaged in column page`. */
  constructor(
    readonly segmentId: number,
    readonly column: string,
    what: string,
    span: { readonly from: number; readonly until: number },
    options?: ErrorOptions,
  ) {
    super(`Segment ${segmentId} (${daysOf(span)}) ${what}`, options);
  }
}

/** A segment was merged or erased after its metadata were read: the whole question is to be asked anew. */
export class SegmentGone extends Error {
  override readonly name = "SegmentGone";

  constructor(readonly segmentId: number) {
    super(`Segment ${segmentId} was replaced while it was read`);
  }
}

function daysOf({ from, until }: { readonly from: number; readonly until: number }): string {
  // Made when it is needed, which is seldom: it takes longer than a worker to start.
  const day = new Intl.DateTimeFormat("en-GB", {
    timeZone: "UTC",
    day: "numeric",
    month: "long",
    year: "numeric",
  });
  return day.formatRange(from, Math.max(from, until - 1)).replace(/\s*–\s*/u, " to ");
}
