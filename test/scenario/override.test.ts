import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/kernel/errors.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import type { Override } from "../../src/scenario/override.ts";

const text = `name: plain
duration: 10s
traffic: { asks: { calls: bank.serve, arrivals: { poisson: { rate: 10/s } } } }
services:
  bank:
    stages: { serve: { workers: 2, time: 5ms, queue: 10 } }
    operations: { serve: [serve] }
gates: [ "utilisation(bank.serve) < 90%" ]
variants:
  more: { services.bank.stages.serve.workers: 4 }
`;
const loaded = parseScenario(text, "plain.yaml");
const more = loaded.variants[0] ?? loaded.baseline;

function overridden(...values: readonly (readonly [string, Override["value"]])[]) {
  const overrides = values.map(([path, value], index) => ({
    ...{ path, value, source: `--vary ${index + 1}` },
  }));
  return (of = loaded.baseline) => loaded.override(of, overrides);
}

describe("a case with other values", () => {
  it("is the one that its file would have made", () => {
    const found = overridden(
      ["services.bank.replicas", 3],
      ["traffic.asks.arrivals.poisson.rate", "80/s"],
    )();
    const written = text
      .replace("rate: 10/s", "rate: 80/s")
      .replace("  bank:", "  bank:\n    replicas: 3");
    expect(found).toEqual(parseScenario(written, "plain.yaml").baseline);
    expect(found.name).toBe("baseline");
    expect(loaded.baseline.scenario.services.bank?.replicas).toBe(1);
  });

  it("may be a variant, and lose a key", () => {
    const found = overridden(["services.bank.stages.serve.queue", null])(more);
    expect(found.name).toBe("more");
    expect(found.scenario.services.bank?.stages.serve).toMatchObject({ workers: 4 });
    expect(found.scenario.services.bank?.stages.serve?.queue).toBeUndefined();
  });

  it.each([
    {
      why: "a path that hits nothing",
      path: "services.bnak.replicas",
      value: 2,
      says: "--vary 1: services.bnak.replicas: this hits nothing, services has no bnak",
      hint: "write services.bank.replicas",
    },
    {
      why: "a key that nobody knows",
      path: "services.bank.replica",
      value: 2,
      says: "--vary 1: services.bank.replica: services.bank knows no key replica",
      hint: "write services.bank.replicas",
    },
    {
      why: "a value without its unit",
      path: "services.bank.stages.serve.time",
      value: 20,
      says: "--vary 1: services.bank.stages.serve.time: expected a duration",
      hint: "write 20ms or 20s",
    },
    {
      why: "what every case shares",
      path: "duration",
      value: "20s",
      says: "--vary 1: duration: duration is the same in every variant",
      hint: "a scenario file of its own",
    },
    {
      why: "a gate that is none",
      path: "gates.0",
      value: "utilisation(bank.srve) < 90%",
      says: "--vary 1: gates.0: no stage is called bank.srve",
      hint: "write bank.serve",
    },
    {
      why: "what then is wrong elsewhere in the file",
      path: "services.bank.stages.other",
      value: null,
      says: "--vary 1: services.bank.stages.other: this hits nothing",
      hint: "remove the patch",
    },
  ])("is refused for $why", ({ path, value, says, hint }) => {
    const make = overridden([path, value]);
    expect(make).toThrow(UsageError);
    expect(make).toThrow(says);
    expect(make).toThrow(hint);
  });

  it("tells which of several values is wrong, and where the file is at odds with one", () => {
    const second = overridden(
      ["services.bank.replicas", 2],
      ["services.bank.stages.serve.workers", 0],
    );
    expect(second).toThrow("--vary 2: services.bank.stages.serve.workers");
    const closed = overridden(["traffic.asks.arrivals.closed", "soon"]);
    expect(closed).toThrow(
      /plain\.yaml:3:\d+: with traffic\.asks\.arrivals\.closed=soon: |--vary 1: /,
    );
  });
});
