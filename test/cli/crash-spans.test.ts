import { describe, expect, it } from "vitest";
import { crashSpans } from "../../src/cli/crash-spans.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { smallChain } from "../support/worlds.ts";

describe("crashSpans", () => {
  const kills = (faults: string, window = { fromMs: 0, toMs: 12_000 }) => {
    const { scenario } = parseScenario(smallChain({ faults }), "test.yaml").baseline;
    return crashSpans(scenario, { scenarioMs: 12_000, ...window });
  };
  const spans = (faults: string, window?: { fromMs: number; toMs: number }) =>
    kills(faults, window).map(({ fromMs, toMs }) => [fromMs, toMs]);

  it("leaves out from one second before a kill to three after its end", () => {
    expect(kills('faults: [{ at: 4s, for: 2s, on: "bank#1", down: crash }]')).toEqual([
      { why: "bank#1 killed and restarted", fromMs: 3_000, toMs: 9_000 },
    ]);
  });

  it.each([
    { why: "nothing for a fault that kills nobody", on: "bank", down: "hang", are: [] },
    {
      why: "both replicas of a service as one",
      on: "operator",
      down: "crash",
      are: [[3_000, 9_000]],
    },
  ])("leaves out $why", ({ on, down, are }) => {
    expect(spans(`faults: [{ at: 4s, for: 2s, on: ${on}, down: ${down} }]`)).toEqual(are);
  });

  it("takes two kills that touch as one, and names both", () => {
    const faults =
      'faults: [{ at: 2s, for: 1s, on: bank, down: crash }, { at: 6s, for: 1s, on: "operator#2", down: crash }]';
    expect(kills(faults)).toEqual([
      { why: "bank#1, operator#2 killed and restarted", fromMs: 1_000, toMs: 10_000 },
    ]);
  });

  it("counts from the window, and ends with it", () => {
    const faults = "faults: [{ at: 4s, for: 2s, on: bank, down: crash }]";
    expect(spans(faults, { fromMs: 3_500, toMs: 8_000 })).toEqual([[0, 4_500]]);
  });
});
