import { describe, expect, it } from "vitest";
import { Payment } from "../../src/chain/payment.ts";
import { Customers } from "../../src/traffic/merchant.ts";

const options = {
  ...{ seed: "s", stream: "taps", merchants: 1_000 },
  amount: { lognormal: { median: 86, p99: 3_000 } },
};

describe("Payment", () => {
  it("says the same of its customer whether it is asked at once, late, or never before", () => {
    const drawn = new Customers(options);
    const payment = new Payment(1, 0, 0, 0);
    const customers = new Customers(options);
    for (const index of [0, 1, 2, 7, 3]) {
      payment.renew(index, customers, -1);
      if (index === 1) payment.draw();
      if (index === 2) continue; // Nobody asks.
      expect(payment.amountMinor).toBe(drawn.drawAmountMinor(index));
      expect(payment.merchant).toBe(drawn.drawMerchant(index));
    }
  });

  it("keeps a recorded amount, and draws the merchant alone", () => {
    const payment = new Payment(1, 0, 0, 0);
    payment.renew(5, new Customers(options), 1_234);
    expect(payment.merchant).toBe(new Customers(options).drawMerchant(5));
    expect(payment.amountMinor).toBe(1_234);
  });

  it("keeps its customer in a copy when it is another activation's by then", () => {
    const customers = new Customers(options);
    const payment = new Payment(1, 0, 0, 0);
    payment.renew(5, customers, -1);
    const copy = payment.copy();
    payment.renew(6, customers, -1);
    expect(copy.merchant).toBe(customers.drawMerchant(5));
    expect(copy.amountMinor).toBe(customers.drawAmountMinor(5));
    expect(payment.merchant).toBe(customers.drawMerchant(6));
  });
});
