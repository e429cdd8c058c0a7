import { describe, expect, it } from "vitest";
import { chooseStages } from "../../src/cli/stage-filter.ts";
import { UsageError } from "../../src/kernel/errors.ts";
import { parseScenario } from "../../src/scenario/loader.ts";

const { scenario } = parseScenario(
  `
name: small
duration: 1m
traffic: { asks: { calls: operator.serve, arrivals: { even: { rate: 5/s } } } }
services:
  operator:
    stages:
      check: { workers: 2, time: 11ms }
      forward: { workers: 4, call: { to: bank, timeout: 1s } }
    operations: { serve: [check, forward] }
  bank:
    stages: { check: { workers: 3, time: 5ms }, risk: { workers: 3, time: 5ms } }
    operations: { serve: [check, risk] }
`,
  "small.yaml",
).baseline;

describe("--stages", () => {
  it.each([
    { patterns: ["bank.risk"], named: ["bank.risk"] },
    { patterns: ["operator.*"], named: ["operator.check", "operator.forward"] },
    { patterns: ["*.check"], named: ["operator.check", "bank.check"] },
    { patterns: ["b*.r*k", "bank.risk"], named: ["bank.risk"] },
    { patterns: ["*.*"], named: ["operator.check", "operator.forward", "bank.check", "bank.risk"] },
  ])("$patterns names $named", ({ patterns, named }) => {
    expect([...chooseStages(scenario, patterns, "small.yaml")]).toEqual(named);
  });

  const has = "it has operator.check, operator.forward, bank.check, bank.risk";
  it.each([
    { pattern: "bank.rsk", hint: "write --stages bank.risk" },
    { pattern: "bank", hint: "write --stages 'bank.*'" },
    { pattern: "bank.ris", hint: "write --stages bank.risk" },
    { pattern: "bank.ris.", hint: "write --stages bank.risk" },
    { pattern: "bankXrisk", hint: "write --stages bank.risk" },
    { pattern: "*", hint: "write --stages operator.check --stages operator.forward" },
  ])("$pattern names none, and the error says which there are", ({ pattern, hint }) => {
    let problems: UsageError["problems"] = [];
    try {
      chooseStages(scenario, ["bank.risk", pattern, "nothing.here"], "small.yaml");
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems = error.problems;
    }
    expect(problems).toHaveLength(2);
    expect(problems[0]?.what).toBe(`--stages ${pattern}: small.yaml has no such stage; ${has}`);
    expect(problems[0]?.hint).toContain(hint);
  });
});
