import { describe, expect, it } from "vitest";
import { type PrecisionFlags, readPrecision } from "../../src/cli/precision.ts";
import { parseScenario } from "../../src/scenario/loader.ts";

const scenario = (gates: string) => `
name: queue
duration: 1m
traffic: { asks: { calls: bank.serve, arrivals: { poisson: { rate: 20/s } } } }
services:
  bank:
    stages: { serve: { workers: 1, time: { exponential: { mean: 25ms } } } }
    operations: { serve: [serve] }
gates: [ ${gates} ]
`;

function read(flags: Partial<PrecisionFlags>, gates = "mean(latency) < 1s") {
  return readPrecision({ seeds: 1, ...flags }, [
    parseScenario(scenario(gates), "it.yaml").baseline,
  ]);
}

describe("readPrecision", () => {
  it("asks for the first gate's figure, with ten seeds at first and 200 at most", () => {
    expect(read({ precision: "2%" })).toMatchObject({
      metric: { name: "mean(latency)" },
      ...{ targetRatio: 0.02, firstCount: 10, maxCount: 200 },
    });
    expect(read({ precision: "2%" }, "")?.metric.name).toBe("p99(latency)");
  });

  it("takes another figure, another first stage, another end", () => {
    const flags = { precision: "0.5%", of: "wait_p99( bank.serve )", seeds: 30, "max-seeds": 25 };
    expect(read(flags)).toMatchObject({
      metric: { name: "wait_p99(bank.serve)" },
      ...{ targetRatio: 0.005, firstCount: 25, maxCount: 25 },
    });
  });

  it("wants nothing where nothing is asked for", () => {
    expect(read({})).toBeNull();
  });

  it.each([
    { flags: { precision: "0%" }, what: "--precision 0%: expected a share above 0%, up to 100%" },
    { flags: { precision: "5" }, what: "--precision 5: expected a share above 0%" },
    { flags: { of: "lost" }, what: "--of says more about --precision" },
    { flags: { "max-seeds": 20 }, what: "--max-seeds says more about --precision" },
    { flags: { precision: "5%", of: "p99(lateny)" }, what: "write latency" },
    { flags: { precision: "5%", of: "p99(latency) < 1s" }, what: "expected the end of the figure" },
    { flags: { precision: "5%", of: "wait_mean(bank.x)" }, what: "no stage is called bank.x" },
    { flags: { precision: "5%", "max-seeds": 1 }, what: "from 2 to 1000" },
  ])("refuses $flags", ({ flags, what }) => {
    expect(() => read(flags)).toThrow(what);
  });
});
