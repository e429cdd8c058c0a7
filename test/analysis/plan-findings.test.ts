import { describe, expect, it } from "vitest";
import { fewSampleDoubts } from "../../src/analysis/plan-findings.ts";
import { parseGate } from "../../src/scenario/gate-expression.ts";

function gate(text: string) {
  const parsed = parseGate(text);
  if (!parsed.ok) throw new Error(parsed.what);
  return parsed.gate;
}

describe("a plan doubts a percentile of short runs", () => {
  it.each([
    { text: "p999(latency) < 1s", count: 300, doubted: "a run has 300 activations, 0.3 beyond it" },
    { text: "p99(time_to_credit) < 1s", count: 1_999, doubted: "1999 activations, 20 beyond it" },
    { text: "p99(latency) < 1s", count: 2_000, doubted: null },
    { text: "p50(latency) < 1s", count: 40, doubted: null },
    { text: "mean(latency) < 1s", count: 1, doubted: null },
    { text: "uncredited_rate < 1%", count: 1, doubted: null },
  ])("$text of $count: $doubted", ({ text, count, doubted }) => {
    const found = fewSampleDoubts([gate(text)], count);
    expect(found).toHaveLength(doubted === null ? 0 : 1);
    if (doubted !== null) expect(found[0]).toContain(doubted);
  });
});
