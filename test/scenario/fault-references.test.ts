import { describe, expect, it } from "vitest";
import { parseScenario } from "../../src/scenario/loader.ts";
import { lunchRush } from "./lunch-rush.ts";

const written = "{ at: 8m, for: 4m, on: bank.risk, slow: 3x }";

function faultOf(text: string, scenario = lunchRush) {
  const [head = "", tail = ""] = scenario.split(`  - ${written}`);
  return parseScenario(`${head}  - { at: 8m, ${text} }${tail}`, "a.yaml").baseline.scenario
    .faults[0];
}

function withBankCalled(name: string): string {
  return lunchRush
    .replace("  bank:\n", `  ${name}:\n`)
    .replace("to: bank,", `to: ${name},`)
    .replace("operator-bank:", `operator-${name}:`)
    .replace("services.bank.", `services.${name}.`);
}

describe("a fault may be", () => {
  it.each([
    { why: "a crash of a service", text: "on: bank, down: crash" },
    { why: "a crash of a replica", text: "on: operator#2, down: crash, for: 10s, every: 1m" },
    { why: "a freeze of a stage", text: "on: bank.risk, down: freeze" },
    { why: "on a link that network lists", text: "on: operator-bank, loss: 5%" },
    { why: "on its ends in the other order", text: "on: bank-operator, loss: 5%, way: asks" },
    { why: "on a link that network does not list", text: "on: terminal-bank, stall: true" },
    { why: "of several effects on a link", text: "on: operator-bank, loss: 5%, partition: asks" },
    { why: "a surge of one stream", text: "on: traffic.activations, surge: 3x" },
    { why: "a surge of all", text: "on: traffic, surge: 1.5x, for: 1m, ramp: 1m" },
    { why: "random", text: "on: bank, slow: 2x, random: { mtbf: 2m, mttr: 10s }, ramp: 5s" },
    { why: "as frequent as can be", text: "on: bank, slow: 2x, every: 78ms, for: 77ms" },
  ])("$why", ({ text }) => {
    expect(faultOf(text)?.at).toBe(480_000);
  });

  it("on a service that is called like a link, if its effect is a service's", () => {
    const text = withBankCalled("operator-bank");
    expect(faultOf("on: operator-bank.risk, slow: 3x", text)?.slow).toBe(3);
    expect(() => faultOf("on: operator-bank, loss: 3%", text)).toThrow(
      /loss acts on a link, and operator-bank is a service/,
    );
  });

  it("on a service that is called traffic", () => {
    const text = withBankCalled("traffic");
    expect(faultOf("on: traffic.risk, slow: 3x", text)?.slow).toBe(3);
    expect(faultOf("on: traffic, surge: 3x", text)?.surge).toBe(3);
  });
});

it("a link whose name can be read in two ways is not guessed at", () => {
  const services = lunchRush.replace(
    "  bank:\n    replicas: 1",
    "  operator-eu: { stages: { s: { workers: 1 } }, operations: { o: [s] } }\n  eu-bank: { stages: { s: { workers: 1 } }, operations: { o: [s] } }\n  bank:\n    replicas: 1",
  );
  expect(() => faultOf("on: operator-eu-bank, loss: 5%", services)).toThrow(
    /faults\.0\.on: this can be read as operator to eu-bank and as operator-eu to bank/,
  );
});

it("a surge stands among the first 128 faults, for it numbers its arrivals", () => {
  const many = (count: number) => Array.from({ length: count }, () => `  - ${written}\n`).join("");
  const text = (before: number) =>
    lunchRush.replace(
      `  - ${written}\n`,
      `${many(before)}  - { at: 8m, on: traffic, surge: 2x }\n`,
    );
  expect(parseScenario(text(127), "a.yaml").baseline.scenario.faults).toHaveLength(128);
  expect(() => parseScenario(text(128), "a.yaml")).toThrow(
    /faults\.128\.surge: only the first 128 faults can be surges/,
  );
});
