import { expect, it } from "vitest";
import { DurationDistribution } from "../../src/kernel/distribution.ts";
import { ClosedPopulation } from "../../src/traffic/closed.ts";
import { exponentialCdf, kolmogorov, kolmogorovLimit } from "./planned.ts";

const think = DurationDistribution.parse({ exponential: { mean: "2s" } });
const population = new ClosedPopulation({ terminals: 50, think }, "1", "activations");

it("numbers each activation once, whatever the order of the answers", () => {
  const numbers = new Set<number>();
  for (let terminal = 49; terminal >= 0; terminal -= 1) {
    for (let iteration = 0; iteration < 20; iteration += 1) {
      numbers.add(population.indexOf(terminal, iteration));
    }
  }
  expect(numbers.size).toBe(1_000);
  expect(Math.max(...numbers)).toBe(999);
});

it("pauses as long as the distribution says, in whole microseconds", () => {
  const pauses: number[] = [];
  for (let terminal = 0; terminal < 50; terminal += 1) {
    for (let iteration = 0; iteration < 400; iteration += 1) {
      pauses.push(population.thinkMs(terminal, iteration));
    }
  }
  expect(pauses.every((ms) => ms === Math.round(ms * 1_000) / 1_000)).toBe(true);
  expect(kolmogorov(pauses, (ms) => exponentialCdf(ms / 2_000))).toBeLessThan(kolmogorovLimit);
});

it("keeps a terminal's pauses when terminals are added", () => {
  const larger = new ClosedPopulation({ terminals: 80, think }, "1", "activations");
  const other = new ClosedPopulation({ terminals: 50, think }, "1", "payments");
  expect(larger.thinkMs(49, 3)).toBe(population.thinkMs(49, 3));
  expect(other.thinkMs(49, 3)).not.toBe(population.thinkMs(49, 3));
});
