import { build } from "hdr-histogram-js";
import { expect, it } from "vitest";
import { HdrCounts } from "../../src/record/hdr-counts.ts";
import { fc } from "../support/property.ts";

const value = fc.oneof(
  fc.nat(5_000),
  fc.nat(10_000_000),
  fc.integer({ min: 0, max: 7 * 86_400_000_000 }),
  // Where buckets begin and end.
  fc.tuple(fc.nat(39), fc.integer({ min: -1, max: 1 })).map(([k, by]) => Math.max(0, 2 ** k + by)),
);

// Goal: the buckets are those of the HDR histogram's own library. Method: the same samples in both;
// every rank gives the same value, here, merged, and after the way between processes.
it("counts as the library of HDR histograms does", () => {
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 200 }),
      fc.constantFrom(2 as const, 3 as const),
      (values, digits) => {
        const library = build({
          bitBucketSize: 32,
          autoResize: true,
          numberOfSignificantValueDigits: digits,
          useWebAssembly: false,
        });
        const whole = new HdrCounts(digits);
        const halves = [new HdrCounts(digits), new HdrCounts(digits)] as const;
        values.forEach((it, place) => {
          library.recordValue(it);
          whole.record(it);
          halves[place % 2 === 0 ? 0 : 1].record(it);
        });
        halves[0].add(HdrCounts.fromSparse(halves[1].toSparse(), digits));
        for (let rank = 1; rank <= values.length; rank += 1) {
          const expected = library.getValueAtPercentile((100 * (rank - 0.5)) / values.length);
          expect(whole.valueAt(rank)).toBe(expected);
          expect(halves[0].valueAt(rank)).toBe(expected);
        }
      },
    ),
    { numRuns: 200 },
  );
});
