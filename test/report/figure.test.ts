import { describe, expect, it } from "vitest";
import {
  formatDifference,
  formatFigure,
  nameOfMetric,
  unitOfGate,
  unitOfMetric,
} from "../../src/report/figure.ts";

describe("unitOfGate", () => {
  it.each([
    { expression: "uncredited_rate < 1%", unit: "ratio" },
    { expression: "uncredited_rate<=0.05%", unit: "ratio" },
    { expression: "p99(time_to_credit) < 5s", unit: "ms" },
    { expression: "max(latency) <= 1m30s", unit: "ms" },
    { expression: "wait_p99(bank.risk) < 250us", unit: "ms" },
    { expression: "double_credited == 0", unit: "count" },
    { expression: "cause(bank-delay) < 5", unit: "count" },
    { expression: "queue_mean(bank.risk) < 1.5", unit: "count" },
  ])("the observed of $expression is a $unit", ({ expression, unit }) => {
    expect(unitOfGate(expression)).toBe(unit);
  });
});

describe("unitOfMetric and nameOfMetric", () => {
  it.each([
    { metric: "uncreditedRatio", unit: "ratio", name: "uncredited rate" },
    { metric: "timeToCreditMs.p99", unit: "ms", name: "time to credit p99" },
    { metric: "latencyP50Ms", unit: "ms", name: "latency p50" },
    { metric: "lost", unit: "count", name: "lost" },
    { metric: "attemptsPerSecond", unit: "per-second", name: "attempts" },
  ])("$metric is `$name`, a $unit", ({ metric, unit, name }) => {
    expect(unitOfMetric(metric)).toBe(unit);
    expect(nameOfMetric(metric)).toBe(name);
  });
});

describe("formatDifference", () => {
  it.each([
    { unit: "ratio", value: -0.162, text: "−16.2 points", why: "shares differ by points" },
    { unit: "ms", value: 1.2, text: "+1.2 ms", why: "more is marked as more" },
    { unit: "count", value: 0, text: "0", why: "none has no sign" },
    { unit: "ms", value: null, text: "–", why: "nothing was measured" },
  ] as const)("$value $unit reads $text: $why", ({ unit, value, text }) => {
    expect(formatDifference(unit, value)).toBe(text);
  });
});

it("formatFigure writes each unit", () => {
  expect(formatFigure("per-second", 81.25)).toBe("81.3/s");
  expect(formatFigure("count", 1_305)).toBe("1,305");
});
