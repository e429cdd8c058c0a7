import { describe, expect, it } from "vitest";
import { curve, tickStepMs, timeChart } from "../../src/report/time-chart.ts";

const span = { fromMs: 0, toMs: 60_000, bucketMs: 1_000 };
const points = (...values: readonly (number | null)[]) =>
  values.map((y, index) => ({ x: index * 1_000, y }));

describe("timeChart", () => {
  it("takes a log scale only where values lie far apart, and says so", () => {
    const chart = (most: number) =>
      timeChart({
        span,
        unit: "ms",
        yTitle: "latency",
        datasets: [curve("p99", "--line-0", points(100, 0, most))],
        bands: [],
        mayBeLog: true,
      });
    const near = chart(900).config.options.scales.y;
    expect(near).toMatchObject({ type: "linear", min: 0, title: { text: "latency" } });
    const far = chart(9_000).config;
    expect(far.options.scales.y).toMatchObject({
      type: "logarithmic",
      title: { text: "latency, log scale" },
    });
    expect(far.data.datasets[0]?.data[1]).toEqual({ x: 1_000, y: 0.01 }); // Not a gap.
  });
});

describe("curve", () => {
  it("marks a lone value with a dot, which no line would show", () => {
    const { pointRadius } = curve("p50", "--line-0", points(1, 2, null, 3, null));
    expect(pointRadius).toEqual([0, 0, 0, 2, 0]);
  });

  it("has no dots where the line shows everything", () => {
    expect(curve("p50", "--line-0", points(1, 2, null, 3, 4)).pointRadius).toBe(0);
  });
});

describe("tickStepMs", () => {
  it.each([
    { lengthMs: 20_000, stepMs: 2_000 },
    { lengthMs: 240_000, stepMs: 30_000 },
    { lengthMs: 1_200_000, stepMs: 120_000 },
    { lengthMs: 86_400_000, stepMs: 10_800_000 },
    { lengthMs: 864_000_000, stepMs: 86_400_000 },
  ])("$lengthMs ms are read in steps of $stepMs ms", ({ lengthMs, stepMs }) => {
    expect(tickStepMs(lengthMs)).toBe(stepMs);
  });
});
