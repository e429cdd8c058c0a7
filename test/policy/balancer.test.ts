import { describe, expect, it } from "vitest";
import { type Balancer, BalancerKind, buildBalancer } from "../../src/policy/balancer.ts";

/** Picks `count` times and leaves every request in flight. */
function pickAll(balancer: Balancer, count: number): number[] {
  return Array.from({ length: count }, () => {
    const replica = balancer.pick();
    balancer.started(replica);
    return replica;
  });
}

describe("round-robin", () => {
  it.each([
    { replicaCount: 1, picks: [0, 0, 0, 0] },
    { replicaCount: 2, picks: [0, 1, 0, 1, 0] },
    { replicaCount: 3, picks: [0, 1, 2, 0, 1, 2, 0] },
  ])("takes $replicaCount replicas in turn", ({ replicaCount, picks }) => {
    expect(pickAll(buildBalancer("round-robin", replicaCount), picks.length)).toEqual(picks);
  });

  it.each([1, 2, 3, 7])("gives each of %d replicas the same share, to one request", (count) => {
    const picks = pickAll(buildBalancer("round-robin", count), 100);
    const shares = Array.from({ length: count }, (_, i) => picks.filter((it) => it === i).length);
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
  });

  it("goes on in turn whatever is in flight", () => {
    const balancer = buildBalancer("round-robin", 2);
    pickAll(balancer, 1);
    balancer.ended(0);
    expect(pickAll(balancer, 3)).toEqual([1, 0, 1]);
  });
});

describe("least-requests", () => {
  it.each([
    { replicaCount: 1, picks: [0, 0, 0] },
    { replicaCount: 3, picks: [0, 1, 2, 0, 1, 2, 0] },
  ])("takes $replicaCount replicas in turn while none answers", ({ replicaCount, picks }) => {
    expect(pickAll(buildBalancer("least-requests", replicaCount), picks.length)).toEqual(picks);
  });

  it("takes idle replicas in turn, so that the first does not do all the work", () => {
    const balancer = buildBalancer("least-requests", 3);
    const picks = Array.from({ length: 6 }, () => {
      const replica = balancer.pick();
      balancer.started(replica);
      balancer.ended(replica);
      return replica;
    });
    expect(picks).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it("leaves out a replica that does not answer until the others have as much", () => {
    const balancer = buildBalancer("least-requests", 3);
    pickAll(balancer, 6); // Two in flight at each.
    for (const replica of [0, 2, 0, 2]) balancer.ended(replica);
    expect(pickAll(balancer, 6)).toEqual([0, 2, 0, 2, 0, 1]);
  });
});

describe("BalancerKind", () => {
  it("tells which there are", () => {
    const { error } = BalancerKind.safeParse("random");
    expect(error?.issues[0]?.message).toBe("expected round-robin or least-requests");
  });
});
