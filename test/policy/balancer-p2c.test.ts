import { describe, expect, it } from "vitest";
import { draw } from "../../src/kernel/draw.ts";
import { gammaQuantile } from "../../src/kernel/quantile.ts";
import { Candidates } from "../../src/policy/candidates.ts";
import { P2c } from "../../src/policy/p2c.ts";

/** A balancer with these requests in flight, by replica. */
function loaded(inFlight: readonly number[], choices = 2): P2c {
  const balancer = new P2c({ choices }, inFlight.length);
  inFlight.forEach((count, replica) => {
    for (let i = 0; i < count; i += 1) balancer.started(replica);
  });
  return balancer;
}

describe("p2c", () => {
  it.each([
    { why: "of two the less loaded one", inFlight: [3, 2], u: 0.1, picked: 1 },
    {
      why: "of two the less loaded one, if sampled first too",
      inFlight: [3, 2],
      u: 0.9,
      picked: 1,
    },
    { why: "of two equals the first sampled", inFlight: [2, 2], u: 0.1, picked: 0 },
    { why: "of two equals the first sampled, the other way", inFlight: [2, 2], u: 0.9, picked: 1 },
    // u = 1/16: the first of four, then the first of the three others; 2/16: the second of them.
    { why: "only those sampled count: 0 and 1", inFlight: [5, 4, 0, 0], u: 1 / 16, picked: 1 },
    { why: "only those sampled count: 0 and 2", inFlight: [5, 4, 3, 0], u: 2 / 16, picked: 2 },
    { why: "only those sampled count: 3 and 1", inFlight: [0, 2, 0, 3], u: 13 / 16, picked: 1 },
    { why: "one replica is always right", inFlight: [9], u: 0.5, picked: 0 },
  ])("takes $why", ({ inFlight, u, picked }) => {
    expect(loaded(inFlight).pick(0, u, 0, null, -1)).toBe(picked);
  });

  it.each([
    { why: "the loads of the eligible ones alone", eligible: [1, 0, 1, 1], avoid: 3, picked: 2 },
    { why: "the only one left", eligible: [1, 0, 0, 1], avoid: 3, picked: 0 },
    {
      why: "the only eligible one, though it was just tried",
      eligible: [0, 0, 0, 1],
      avoid: 3,
      picked: 3,
    },
    { why: "all others where none is eligible", eligible: [0, 0, 0, 0], avoid: 3, picked: 1 },
  ])("compares $why", ({ eligible, avoid, picked }) => {
    const balancer = loaded([4, 1, 3, 0], 4);
    expect(balancer.pick(0, 0.3, 0, Uint8Array.from(eligible), avoid)).toBe(picked);
  });

  it("with as many choices as replicas finds the least loaded", () => {
    for (let i = 0; i < 100; i += 1) {
      expect(loaded([3, 2, 1, 4, 5], 5).pick(0, draw(1, 2, i, 0), 0, null, -1)).toBe(2);
    }
  });

  it("takes a request for ended only once", () => {
    const balancer = loaded([1, 0]);
    balancer.ended(0);
    expect(() => balancer.ended(0)).toThrow("a request ended that never started");
  });
});

/** How far counts are from equally likely ones, and the bound passed once in 1,000 times. */
function chiSquare(counts: readonly number[]): { value: number; bound: number } {
  const due = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return {
    value: counts.reduce((sum, count) => sum + (count - due) ** 2 / due, 0),
    bound: 2 * gammaQuantile((counts.length - 1) / 2, 0.999),
  };
}

/** How often each sequence of `size` different candidates was sampled, of `all` there are. */
function sampled(candidates: Candidates, size: number, eligible: Uint8Array | null, all: number) {
  const counts = new Map<string, number>();
  for (let i = 0; i < 40 * all; i += 1) {
    candidates.update(eligible, -1);
    candidates.sample(draw(5, 6, i, 0), size);
    const sequence = candidates.list.slice(0, size).join(" ");
    counts.set(sequence, (counts.get(sequence) ?? 0) + 1);
  }
  return counts;
}

describe("a sample from one number", () => {
  it.each([
    { replicaCount: 2, size: 2, all: 2 },
    { replicaCount: 3, size: 2, all: 6 },
    { replicaCount: 7, size: 2, all: 42 },
    { replicaCount: 64, size: 2, all: 4_032 },
    { replicaCount: 5, size: 3, all: 60 },
    { replicaCount: 6, size: 5, all: 720 },
    { replicaCount: 64, size: 1, all: 64 },
  ])("is each $size of $replicaCount, equally likely", ({ replicaCount, size, all }) => {
    const counts = sampled(new Candidates(replicaCount), size, null, all);
    // As many as there are sequences of different ones: none is missing, none has one twice.
    expect(counts.size).toBe(all);
    expect([...counts.keys()].every((it) => new Set(it.split(" ")).size === size)).toBe(true);
    const { value, bound } = chiSquare([...counts.values()]);
    expect(value).toBeLessThan(bound);
  });

  it("is uniform over the eligible ones", () => {
    const counts = sampled(new Candidates(6), 2, Uint8Array.from([1, 0, 1, 1, 0, 1]), 12);
    expect([...counts.keys()].join(" ").match(/[14]/)).toBeNull();
    expect(counts.size).toBe(12);
    const { value, bound } = chiSquare([...counts.values()]);
    expect(value).toBeLessThan(bound);
  });

  it("depends on that number alone, whatever was sampled before", () => {
    const used = new Candidates(8);
    for (let i = 0; i < 50; i += 1) {
      used.update(null, -1);
      used.sample(draw(1, 1, i, 0), 3);
      const fresh = new Candidates(8);
      fresh.update(null, -1);
      fresh.sample(0.7, 3);
      used.update(null, -1);
      used.sample(0.7, 3);
      expect([used.at(0), used.at(1), used.at(2)]).toEqual([fresh.at(0), fresh.at(1), fresh.at(2)]);
    }
  });

  it.each([2 ** -53, 1 - 2 ** -53])("stays inside at the end of luck, u = %d", (u) => {
    for (let replicaCount = 1; replicaCount <= 64; replicaCount += 1) {
      const candidates = new Candidates(replicaCount);
      candidates.update(null, -1);
      const size = candidates.sample(u, 5);
      const front = Array.from({ length: size }, (_, position) => candidates.at(position));
      expect(new Set(front).size).toBe(Math.min(5, replicaCount));
      expect(front.every((it) => it >= 0 && it < replicaCount)).toBe(true);
    }
  });
});
