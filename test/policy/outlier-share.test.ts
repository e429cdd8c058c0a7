import { describe, expect, it } from "vitest";
import { OutlierEjectionSpec } from "../../src/policy/outlier-ejection.ts";
import { FailureShares } from "../../src/policy/outlier-share.ts";

/** Who stands out when so many of 100 requests to each replica failed; null: 10 good ones only. */
function outliers(written: object, failedOf100: readonly (number | null)[]): number[] {
  const { failures, deviation } = OutlierEjectionSpec.parse(written);
  const shares = new FailureShares(failures, deviation, failedOf100.length);
  failedOf100.forEach((failed, replica) => {
    for (let i = 0; i < (failed === null ? 10 : 100); i += 1) {
      shares.record(replica, i < (failed ?? 0));
    }
  });
  const marks = new Uint8Array(failedOf100.length).fill(1);
  shares.judge(marks);
  return [...marks];
}

describe("failures", () => {
  it.each([
    { failed: [0, 0, 0, 0, 85], out: [0, 0, 0, 0, 1], why: "marks who reaches the share" },
    { failed: [0, 0, 0, 0, 84], out: [0, 0, 0, 0, 0], why: "spares who stays below it" },
    { failed: [90, 90, 90, 90, 90], out: [1, 1, 1, 1, 1], why: "compares with nobody" },
    { failed: [0, 0, 0, 100], out: [0, 0, 0, 0], why: "needs five replicas" },
    { failed: [0, 0, 0, null, 100], out: [0, 0, 0, 0, 0], why: "needs five with enough requests" },
    { failed: [0, 0, 0, 0, 100, null], out: [0, 0, 0, 0, 1, 0], why: "leaves out who had too few" },
  ])("$why: $failed", ({ failed, out }) => {
    expect(outliers({ failures: {} }, failed)).toEqual(out);
  });

  it("judges two replicas where the scenario says so", () => {
    const written = { failures: { share: "50%", hosts: 2, volume: 100 } };
    expect(outliers(written, [50, 49])).toEqual([1, 0]);
  });
});

describe("deviation", () => {
  it.each([
    { failed: [50, 0, 0, 0, 0], out: [1, 0, 0, 0, 0], why: "marks Envoy's own example" },
    { failed: [2, 1, 1, 1, 1], out: [1, 0, 0, 0, 0], why: "marks one among five, however little" },
    { failed: [50, 50, 0, 0, 0, 0], out: [0, 0, 0, 0, 0, 0], why: "spares two of six" },
    { failed: [0, 9, 9, 9, 9], out: [0, 0, 0, 0, 0], why: "spares the one that is better" },
    { failed: [10, 10, 10, 10, 10, 10], out: [0, 0, 0, 0, 0, 0], why: "spares equals" },
    { failed: [50, 0, 0, 0], out: [0, 0, 0, 0], why: "needs five replicas" },
    { failed: [50, 0, 0, 0, null], out: [0, 0, 0, 0, 0], why: "needs five with enough requests" },
  ])("$why: $failed", ({ failed, out }) => {
    expect(outliers({ deviation: {} }, failed)).toEqual(out);
  });

  it("spares equals whose mean is not quite their number, however small the factor", () => {
    expect(outliers({ deviation: { factor: "0.1x" } }, [10, 10, 10, 10, 10, 10])).not.toContain(1);
  });

  it("never marks one of four by 1.9 standard deviations, but by 1.7", () => {
    expect(outliers({ deviation: { hosts: 4 } }, [100, 0, 0, 0])).toEqual([0, 0, 0, 0]);
    const written = { deviation: { hosts: 4, factor: "1.7x" } };
    expect(outliers(written, [100, 0, 0, 0])).toEqual([1, 0, 0, 0]);
  });
});

describe("FailureShares", () => {
  it("marks by either rule", () => {
    const written = { failures: {}, deviation: {} };
    expect(outliers(written, [90, 90, 90, 90, 90])).toEqual([1, 1, 1, 1, 1]);
    expect(outliers(written, [50, 0, 0, 0, 0])).toEqual([1, 0, 0, 0, 0]);
  });

  it("begins anew after each interval, and forgets who is out", () => {
    const { failures } = OutlierEjectionSpec.parse({ failures: { hosts: 1, volume: 2 } });
    const shares = new FailureShares(failures, undefined, 2);
    const marks = new Uint8Array(2);
    for (const replica of [0, 0, 1, 1]) shares.record(replica, true);
    shares.forget(1);
    shares.judge(marks);
    expect([...marks]).toEqual([1, 0]);
    shares.record(0, true);
    shares.judge(marks);
    expect([...marks]).toEqual([0, 0]);
  });
});
