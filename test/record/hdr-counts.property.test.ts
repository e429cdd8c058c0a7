import { build, type Histogram } from "hdr-histogram-js";
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

function libraryOf(digits: 2 | 3, values: readonly number[]): Histogram {
  const histogram = build({
    bitBucketSize: 32,
    autoResize: true,
    numberOfSignificantValueDigits: digits,
    useWebAssembly: false,
  });
  for (const it of values) histogram.recordValue(it);
  return histogram;
}

// Goal: the buckets are those of the HDR histogram's own library. Method: the same samples in both;
// every rank gives a value of the same bucket (the library: its greatest), here, merged, and after the
// way between processes.
it("counts as the library of HDR histograms does", () => {
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 200 }),
      fc.constantFrom(2 as const, 3 as const),
      (values, digits) => {
        const library = libraryOf(digits, values);
        const whole = new HdrCounts(digits);
        const halves = [new HdrCounts(digits), new HdrCounts(digits)] as const;
        values.forEach((it, place) => {
          whole.record(it);
          halves[place % 2 === 0 ? 0 : 1].record(it);
        });
        halves[0].add(HdrCounts.fromSparse(halves[1].toSparse(), digits));
        for (let rank = 1; rank <= values.length; rank += 1) {
          const expected = library.getValueAtPercentile((100 * (rank - 0.5)) / values.length);
          const found = whole.valueAt(rank);
          expect(libraryOf(digits, [found]).getValueAtPercentile(50)).toBe(expected);
          expect(halves[0].valueAt(rank)).toBe(found);
        }
      },
    ),
    { numRuns: 200 },
  );
});

// Goal: a bucket says as much as it can. Method: samples evenly over a span; what is told lies no further
// from each than the samples from each other, where a bucket's edge would be off by its whole width.
it("takes the samples of a bucket as spread evenly over it", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_024, max: 1_000_000_000 }),
      fc.integer({ min: 1, max: 30 }),
      (start, step) => {
        const counts = new HdrCounts(2);
        const values = Array.from({ length: 500 }, (_, place) => start + place * step);
        for (const it of values) counts.record(it);
        // Of the first bucket and the last only a part is filled.
        const width = start / 64;
        values.forEach((it, place) => {
          if (it - start < width || start + 500 * step - it < 2 * width) return;
          expect(Math.abs(counts.valueAt(place + 1) - it)).toBeLessThanOrEqual(2 * step);
        });
      },
    ),
    { numRuns: 200 },
  );
});
