import { describe, expect, it } from "vitest";
import { RequestKeys } from "../../mock-bank/request-keys.ts";

describe("RequestKeys", () => {
  it("takes a draw key as it is", () => {
    const keys = new RequestKeys(1);
    const headers = { "x-tillstorm-draw": "-5.4711.2", "idempotency-key": "other" };
    expect(keys.keyOf(headers)).toEqual({ streamKey: -5, index: 4711, attempt: 2 });
  });

  it("gives one Idempotency-Key the same credit on every replica, and counts its attempts", () => {
    const headers = { "idempotency-key": "k1" };
    const keys = new RequestKeys(1);
    const first = keys.keyOf(headers);
    expect(first?.attempt).toBe(0);
    expect(keys.keyOf(headers)).toEqual({ ...first, attempt: 1 });
    expect(new RequestKeys(2).keyOf(headers)).toEqual(first);
    expect(keys.keyOf({ "idempotency-key": "k2" })).not.toMatchObject({ index: first?.index });
  });

  it("never gives two keyless requests one credit, nor on two replicas of one ledger", () => {
    const given = [new RequestKeys(1), new RequestKeys(2)].flatMap((keys) =>
      Array.from({ length: 100 }, () => keys.keyOf({})),
    );
    const credits = given.map((key) => `${key?.streamKey}.${key?.index}`);
    expect(new Set(credits).size).toBe(200);
  });

  it("forgets the attempts of keys that were asked long ago, not their credit", () => {
    const keys = new RequestKeys(1);
    const first = keys.keyOf({ "idempotency-key": "old" });
    for (let i = 0; i < 10_000; i += 1) keys.keyOf({ "idempotency-key": `k${i}` });
    expect(keys.keyOf({ "idempotency-key": "k9999" })?.attempt).toBe(1);
    expect(keys.keyOf({ "idempotency-key": "old" })).toEqual(first);
  });

  it.each([
    { why: "an empty draw key", headers: { "x-tillstorm-draw": "" } },
    { why: "two numbers", headers: { "x-tillstorm-draw": "1.2" } },
    { why: "a negative index", headers: { "x-tillstorm-draw": "1.-2.3" } },
    { why: "a fraction", headers: { "x-tillstorm-draw": "1.2.3.5" } },
    { why: "words", headers: { "x-tillstorm-draw": "a.b.c" } },
    {
      why: "a bad draw key beside a good key",
      headers: { "x-tillstorm-draw": "x", "idempotency-key": "k" },
    },
    { why: "an empty key", headers: { "idempotency-key": "" } },
    { why: "a key that is too long", headers: { "idempotency-key": "k".repeat(256) } },
  ])("refuses $why", ({ headers }) => {
    expect(new RequestKeys(1).keyOf(headers)).toBeUndefined();
  });
});
