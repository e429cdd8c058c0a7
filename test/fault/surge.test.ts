import { expect, it } from "vitest";
import { Fault } from "../../src/fault/fault.ts";
import { surgesOf } from "../../src/fault/surge.ts";

const written = [
  { at: "0s", on: "bank", slow: "2x" },
  { at: "10s", for: "5s", on: "traffic.activations", surge: "3x" },
  { at: "0s", on: "traffic", surge: "1.5x" },
  { at: "0s", for: "2s", every: "30s", on: "traffic.payments", surge: "2x" },
];
const faults = written.map((it) => Fault.parse(it));

it("a stream has its own surges and those of all traffic, by their place in the whole list", () => {
  const endless = Number.POSITIVE_INFINITY;
  expect(surgesOf(faults, "activations", "1", 60_000)).toEqual([
    { index: 1, stretches: [{ fromMs: 10_000, toMs: 15_000, extraFactor: 2 }] },
    { index: 2, stretches: [{ fromMs: 0, toMs: endless, extraFactor: 0.5 }] },
  ]);
  expect(surgesOf(faults, "payments", "1", 60_000)[1]).toEqual({
    index: 3,
    stretches: [
      { fromMs: 0, toMs: 2_000, extraFactor: 1 },
      { fromMs: 30_000, toMs: 32_000, extraFactor: 1 },
    ],
  });
});

it("a surge that grows brings more with each step of its ramp", () => {
  const ramp = Fault.parse({ at: "1s", for: "3s", ramp: "2s", on: "traffic", surge: "5x" });
  const [surge] = surgesOf([ramp], "activations", "1", 60_000);
  expect(surge?.stretches.map((it) => it.extraFactor)).toEqual([
    ...Array.from({ length: 20 }, (_, i) => 4 * ((i + 0.5) / 20)),
    4,
  ]);
});
