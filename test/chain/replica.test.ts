import { describe, expect, it } from "vitest";
import { type Customer, ReplicaUnderTest } from "../support/replica-under-test.ts";
import { CountingTrail } from "../support/scripted.ts";

const stages =
  "stages: { check: { workers: 4, time: 10ms }, post: { workers: 4, time: 5ms, posts: true } }";

/** A bank of two stages, the second of which posts; `more` are further keys of the service. */
function bank(more = "", faults = "[]"): ReplicaUnderTest {
  const operations = "operations: { ask: [check, post], status: [check] }";
  return new ReplicaUnderTest(`  bank: { ${stages}, ${operations}${more} }`, faults);
}

const heard = (customers: readonly Customer[]) => customers.map((it) => it.heard.join());

describe("a replica", () => {
  it("leads a request through its stages, posts where it says so, and answers", () => {
    const it = bank();
    const [paid, asked] = [it.ask({ index: 3 }), it.ask({ index: 4, operation: 1 })];
    it.clock.runTo(14);
    expect(it.ledger.has(7, 3)).toBe(false);
    it.clock.runTo(20);
    expect(heard([paid, asked])).toEqual(["15 00", "10 00"]);
    expect([it.ledger.has(7, 3), it.ledger.has(7, 4)]).toEqual([true, false]);
    expect(paid).toMatchObject({ ownMs: 15, downstreamMs: 0, betweenMs: 0 });
  });

  it("declines before it posts, the same activation always alike", () => {
    const it = bank(', rejects: { "51": 30%, "05": 20% }');
    const codes = [0, 1].map((attempt) =>
      Array.from({ length: 400 }, (_, index) => {
        const customer = it.ask({ index, attempt });
        it.clock.runFor(50);
        return customer.heard[0]?.split(" ")[1] ?? "";
      }),
    );
    expect(codes[0]).toEqual(codes[1]);
    const share = (code: string) => (codes[0]?.filter((it) => it === code).length ?? 0) / 400;
    expect(share("51")).toBeGreaterThan(0.22);
    expect(share("51")).toBeLessThan(0.38);
    expect(share("05")).toBeGreaterThan(0.13);
    expect(share("05")).toBeLessThan(0.27);
    for (const [index, code] of codes[0]?.entries() ?? []) {
      expect(it.ledger.has(7, index)).toBe(code === "00");
    }
    expect(it.replica.missingCount).toBe(0);
  });

  it("answers a health check at its door, past its limits and without a stage", () => {
    const it = bank(", rateLimit: { rate: 1/s, burst: 1 }, adaptiveLimit: {}");
    const checks = it.askAll(3, { operation: -1 });
    expect(heard(checks)).toEqual(["0 00", "0 00", "0 00"]);
    expect(it.meter("check").counts.arrived).toBe(0);
    expect(heard([it.ask()])).toEqual([""]);
  });

  it("tells its customers' times apart: its own, and what it waited for others", () => {
    const it = new ReplicaUnderTest(
      `  bank: { stages: { ask: { workers: 2, time: 10ms, call: { to: core, operation: post } } }, operations: { ask: [ask] } }
  core: { stages: { post: { workers: 1 } }, operations: { post: [post] } }`,
    );
    const customer = it.ask();
    it.clock.runTo(10);
    it.clock.runTo(30);
    it.way("core").answer(0, "00", 12);
    it.clock.runOut();
    expect(customer.heard).toEqual(["30 00"]);
    expect(customer).toMatchObject({ ownMs: 10, downstreamMs: 12, betweenMs: 8 });
  });
});

describe("the limits at the door", () => {
  it("turn away what comes faster than the rate, and count it", () => {
    const it = bank(", rateLimit: { rate: 10/s, burst: 2 }");
    const atOnce = it.askAll(3);
    it.clock.runTo(100);
    const later = it.askAll(2);
    it.clock.runOut();
    expect(heard(atOnce)).toEqual(["15 00", "15 00", "0 96 bank-delay"]);
    expect(heard(later)).toEqual(["115 00", "100 96 bank-delay"]);
    expect(it.counts).toEqual({ rateLimited: 2 });
  });

  it("turn away what is too much at once, and have a place again for each that was answered", () => {
    const it = bank(", adaptiveLimit: { aimd: { initial: 2, min: 2, max: 2 } }");
    const first = it.askAll(3);
    expect(heard(first)).toEqual(["", "", "0 96 bank-delay"]);
    it.clock.runTo(15);
    const second = it.askAll(2);
    it.clock.runOut();
    expect(heard(second)).toEqual(["30 00", "30 00"]);
    expect(it.counts).toEqual({ overLimit: 1 });
  });

  it("fall when those who were let in fail further on", () => {
    const limit = "adaptiveLimit: { aimd: { initial: 10, min: 1, max: 10, backoff: 50% } }";
    const faults = "[{ at: 0s, for: 5ms, on: bank.check, errors: { rate: 100% } }]";
    const it = bank(`, ${limit}`, faults);
    expect(heard(it.askAll(2)), "10 become 5, then 2").toEqual(Array(2).fill("0 96 bank-delay"));
    it.clock.runTo(6);
    it.askAll(5);
    expect(it.counts).toEqual({ overLimit: 3 });
  });

  it("are behind the faults: what maintenance answers costs no token", () => {
    const faults = "[{ at: 0s, for: 50ms, on: bank, down: maintenance }]";
    const it = bank(", rateLimit: { rate: 1/s, burst: 1 }", faults);
    expect(heard(it.askAll(3))).toEqual(Array(3).fill("0 91 communication"));
    it.clock.runTo(60);
    const later = it.askAll(2);
    it.clock.runOut();
    expect(heard(later)).toEqual(["75 00", "60 96 bank-delay"]);
  });

  it("check the rate first: what it turns away takes no place", () => {
    const limits =
      "rateLimit: { rate: 1/s, burst: 2 }, adaptiveLimit: { aimd: { initial: 3, min: 3 } }";
    const it = bank(`, ${limits}`);
    it.askAll(5);
    expect(it.counts).toEqual({ rateLimited: 3 });
  });
});

describe("a replica that hangs or freezes", () => {
  it.each(["hang", "freeze"])(
    "%s: answers what was ready first, then takes up what came, in order",
    (down) => {
      const it = bank("", `[{ at: 12ms, for: 88ms, on: bank, down: ${down} }]`);
      const before = it.ask();
      it.clock.runTo(50);
      const meanwhile = it.askAll(2);
      it.clock.runTo(99);
      expect(heard([before, ...meanwhile])).toEqual(["", "", ""]);
      it.clock.runOut();
      // Who hangs finishes what is in its hands, and keeps the answer; who is frozen had 3 ms to go.
      expect(heard([before])).toEqual([down === "hang" ? "100 00" : "103 00"]);
      expect(heard(meanwhile)).toEqual(["115 00", "115 00"]);
    },
  );

  it("posts while it hangs, but not while it is frozen", () => {
    for (const [down, posts] of [
      ["hang", true],
      ["freeze", false],
    ] as const) {
      const it = bank("", `[{ at: 12ms, for: 88ms, on: bank, down: ${down} }]`);
      it.ask({ index: 1 });
      it.clock.runTo(90);
      expect(it.ledger.has(7, 1), down).toBe(posts);
    }
  });

  it("stays so through two faults that overlap", () => {
    const faults = `[{ at: 10ms, for: 40ms, on: bank, down: hang },
      { at: 30ms, for: 70ms, on: bank, down: freeze }]`;
    const it = bank("", faults);
    it.clock.runTo(20);
    const customer = it.ask();
    it.clock.runTo(99);
    expect(customer.heard).toEqual([]);
    it.clock.runOut();
    expect(customer.heard).toEqual(["115 00"]);
  });
});

describe("a replica that is killed", () => {
  const crash = "{ at: 59m, on: bank, down: crash }";

  it("hangs up on everyone inside, wherever they are, and on nobody whom it has answered", () => {
    const it = bank("", `[${crash}, { at: 2ms, for: 8ms, on: bank, delay: 500ms }]`);
    const answered = it.ask({ operation: 1 });
    it.clock.runTo(5);
    const delayed = it.ask();
    it.clock.runTo(20);
    const inside = it.askAll(6);
    it.clock.runTo(25);
    it.replica.die();
    it.clock.runOut();
    expect(heard([answered, delayed])).toEqual(["10 00", "25 hung up"]);
    expect(heard(inside)).toEqual(Array(6).fill("25 hung up"));
    expect(it.meter("check")).toMatchObject({ counts: { killed: 6 }, level: [0, 0, 0] });
  });

  it("does nothing any more: it posts nothing, calls nobody, and its faults move nothing", () => {
    const faults = `[${crash}, { at: 1ms, for: 79ms, on: bank, down: hang },
      { at: 90ms, for: 10ms, on: bank.check, slow: 2x }]`;
    const it = bank("", faults);
    const early = it.ask({ index: 1 });
    it.clock.runTo(50);
    const atDoor = it.ask({ index: 2 });
    it.replica.die();
    const countsThen = { ...it.meter("check").counts };
    it.clock.runOut();
    expect(heard([early, atDoor])).toEqual(["50 hung up", "50 hung up"]);
    expect([it.ledger.has(7, 1), it.ledger.has(7, 2)]).toEqual([false, false]);
    expect(it.meter("check")).toMatchObject({ counts: countsThen, level: [0, 0, 0] });
  });

  it("leaves its calls to their end, but tells nobody of them", () => {
    const it = new ReplicaUnderTest(
      `  bank: { stages: { ask: { workers: 2, call: { to: core, operation: post, retry: {} } } }, operations: { ask: [ask] } }
  core: { stages: { post: { workers: 1 } }, operations: { post: [post] } }`,
      `[${crash}]`,
    );
    const trail = new CountingTrail();
    const customers = it.askAll(2, { trail });
    it.clock.runTo(1);
    it.replica.die();
    it.way("core").answer(0);
    it.way("core").refuse(1);
    it.clock.runOut();
    expect(heard(customers)).toEqual(["1 hung up", "1 hung up"]);
    expect(it.way("core").sent).toHaveLength(2);
    expect(trail).toMatchObject({ opened: 2, closed: 2 });
  });
});
