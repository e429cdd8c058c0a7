import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/kernel/errors.ts";
import { parseScenario, type ScenarioCase } from "../../src/scenario/loader.ts";
import { lunchRush } from "./lunch-rush.ts";

const variantsOfDesign =
  "{ services.bank.replicas: 2, services.operator.stages.forward.call.balancer: least-requests }";

/** The one variant of the valid scenario, with other patches. */
function variantOf(patches: string): ScenarioCase {
  const { variants } = parseScenario(lunchRush.replace(variantsOfDesign, patches), "a.yaml");
  const [variant] = variants;
  if (variant === undefined) throw new Error("expected a variant");
  return variant;
}

function complaintOf(text: string): string {
  try {
    parseScenario(text, "a.yaml");
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "nothing";
}

const hashOf = (text: string): string => parseScenario(text, "a.yaml").hash;

describe("parseScenario", () => {
  it("reads the scenario of the design", () => {
    const { file, title, text, baseline, variants } = parseScenario(lunchRush, "a.yaml");
    expect({ file, title }).toEqual({
      file: "a.yaml",
      title: "Lunch rush while the bank's risk check slows",
    });
    expect(text).toBe(lunchRush);
    expect(baseline.name).toBe("baseline");
    expect(baseline.scenario).toMatchObject({
      duration: 1_200_000,
      promise: 30_000,
      drain: 60_000,
    });
    expect(baseline.scenario.services.bank?.rejects).toEqual({ "05": 0.02, "51": 0.01 });
    expect(baseline.gates.map((it) => it.limit)).toEqual([0.01, 5_000, 0]);
    expect(variants.map((it) => it.name)).toEqual(["second-bank"]);
    expect(variants[0]?.scenario.services.bank?.replicas).toBe(2);
    expect(baseline.scenario.services.bank?.replicas).toBe(1);
  });

  it("calls a scenario without a title by its name", () => {
    const text = lunchRush.replace(/^title.*\n/m, "");
    expect(parseScenario(text, "a.yaml").title).toBe("lunch-rush");
  });

  it("takes a byte order mark, and counts columns without it", () => {
    expect(hashOf(`\uFEFF${lunchRush}`)).toBe(hashOf(lunchRush));
    expect(complaintOf(`\uFEFF${lunchRush.replace("name:", "nme:")}`)).toMatch(/^a\.yaml:1:1: /);
  });

  it("takes Windows line ends", () => {
    const text = lunchRush.replaceAll("\n", "\r\n");
    expect(hashOf(text)).toBe(hashOf(lunchRush));
    expect(complaintOf(text.replace("slow: 3x", "slow: 3"))).toMatch(/^a\.yaml:37:45: /);
  });

  it("takes response codes as they are written, in quotes or without", () => {
    expect(hashOf(lunchRush.replace('"05"', "05"))).toBe(hashOf(lunchRush));
  });

  it("takes aliases of whole values", () => {
    const text = lunchRush.replace("time: 2ms", "time: &short 2ms");
    const { baseline } = parseScenario(text.replace("time: 5ms", "time: *short"), "a.yaml");
    expect(baseline.scenario.services.bank?.stages.post?.time).toBe(2);
  });
});

describe("the hash", () => {
  it.each([
    { why: "a comment", from: "# virtual;", to: "# in virtual time;" },
    { why: "the spelling of a duration", from: "duration: 20m", to: "duration: 1200s" },
    {
      why: "the order of the keys",
      from: "{ wait: 8s, retries: 2 }",
      to: "{ retries: 2, wait: 8s }",
    },
    { why: "a default that is left out", from: "replicas: 1\n    stages:", to: "stages:" },
    { why: "a default that is written out", from: "promise: 30s", to: "promise: 30s\ndrain: 1m" },
  ])("does not change with $why", ({ from, to }) => {
    expect(lunchRush).toContain(from);
    expect(hashOf(lunchRush.replace(from, to))).toBe(hashOf(lunchRush));
  });

  it.each([
    { why: "a value", from: "workers: 6,", to: "workers: 7," },
    { why: "the seed", from: "lunch-2026", to: "lunch-2027" },
    { why: "a patch", from: "services.bank.replicas: 2", to: "services.bank.replicas: 3" },
    { why: "a variant's name", from: "second-bank", to: "another-bank" },
    { why: "a gate", from: "< 5s", to: "< 6s" },
  ])("changes with $why", ({ from, to }) => {
    expect(lunchRush).toContain(from);
    expect(hashOf(lunchRush.replace(from, to))).not.toBe(hashOf(lunchRush));
  });
});

describe("a variant", () => {
  it("can replace a value deep in a distribution", () => {
    const { scenario } = variantOf("{ services.bank.stages.risk.time.lognormal.median: 30ms }");
    const time = scenario.services.bank?.stages.risk?.time;
    expect(time).toEqual({ lognormal: { median: 30, p99: 200 } });
  });

  it("can add a stage and use it", () => {
    const { scenario } = variantOf(
      "{ services.bank.stages.audit: { workers: 2, time: 1ms }," +
        " services.bank.operations.activate: [identity, risk, audit, post] }",
    );
    expect(scenario.services.bank?.stages.audit?.workers).toBe(2);
  });

  it("can patch within what an earlier patch brought", () => {
    const { scenario } = variantOf(
      "{ services.bank.stages.audit: { workers: 2 }, services.bank.stages.audit.workers: 3 }",
    );
    expect(scenario.services.bank?.stages.audit?.workers).toBe(3);
  });

  it("can patch an item of a list, or add one", () => {
    const { scenario } = variantOf(
      "{ faults.0.slow: 5x, faults.1: { at: 1m, on: bank#1, down: hang } }",
    );
    expect(scenario.faults.map((it) => it.slow)).toEqual([5, undefined]);
  });

  it("can patch within a mapping that was left out", () => {
    const { scenario } = variantOf("{ services.operator.rejects.51: 3% }");
    expect(scenario.services.operator?.rejects).toEqual({ "51": 0.03 });
  });

  it("can take a key away", () => {
    const { scenario } = variantOf("{ services.bank.stages.risk.queue: ~, faults: [] }");
    expect(scenario.services.bank?.stages.risk?.queue).toBeUndefined();
    expect(scenario.faults).toEqual([]);
  });

  it("can set a gate of its own", () => {
    expect(variantOf("{ gates.1: p99(time_to_credit) < 3s }").gates[1]?.limit).toBe(3_000);
  });

  it("may bring the stage that a gate is about", () => {
    const patches = "{ services.bank.stages.audit: { workers: 2 } }";
    const text = lunchRush.replace(variantsOfDesign, patches);
    const gated = text.replace("double_credited == 0", "utilisation(bank.audit) < 50%");
    expect(parseScenario(gated, "a.yaml").baseline.gates).toHaveLength(3);
  });

  it("does not repeat what is wrong in the baseline", () => {
    const complaint = complaintOf(lunchRush.replace("workers: 6,", "workers: six,"));
    expect(complaint.split("\n")).toHaveLength(2);
  });
});

describe("links", () => {
  const renamed = lunchRush
    .replaceAll("bank", "big-bank")
    .replace("second-big-bank", "second-bank");

  it("may name services whose names hold a -", () => {
    expect(parseScenario(renamed, "a.yaml").baseline.scenario.network).toHaveProperty(
      "operator-big-bank",
    );
  });

  it("must not be readable in two ways", () => {
    const stub = "{ stages: { s: { workers: 1 } }, operations: { activate: [s] } }";
    const text = renamed.replace(
      "services:\n",
      `services:\n  operator-big: ${stub}\n  bank: ${stub}\n`,
    );
    expect(complaintOf(text)).toBe(
      "a.yaml:19:3: network.operator-big-bank: this can be read as operator to big-bank and as" +
        " operator-big to bank\n  hint: rename one of the services",
    );
  });
});
