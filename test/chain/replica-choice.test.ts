import { describe, expect, it } from "vitest";
import { Payment } from "../../src/chain/payment.ts";
import { ReplicaChoice } from "../../src/chain/replica-choice.ts";
import { BalancerSpec } from "../../src/policy/balancer.ts";
import { OutlierEjectionSpec } from "../../src/policy/outlier-ejection.ts";

type Options = { balancer?: unknown; healthy?: number[]; ejects?: boolean; replicas?: number };

function choose({ balancer = "round-robin", healthy, ejects = false, replicas = 3 }: Options) {
  const ejection = { consecutive: 1, base: "10s", max: "10s", most: "100%" };
  return new ReplicaChoice({
    balancer: BalancerSpec.parse(balancer),
    ejection: ejects ? OutlierEjectionSpec.parse(ejection) : undefined,
    replicaCount: replicas,
    healthy: healthy === undefined ? null : Uint8Array.from(healthy),
    seed: "choice",
    site: "operator.forward",
  });
}

/** The next `count` picks at an instant, each for an activation of its own. */
function picks(choice: ReplicaChoice, count: number, nowMs = 0, avoid = -1): number[] {
  return Array.from({ length: count }, (_, index) =>
    choice.pick(nowMs, new Payment(7, index, index, 0), 0, avoid),
  );
}

/** A request to one replica that fails, or is answered. */
function ends(choice: ReplicaChoice, replica: number, code: "00" | "51" | "96", nowMs = 0): void {
  choice.started(replica, nowMs);
  const call = { replica, sentMs: nowMs, end: "answered" as const, code };
  choice.ended(call as Parameters<ReplicaChoice["ended"]>[0], nowMs);
}

describe("the replicas that may be asked", () => {
  it.each([
    { why: "are all, where nothing masks them", healthy: undefined, failing: [], asked: [0, 1, 2] },
    { why: "are those that are healthy", healthy: [1, 0, 1], failing: [], asked: [0, 2] },
    { why: "are those that were not ejected", healthy: undefined, failing: [0], asked: [1, 2] },
    { why: "are those that are both", healthy: [1, 0, 1], failing: [2], asked: [0] },
    { why: "are all, where none is left", healthy: [0, 0, 1], failing: [2], asked: [0, 1, 2] },
  ])("$why", ({ healthy, failing, asked }) => {
    const choice = choose({ ejects: true, ...(healthy === undefined ? {} : { healthy }) });
    for (const replica of failing) ends(choice, replica, "96");
    expect(new Set(picks(choice, 12))).toEqual(new Set(asked));
    expect(choice.isAnyEligible(0)).toBe(asked.length < 3 || failing.length === 0);
  });

  it("change with the health checks, whose list is read anew for each request", () => {
    const healthy = new Uint8Array([1, 1]);
    const choice = new ReplicaChoice({
      balancer: { kind: "round-robin" },
      ejection: undefined,
      replicaCount: 2,
      healthy,
      seed: "choice",
      site: "a",
    });
    expect(picks(choice, 2)).toEqual([0, 1]);
    healthy[0] = 0;
    expect(picks(choice, 2)).toEqual([1, 1]);
    healthy[1] = 0;
    expect(choice.isAnyEligible(0)).toBe(false);
    healthy[0] = 1;
    expect(picks(choice, 2)).toEqual([0, 0]);
  });

  it("include an ejected one again when its time is over, without any request in between", () => {
    const choice = choose({ ejects: true });
    ends(choice, 1, "96", 1_000);
    expect(new Set(picks(choice, 6, 10_999))).toEqual(new Set([0, 2]));
    expect(new Set(picks(choice, 6, 11_000))).toEqual(new Set([0, 1, 2]));
  });

  it("leave out the one just tried, if there is another", () => {
    expect(picks(choose({}), 4, 0, 1)).not.toContain(1);
    expect(picks(choose({ healthy: [0, 1, 0] }), 2, 0, 1)).toEqual([1, 1]);
  });
});

describe("what counts against a replica", () => {
  it("is a code that asks to try again, and no decline", () => {
    const choice = choose({ ejects: true });
    ends(choice, 0, "51");
    ends(choice, 1, "00");
    expect(choice.ejection?.ejectedCount).toBe(0);
    ends(choice, 2, "96");
    expect(choice.ejection?.ejectedCount).toBe(1);
  });

  it("is nothing that was withdrawn, but its place is free again", () => {
    const choice = choose({ ejects: true, balancer: "least-requests", replicas: 2 });
    choice.started(0, 0);
    expect(picks(choice, 2)).toEqual([1, 1]);
    choice.withdrawn(0, 5);
    expect(choice.ejection?.ejectedCount).toBe(0);
    expect(new Set(picks(choice, 2))).toEqual(new Set([0, 1]));
  });
});

describe("luck", () => {
  it("is that of the activation, the attempt and the site", () => {
    const [one, same] = [choose({ balancer: "random" }), choose({ balancer: "random" })];
    expect(picks(one, 50)).toEqual(picks(same, 50));
    const attempts = Array.from({ length: 50 }, (_, it) =>
      one.pick(0, new Payment(7, 0, 0, 0), it, -1),
    );
    expect(new Set(attempts).size).toBe(3);
  });
});
