import { describe, expect, it } from "vitest";
import { draw } from "../../src/kernel/draw.ts";
import { type Balancer, BalancerSpec, buildBalancer } from "../../src/policy/balancer.ts";
import { fc } from "../support/property.ts";

const specs = ["round-robin", "random", "least-requests", "p2c", "peak-ewma", "sticky"] as const;

const counting: readonly string[] = ["least-requests", "p2c", "peak-ewma"];

/** Any balancer over a few replicas. */
const setting = fc.integer({ min: 1, max: 6 }).chain((replicaCount) =>
  fc.record({
    replicaCount: fc.constant(replicaCount),
    spec: fc.oneof(
      fc.constantFrom<BalancerSpec>(...specs.map((it) => BalancerSpec.parse(it))),
      fc.integer({ min: 2, max: 5 }).map((choices): BalancerSpec => ({ kind: "p2c", choices })),
      fc.constant<BalancerSpec>({ kind: "peak-ewma", decay: 100 }),
      fc
        .array(fc.nat(5), { minLength: replicaCount, maxLength: replicaCount })
        .filter((weights) => weights.some((it) => it > 0))
        .map((weights): BalancerSpec => ({ kind: "weighted", weights })),
    ),
  }),
);

type Step = {
  readonly waitMs: number;
  /** Which of the requests under way ends; none: a new one is sent. */
  readonly ends: number | null;
  readonly succeeded: boolean;
  readonly key: number;
  readonly marks: number | null;
  readonly avoid: number;
};
const step: fc.Arbitrary<Step> = fc.record({
  waitMs: fc.constantFrom(0, 1, 30, 5_000),
  ends: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.nat(100) },
  ),
  succeeded: fc.boolean(),
  key: fc.nat(50),
  marks: fc.option(fc.nat(63)),
  avoid: fc.integer({ min: -1, max: 5 }),
});

type Open = { readonly replica: number; readonly startedMs: number };

/**
 * Sends and answers requests; `check` sees each pick, beside a plain list of what is under way.
 *
 * @returns What is under way at the end.
 */
function play(
  balancer: Balancer,
  replicaCount: number,
  steps: readonly Step[],
  check: (picked: number, allowed: readonly number[], open: readonly Open[], step: Step) => void,
): readonly Open[] {
  const open: Open[] = [];
  const all = Array.from({ length: replicaCount }, (_, replica) => replica);
  let nowMs = 0;
  steps.forEach((it, index) => {
    nowMs += it.waitMs;
    if (it.ends !== null) {
      const [ended] = open.splice(it.ends % Math.max(1, open.length), 1);
      if (ended === undefined) return;
      balancer.ended(ended.replica, nowMs, nowMs - ended.startedMs, it.succeeded);
      return;
    }
    const marks = it.marks;
    const eligible = marks === null ? null : Uint8Array.from(all, (i) => (marks >> i) & 1);
    const avoid = it.avoid < replicaCount ? it.avoid : -1;
    const marked = all.filter((i) => eligible === null || eligible[i] === 1);
    const asked = marked.length > 0 ? marked : all;
    const untried = asked.filter((i) => i !== avoid);
    const picked = balancer.pick(nowMs, draw(1, 2, index, 0), it.key, eligible, avoid);
    check(picked, untried.length > 0 ? untried : asked, open, it);
    balancer.started(picked, nowMs);
    open.push({ replica: picked, startedMs: nowMs });
  });
  return open;
}

function loadsOf(open: readonly Open[], replicaCount: number): number[] {
  const loads = new Array<number>(replicaCount).fill(0);
  for (const { replica } of open) loads[replica] = (loads[replica] ?? 0) + 1;
  return loads;
}

describe("every balancer", () => {
  // Goal: a replica that is ejected, or was just tried, is asked only where there is no other; and
  // when all requests have ended none is counted as in flight. Method: random requests, answers,
  // ejections and retries; in the end one more answer is refused by those that count.
  it("asks one that may be asked, and counts what is in flight", () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(setting, fc.array(step, { maxLength: 60 }), ({ replicaCount, spec }, steps) => {
        const balancer = buildBalancer(spec, replicaCount);
        const left = play(balancer, replicaCount, steps, (picked, allowed, _open, it) => {
          expect(allowed).toContain(picked);
          const isPanic = it.marks !== null && it.marks % 2 ** replicaCount === 0;
          const choice = allowed.length > 1 ? "choice" : "no choice";
          reached.add(`${spec.kind} ${choice} ${isPanic ? "panic" : "calm"}`);
          if (picked === it.avoid) reached.add(`${spec.kind} tried again`);
        });
        for (const { replica } of left) balancer.ended(replica, 1e9, 1e9, true);
        if (!counting.includes(spec.kind)) return;
        for (let replica = 0; replica < replicaCount; replica += 1) {
          expect(() => balancer.ended(replica, 1e9, 1e9, true)).toThrow("never started");
        }
      }),
      { numRuns: 2_000 },
    );
    const places = ["choice calm", "choice panic", "no choice calm", "tried again"];
    const due = [...specs, "weighted"].flatMap((kind) => places.map((it) => `${kind} ${it}`));
    expect(due.filter((it) => !reached.has(it))).toEqual([]);
  });

  // Goal: the same calls give the same picks, so that a run can be made again. Method: two of each.
  it("picks the same again under the same calls", () => {
    fc.assert(
      fc.property(setting, fc.array(step, { maxLength: 60 }), ({ replicaCount, spec }, steps) => {
        const [one, other]: number[][] = [[], []];
        for (const picks of [one, other]) {
          const balancer = buildBalancer(spec, replicaCount);
          play(balancer, replicaCount, steps, (picked) => picks?.push(picked));
        }
        expect(other).toEqual(one);
      }),
    );
  });
});

// Goal: no request goes to a replica that has more in flight than another that may be asked; among
// equals the one that comes first after the last pick is taken.
it("least-requests takes the least loaded, and breaks ties in turn", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.array(step, { maxLength: 80 }),
      (replicaCount, steps) => {
        let last = replicaCount - 1;
        const balancer = buildBalancer({ kind: "least-requests" }, replicaCount);
        play(balancer, replicaCount, steps, (picked, allowed, open) => {
          const loads = loadsOf(open, replicaCount);
          const least = Math.min(...allowed.map((it) => loads[it] ?? 0));
          const inTurn = loads.map((_, i) => (last + 1 + i) % replicaCount);
          const idle = inTurn.filter((it) => allowed.includes(it) && loads[it] === least);
          expect(picked).toBe(idle[0]);
          reached.add(idle.length > 1 ? "tie" : "one least");
          reached.add(allowed.length < replicaCount ? "some ejected" : "all");
          last = picked;
        });
      },
    ),
    { numRuns: 500 },
  );
  expect(reached).toEqual(new Set(["tie", "one least", "some ejected", "all"]));
});

// Goal: the replica picked by p2c is never the most loaded one alone, and of as many choices as
// replicas it is the least loaded. Method: as above.
it("p2c never takes the one replica that has more in flight than all others", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 5 }),
      fc.integer({ min: 2, max: 5 }),
      fc.array(step, { maxLength: 80 }),
      (replicaCount, choices, steps) => {
        const balancer = buildBalancer({ kind: "p2c", choices }, replicaCount);
        play(balancer, replicaCount, steps, (picked, allowed, open) => {
          const loads = loadsOf(open, replicaCount);
          const own = loads[picked] ?? 0;
          const lighter = allowed.filter((it) => (loads[it] ?? 0) < own).length;
          // Each of the others that were sampled has as much or more.
          expect(lighter).toBeLessThanOrEqual(allowed.length - Math.min(choices, allowed.length));
          reached.add(lighter > 0 ? "not the least" : "the least");
        });
      },
    ),
    { numRuns: 500 },
  );
  expect(reached).toEqual(new Set(["not the least", "the least"]));
});

// Goal: over a cycle, as many picks as the weights add up to, each replica is asked as often as its
// weight says, and meanwhile it is never ahead or behind by as many as there are replicas. Method:
// random weights; the first cycle and the next are the same.
it("weighted keeps to the weights over each cycle", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(9), { minLength: 1, maxLength: 6 }).filter((it) => it.some((w) => w > 0)),
      (weights) => {
        const balancer = buildBalancer({ kind: "weighted", weights }, weights.length);
        const cycle = weights.reduce((sum, it) => sum + it, 0);
        const picks = Array.from({ length: 2 * cycle }, () => balancer.pick(0, 0.5, 0, null, -1));
        expect(
          weights.map((_, i) => picks.slice(0, cycle).filter((it) => it === i).length),
        ).toEqual(weights);
        expect(picks.slice(cycle)).toEqual(picks.slice(0, cycle));
        weights.forEach((weight, replica) => {
          let asked = 0;
          const off = picks.map((picked, index) => {
            if (picked === replica) asked += 1;
            return Math.abs(asked - ((index + 1) * weight) / cycle);
          });
          expect(Math.max(...off)).toBeLessThan(weights.length);
        });
      },
    ),
    { numRuns: 300 },
  );
});

// Goal: an ejection moves the merchants of the ejected replicas and no others. Method: any merchant,
// any two sets of eligible replicas of which one contains the other.
it("sticky moves the merchants of ejected replicas alone", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 64 }),
      fc.nat(),
      fc.infiniteStream(fc.boolean()),
      fc.nat(63),
      (replicaCount, merchant, ejections, survivor) => {
        const balancer = buildBalancer({ kind: "sticky" }, replicaCount);
        const eligible = Uint8Array.from({ length: replicaCount }, () =>
          ejections.next().value === true ? 0 : 1,
        );
        eligible[survivor % replicaCount] = 1;
        const home = balancer.pick(0, 0.5, merchant, null, -1);
        const refuge = balancer.pick(0, 0.5, merchant, eligible, -1);
        if (eligible[home] === 1) expect(refuge).toBe(home);
        else expect(eligible[refuge]).toBe(1);
        expect(balancer.pick(0, 0.5, merchant, null, -1)).toBe(home);
        reached.add(eligible[home] === 1 ? "stays" : "moves");
      },
    ),
    { numRuns: 1_000 },
  );
  expect(reached).toEqual(new Set(["stays", "moves"]));
});
