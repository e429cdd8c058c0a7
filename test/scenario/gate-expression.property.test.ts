import { expect, it } from "vitest";
import { causes } from "../../src/domain/outcome.ts";
import { parseGate } from "../../src/scenario/gate-expression.ts";
import {
  type GateFigure,
  type GateUnit,
  gateFigures,
  gateTimes,
} from "../../src/scenario/gate-figures.ts";
import { fc } from "../support/property.ts";

const operators = ["<", "<=", ">", ">=", "==", "!="] as const;
const spaces = fc.constantFrom("", " ", "  ");
const argumentsOf: Readonly<Record<GateFigure["of"], readonly string[]>> = {
  run: [],
  times: Object.keys(gateTimes),
  station: ["bank.risk", "operator.account-check", "b2.post_1"],
  cause: causes,
};
const suffixOf: Readonly<Record<GateUnit, string>> = {
  count: "",
  ratio: "%",
  duration: "ms",
  minor: "",
  number: "",
};
const inLimit: Readonly<Record<GateUnit, number>> = {
  count: 1,
  ratio: 0.01,
  duration: 1,
  minor: 1,
  number: 1,
};

// Goal: all that the reference promises can be written. Method: write a gate from every figure,
// with every argument, operator and unit, and read it back.
it("reads whatever the table of figures allows", () => {
  const reached = new Set<string>();
  const figures = fc.constantFrom<GateFigure>(...gateFigures);
  const gates = fc.tuple(figures, fc.nat(), fc.constantFrom(...operators), fc.nat(100), spaces);
  fc.assert(
    fc.property(gates, ([figure, pick, operator, amount, space]) => {
      const choices = argumentsOf[figure.of];
      const argument = choices[pick % choices.length];
      const subject =
        argument === undefined ? figure.name : `${figure.name}(${space}${argument}${space})`;
      const text = `${subject}${space}${operator}${space}${amount}${suffixOf[figure.unit]}`;
      const parsed = parseGate(text);
      expect(parsed).toMatchObject({ ok: true, gate: { figure: figure.name, operator, text } });
      if (!parsed.ok) return;
      expect(parsed.gate.limit).toBeCloseTo(amount * inLimit[figure.unit], 12);
      if (argument !== undefined) expect(parsed.gate).toMatchObject({ argument });
      reached.add(figure.name);
    }),
    { numRuns: 2_000 },
  );
  expect(reached.size).toBe(gateFigures.length);
});

// Goal: no text crashes the reader, and a problem always points into the text. Method: random
// strings, and right and wrong pieces put together at random, so that every branch is taken.
it("answers every text with a gate or with a place inside it", () => {
  const reached = { gate: 0, problem: 0 };
  const subjects = ["lost", "p99(latency)", "queue_max( a.b)", "p99", "lost(a.b)", "cause(x)", "("];
  const pieces = fc
    .tuple(
      fc.constantFrom(...subjects, ""),
      fc.constantFrom("<", "==", "!=", "=", "≤", "", ")"),
      fc.constantFrom("5", "5s", "1%", "-1", "", "5 5", "\n"),
    )
    .map((parts) => parts.join(" "));
  fc.assert(
    fc.property(fc.oneof(fc.string(), pieces), (text) => {
      const parsed = parseGate(text);
      if (parsed.ok) {
        reached.gate += 1;
        expect(parsed.gate.text).toBe(text.trim());
        return;
      }
      reached.problem += 1;
      expect(parsed.offset).toBeGreaterThanOrEqual(0);
      expect(parsed.offset).toBeLessThanOrEqual(text.length);
      expect(parsed.what).not.toBe("");
    }),
    { numRuns: 3_000 },
  );
  expect(reached.gate).toBeGreaterThan(10);
  expect(reached.problem).toBeGreaterThan(10);
});
