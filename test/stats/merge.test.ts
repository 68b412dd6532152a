import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { chooseMerge, type Mergeable } from "../../src/stats/merge.ts";

const segment = (id: number, events: number, superseded = 0): Mergeable => ({
  id,
  events,
  sessions: Math.ceil(events / 4),
  superseded,
});

describe("chooseMerge()", () => {
  test("takes neighbours that double together, and leaves a large one beside a small one", () => {
    expect(chooseMerge([segment(1, 400_000), segment(2, 3000), segment(3, 3000)])).toEqual([2, 3]);
    expect(chooseMerge([segment(1, 400_000), segment(2, 3000)])).toEqual([]);
  });

  test("makes none larger than a million", () => {
    const all = [1, 2, 3, 4].map((id) => segment(id, 400_000));

    expect(chooseMerge(all)).toEqual([1, 2]);
  });

  test("has a segment written anew when many of its copies are replaced", () => {
    expect(chooseMerge([segment(1, 400_000), segment(2, 4000, 101)])).toEqual([2]);
    expect(chooseMerge([segment(1, 400_000), segment(2, 4000, 100)])).toEqual([]);
  });

  test("rewrites an event some log n times, whatever the sizes, and leaves few segments", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 200 }),
        (sizes) => {
          let all: Mergeable[] = [];
          let written = 0;
          let lastId = 0;
          for (const size of sizes) {
            all.push(segment((lastId += 1), size));
            for (let ids = chooseMerge(all); ids.length > 0; ids = chooseMerge(all)) {
              const merged = all.filter(({ id }) => ids.includes(id));
              const events = merged.reduce((sum, each) => sum + each.events, 0);
              written += events;
              const place = all.indexOf(merged[0]!);
              all = all.filter(({ id }) => !ids.includes(id));
              all.splice(place, 0, segment((lastId += 1), events));
            }
          }
          const total = sizes.reduce((sum, size) => sum + size, 0);
          // Each rewriting at least doubles the segment an event is in.
          expect(written / total).toBeLessThanOrEqual(Math.log2(total) + 1);
          expect(all.length).toBeLessThanOrEqual(2 * Math.log2(total) + 2);
        },
      ),
    );
  });
});
