import { describe, expect, it } from "vitest";
import { AmountDistribution } from "../../src/kernel/distribution.ts";
import { Customers } from "../../src/traffic/merchant.ts";
import { kolmogorov, kolmogorovLimit } from "./planned.ts";

const options = {
  seed: "1",
  stream: "activations",
  merchants: 8,
  amount: AmountDistribution.parse(86),
};
const numbers = Array.from({ length: 40_000 }, (_, index) => index);

describe("Customers", () => {
  it("come equally often", () => {
    const customers = new Customers(options);
    const counts = new Float64Array(8);
    for (const index of numbers) {
      const merchant = customers.drawMerchant(index);
      counts[merchant] = (counts[merchant] ?? 0) + 1;
    }
    const expected = numbers.length / 8;
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(24.3); // 7 degrees of freedom, exceeded once in a thousand.
  });

  it("bring amounts of the given shape, in whole cents", () => {
    const amount = AmountDistribution.parse({ uniform: { min: 10, max: 500 } });
    const customers = new Customers({ ...options, amount });
    const amounts = numbers.map((index) => customers.drawAmountMinor(index));
    expect(amounts.every(Number.isInteger)).toBe(true);
    const cdf = (minor: number): number => (minor - 1_000) / 49_000;
    expect(kolmogorov(amounts, cdf)).toBeLessThan(kolmogorovLimit);
  });

  it.each([
    { why: "a fixed amount", amount: 12.34, minor: 1_234 },
    { why: "an amount of nothing is one cent", amount: 0, minor: 1 },
  ])("bring $why", ({ amount, minor }) => {
    expect(new Customers({ ...options, amount }).drawAmountMinor(7)).toBe(minor);
  });

  it("are a matter of seed, stream and number alone", () => {
    const many = { ...options, merchants: 1_000_000 };
    const merchants = (it: typeof many): number[] => {
      const customers = new Customers(it);
      return [3, 1, 2].map((index) => customers.drawMerchant(index));
    };
    const [third, first] = merchants(many);
    const customers = new Customers(many);
    expect([customers.drawMerchant(1), customers.drawMerchant(3)]).toEqual([first, third]);
    expect(merchants({ ...many, seed: "2" })).not.toEqual(merchants(many));
    expect(merchants({ ...many, stream: "payments" })).not.toEqual(merchants(many));
  });

  it("are chosen apart from their amounts", () => {
    const amount = AmountDistribution.parse({ uniform: { min: 0, max: 10_000 } });
    const customers = new Customers({ ...options, merchants: 1_000_000, amount });
    const products = numbers.map(
      (index) =>
        (customers.drawMerchant(index) / 1e6 - 0.5) *
        (customers.drawAmountMinor(index) / 1e6 - 0.5),
    );
    const mean = products.reduce((sum, product) => sum + product, 0) / products.length;
    // The product of two independent uniform numbers around 0 has the standard deviation 1/12.
    expect(Math.abs(mean)).toBeLessThan(4 / 12 / Math.sqrt(products.length));
  });
});
