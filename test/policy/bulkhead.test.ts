import { describe, expect, it } from "vitest";
import { Bulkhead, BulkheadSpec } from "../../src/policy/bulkhead.ts";

describe("Bulkhead", () => {
  it("takes as many as it has places, and another for each that leaves", () => {
    const bulkhead = new Bulkhead(2);
    expect([1, 2, 3].map(() => bulkhead.tryEnter())).toEqual([true, true, false]);
    expect(bulkhead.free).toBe(0);
    bulkhead.leave();
    expect(bulkhead.free).toBe(1);
    expect([1, 2].map(() => bulkhead.tryEnter())).toEqual([true, false]);
  });

  it("does not let out more than came in", () => {
    expect(() => new Bulkhead(2).leave()).toThrow("had not entered");
  });
});

describe("BulkheadSpec", () => {
  it("has the defaults of resilience4j, and nobody waits", () => {
    expect(BulkheadSpec.parse({})).toEqual({ limit: 25, queue: 0, wait: 0 });
  });

  it("takes a queue with a wait", () => {
    expect(BulkheadSpec.parse({ queue: 10, wait: "2s" })).toEqual({
      limit: 25,
      queue: 10,
      wait: 2_000,
    });
  });

  it.each([{ queue: 10 }, { wait: "2s" }, { queue: 0, wait: "2s" }])(
    "takes %o for a mistake: nobody would ever wait",
    (written) => {
      expect(BulkheadSpec.safeParse(written).error?.issues[0]?.message).toMatch(
        "expected `queue` and `wait` together",
      );
    },
  );
});
