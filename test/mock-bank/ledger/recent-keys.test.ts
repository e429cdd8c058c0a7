import { describe, expect, it } from "vitest";
import { RecentKeys } from "../../../mock-bank/ledger/recent-keys.ts";

describe("RecentKeys", () => {
  it("knows nothing at first, not even key 0", () => {
    expect(new RecentKeys().has(0, 0)).toBe(false);
  });

  it("holds the last 16,384 numbers of a stream, and forgets older ones", () => {
    const keys = new RecentKeys();
    for (let index = 0; index <= 16_384; index += 1) keys.add(-5, index, index);
    expect(keys.has(-5, 0)).toBe(false);
    const held = Array.from({ length: 16_384 }, (_, i) => keys.has(-5, i + 1));
    expect(held).not.toContain(false);
  });

  it.each([
    { why: "another number of the same slot", other: [3, 4 + 2 ** 14] },
    { why: "another stream of the same slot", other: [3 + 2 ** 14, 4] },
    { why: "the number that differs by 32 bits", other: [3, 4 + 2 ** 32] },
    { why: "the two swapped", other: [4, 3] },
  ] as const)("does not take a key for $why", ({ other: [stream, index] }) => {
    const keys = new RecentKeys();
    keys.add(3, 4, 7);
    expect(keys.has(stream, index)).toBe(false);
    keys.add(stream, index, 9);
    expect(keys.has(stream, index)).toBe(true);
    expect(keys.has(3, 4)).toBe(false);
    expect([keys.postedAtMs(stream, index), keys.postedAtMs(3, 4)]).toEqual([9, Number.NaN]);
  });
});
