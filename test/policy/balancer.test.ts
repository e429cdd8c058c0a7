import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Balancer, BalancerSpec, buildBalancer } from "../../src/policy/balancer.ts";

/** A balancer as a scenario writes it. */
function written(spec: z.input<typeof BalancerSpec>, replicaCount: number): Balancer {
  return buildBalancer(BalancerSpec.parse(spec), replicaCount);
}

type Where = {
  readonly eligible?: readonly number[];
  readonly avoid?: number;
  readonly u?: number;
};

function pickOne(balancer: Balancer, { eligible, avoid = -1, u = 0.5 }: Where = {}): number {
  return balancer.pick(0, u, 0, eligible === undefined ? null : Uint8Array.from(eligible), avoid);
}

/** Picks `count` times and leaves every request in flight. */
function pickAll(balancer: Balancer, count: number, where: Where = {}): number[] {
  return Array.from({ length: count }, () => {
    const replica = pickOne(balancer, where);
    balancer.started(replica, 0);
    return replica;
  });
}

function answer(balancer: Balancer, ...replicas: readonly number[]): void {
  for (const replica of replicas) balancer.ended(replica, 0, 0, true);
}

describe("round-robin", () => {
  it.each([
    { replicaCount: 1, picks: [0, 0, 0, 0] },
    { replicaCount: 2, picks: [0, 1, 0, 1, 0] },
    { replicaCount: 3, picks: [0, 1, 2, 0, 1, 2, 0] },
  ])("takes $replicaCount replicas in turn", ({ replicaCount, picks }) => {
    expect(pickAll(written("round-robin", replicaCount), picks.length)).toEqual(picks);
  });

  it.each([1, 2, 3, 7])("gives each of %d replicas the same share, to one request", (count) => {
    const picks = pickAll(written("round-robin", count), 100);
    const shares = Array.from({ length: count }, (_, i) => picks.filter((it) => it === i).length);
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
  });

  it("goes on in turn whatever is in flight", () => {
    const balancer = written("round-robin", 2);
    pickAll(balancer, 1);
    answer(balancer, 0);
    expect(pickAll(balancer, 3)).toEqual([1, 0, 1]);
  });

  it("passes over ejected replicas, and goes on in turn when they are back", () => {
    const balancer = written("round-robin", 4);
    expect(pickAll(balancer, 5, { eligible: [1, 0, 0, 1] })).toEqual([0, 3, 0, 3, 0]);
    expect(pickAll(balancer, 5)).toEqual([1, 2, 3, 0, 1]);
  });

  it("asks the next one where the one in turn was just tried", () => {
    const balancer = written("round-robin", 3);
    expect(pickOne(balancer, { avoid: 0 })).toBe(1);
    expect(pickAll(balancer, 2)).toEqual([2, 0]);
  });
});

describe("random", () => {
  const eligible = [1, 0, 0, 1];
  it.each([
    { why: "the lowest draw takes the first", where: { u: 2 ** -53 }, picked: 0 },
    { why: "the highest draw takes the last", where: { u: 1 - 2 ** -53 }, picked: 3 },
    { why: "a quarter begins the second", where: { u: 0.25 }, picked: 1 },
    { why: "of two eligible ones a half begins the other", where: { u: 0.5, eligible }, picked: 3 },
    { why: "the one just tried is out", where: { u: 0.9, eligible, avoid: 3 }, picked: 0 },
  ])("$why", ({ where, picked }) => {
    expect(pickOne(written("random", 4), where)).toBe(picked);
  });
});

describe("least-requests", () => {
  it.each([
    { replicaCount: 1, picks: [0, 0, 0] },
    { replicaCount: 3, picks: [0, 1, 2, 0, 1, 2, 0] },
  ])("takes $replicaCount replicas in turn while none answers", ({ replicaCount, picks }) => {
    expect(pickAll(written("least-requests", replicaCount), picks.length)).toEqual(picks);
  });

  it("takes idle replicas in turn, so that the first does not do all the work", () => {
    const balancer = written("least-requests", 3);
    const picks = Array.from({ length: 6 }, () => {
      const [replica = -1] = pickAll(balancer, 1);
      answer(balancer, replica);
      return replica;
    });
    expect(picks).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it("leaves out a replica that does not answer until the others have as much", () => {
    const balancer = written("least-requests", 3);
    pickAll(balancer, 6); // Two in flight at each.
    answer(balancer, 0, 2, 0, 2);
    expect(pickAll(balancer, 6)).toEqual([0, 2, 0, 2, 0, 1]);
  });

  it("asks the least loaded of those that may be asked", () => {
    const balancer = written("least-requests", 3);
    pickAll(balancer, 4); // Two at the first, one at the others.
    expect(pickAll(balancer, 2, { eligible: [1, 0, 1] })).toEqual([2, 0]);
    expect(pickOne(balancer, { avoid: 1 })).toBe(2);
  });
});

describe("weighted", () => {
  it.each([
    { weights: [5, 1, 1], picks: [0, 0, 1, 0, 2, 0, 0], why: "the example of nginx" },
    { weights: [3, 1], picks: [0, 0, 1, 0], why: "three to one" },
    { weights: [1, 1, 1], picks: [0, 1, 2], why: "equal weights are round-robin" },
    { weights: [2, 3], picks: [1, 0, 1, 0, 1], why: "the heavier one begins" },
    { weights: [1, 0, 2], picks: [2, 0, 2], why: "a standby is not asked" },
    { weights: [4], picks: [0], why: "one replica does everything" },
  ])("of $weights makes $picks, again and again: $why", ({ weights, picks }) => {
    const balancer = written({ weighted: weights }, weights.length);
    expect(pickAll(balancer, 3 * picks.length)).toEqual([...picks, ...picks, ...picks]);
  });

  it("divides among those that may be asked by their weights", () => {
    const balancer = written({ weighted: [5, 1, 2] }, 3);
    expect(pickAll(balancer, 6, { eligible: [0, 1, 1] })).toEqual([2, 1, 2, 2, 1, 2]);
  });

  it("turns to the standbys, in turn, when no other may be asked", () => {
    const balancer = written({ weighted: [1, 0, 0] }, 3);
    expect(pickAll(balancer, 3, { eligible: [0, 1, 1] })).toEqual([1, 2, 1]);
    expect(pickOne(balancer, { avoid: 0 })).toBe(2);
    expect(pickAll(balancer, 3)).toEqual([0, 0, 0]);
  });

  it("takes one weight for each replica, no fewer", () => {
    expect(() => written({ weighted: [3, 1] }, 3)).toThrow("each replica has a weight");
  });
});

describe("BalancerSpec", () => {
  it.each([
    { spec: "round-robin", read: { kind: "round-robin" } },
    { spec: "random", read: { kind: "random" } },
    { spec: "least-requests", read: { kind: "least-requests" } },
    { spec: "sticky", read: { kind: "sticky" } },
    { spec: "p2c", read: { kind: "p2c", choices: 2 } },
    { spec: { p2c: {} }, read: { kind: "p2c", choices: 2 } },
    { spec: { p2c: { choices: 3 } }, read: { kind: "p2c", choices: 3 } },
    { spec: "peak-ewma", read: { kind: "peak-ewma", decay: 10_000 } },
    { spec: { "peak-ewma": {} }, read: { kind: "peak-ewma", decay: 10_000 } },
    { spec: { "peak-ewma": { decay: "2s" } }, read: { kind: "peak-ewma", decay: 2_000 } },
    { spec: { weighted: [3, 0] }, read: { kind: "weighted", weights: [3, 0] } },
  ])("reads $spec", ({ spec, read }) => {
    expect(BalancerSpec.parse(spec)).toEqual(read);
  });

  const which =
    "expected round-robin, random, least-requests, p2c, peak-ewma, sticky, " +
    "or an object such as { weighted: [3, 1] }";
  const oneOf = "expected exactly one of weighted, p2c, peak-ewma";
  const weight = "expected a weight for each replica, such as [3, 1]";
  const choices = "expected a whole number from 2 to 5";
  it.each([
    { spec: "fastest", says: [which] },
    { spec: "weighted", says: [which] },
    { spec: 2, says: [which] },
    { spec: null, says: [which] },
    { spec: [3, 1], says: [which] },
    { spec: {}, says: [oneOf] },
    { spec: { p2c: {}, weighted: [1] }, says: [oneOf] },
    { spec: { weighted: [0, 0] }, says: ["expected at least one weight above 0"] },
    { spec: { weighted: [] }, says: ["expected at least one weight above 0"] },
    { spec: { weighted: [1, -1] }, says: ["expected a whole number from 0"] },
    { spec: { p2c: { choices: 1 } }, says: [choices] },
    { spec: { p2c: { choices: 6 } }, says: [choices] },
  ])("says of $spec: $says", ({ spec, says }) => {
    const { error } = BalancerSpec.safeParse(spec);
    expect(error?.issues.map((it) => it.message)).toEqual(says);
  });

  it.each([
    { spec: { weighted: 3 }, says: weight },
    { spec: { weighted: [1, 0.5] }, says: "expected a whole number from 0" },
    { spec: { p2c: { choices: "two" } }, says: choices },
    { spec: { "peak-ewma": { decay: "0s" } }, says: "expected a duration above 0, such as 2s" },
  ])("says where $spec is wrong, beside what else could stand there", ({ spec, says }) => {
    expect(JSON.stringify(BalancerSpec.safeParse(spec).error)).toContain(says);
  });

  it("names a misspelt key", () => {
    const { error } = BalancerSpec.safeParse({ p2c: { choice: 2 } });
    expect(error?.issues[0]).toMatchObject({ code: "unrecognized_keys", keys: ["choice"] });
  });

  it("has a default, and a JSON Schema of what is written", () => {
    const call = z.strictObject({ balancer: BalancerSpec.prefault("round-robin") });
    expect(call.parse({})).toEqual({ balancer: { kind: "round-robin" } });
    const { balancer } = z.toJSONSchema(call, { io: "input", target: "draft-7" }).properties ?? {};
    expect(balancer).toMatchObject({
      default: "round-robin",
      anyOf: [
        {
          properties: {
            weighted: { type: "array", items: { type: "integer", minimum: 0 } },
            p2c: { properties: { choices: { minimum: 2, maximum: 5, default: 2 } } },
            "peak-ewma": { properties: { decay: { type: "string" } } },
          },
          additionalProperties: false,
        },
        { enum: ["round-robin", "random", "least-requests", "p2c", "peak-ewma", "sticky"] },
      ],
    });
  });
});
