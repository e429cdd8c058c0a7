import { expect, it } from "vitest";
import { CircuitBreaker, CircuitBreakerSpec } from "../../src/policy/circuit-breaker.ts";
import { fc } from "../support/property.ts";

/** Which of the calls under way: mostly the newest, so that some old ones are answered very late. */
const which = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.nat(1_000) },
);

const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: "call" as const }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("answer" as const),
      which,
      failed: fc.nat(9).map((it) => it < 3),
      elapsedMs: fc.constantFrom(1, 1, 1_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("withdraw" as const), which }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.constantFrom(1, 400, 1_000),
    }),
  },
);

const openMs = 1_000;
const specs = fc
  .record({
    failures: fc.constantFrom("20%", "50%", "100%"),
    slow: fc.constantFrom("50%", "100%"),
    window: fc.constantFrom({ calls: 3 }, { calls: 8 }, { time: "500ms" }, { time: "5s" }),
    least: fc.integer({ min: 1, max: 5 }),
    probes: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ slow, ...rest }) =>
    CircuitBreakerSpec.parse({ ...rest, slow: { share: slow, above: "500ms" }, open: "1s" }),
  );

type Sent = { readonly generation: number; readonly isProbe: boolean };

// Goal: whatever the order of calls and answers, some of them very late, no call goes out while the
// breaker is open; it stays open for its pause; in one half-open phase never more than `probes`
// count as sent; only the probes' own answers end the phase, and they end it by their shares.
// Method: random steps beside a plain record of what is under way and what the probes came to.
it("is silent while open, and tries with so many probes and no more", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(specs, fc.array(step, { maxLength: 160, size: "max" }), (spec, steps) => {
      const breaker = new CircuitBreaker(spec);
      const underWay: Sent[] = [];
      let nowMs = 0;
      let openedMs = 0;
      let openedCount = 0;
      let probes = { sent: 0, settled: 0, failed: 0, slow: 0 };
      for (const it of steps) {
        const before = { state: breaker.state, generation: breaker.generation };
        if (it.kind === "wait") {
          nowMs += it.ms;
        } else if (it.kind === "call") {
          const admitted = breaker.admits(nowMs);
          const isPause = before.state === "open" && nowMs < openedMs + openMs;
          if (before.state === "closed") expect(admitted).toBe(true);
          if (before.state === "open") expect(admitted).toBe(!isPause);
          if (before.state === "open" && !isPause) {
            expect(breaker.state).toBe("half-open");
            probes = { sent: 0, settled: 0, failed: 0, slow: 0 };
          }
          const isProbe = breaker.state === "half-open";
          if (isProbe) {
            expect(admitted).toBe(probes.sent < spec.probes);
            if (admitted) probes.sent += 1;
          }
          reached.add(`${breaker.state} ${admitted ? "admits" : "refuses"}`);
          if (admitted) underWay.unshift({ generation: breaker.generation, isProbe });
        } else if (underWay.length > 0) {
          const [sent] = underWay.splice(it.which % underWay.length, 1);
          if (sent === undefined) continue;
          const isOwn = sent.generation === before.generation;
          if (it.kind === "withdraw") {
            breaker.withdrawn(sent.generation);
            if (isOwn && sent.isProbe) probes.sent -= 1;
            expect(breaker.generation).toBe(before.generation);
            reached.add(`withdrawn ${isOwn ? before.state : "late"}`);
            continue;
          }
          breaker.settled(sent.generation, it.failed, it.elapsedMs, nowMs);
          if (!isOwn) {
            expect(breaker.generation).toBe(before.generation);
            reached.add(`late while ${before.state}`);
          } else if (sent.isProbe) {
            probes.settled += 1;
            probes.failed += it.failed ? 1 : 0;
            probes.slow += it.elapsedMs > spec.slow.above ? 1 : 0;
            const isBad =
              probes.failed >= spec.failures * spec.probes ||
              probes.slow >= spec.slow.share * spec.probes;
            const isDone = probes.settled === spec.probes;
            expect(breaker.state).toBe(isBad ? "open" : isDone ? "closed" : "half-open");
            reached.add(`probes say ${breaker.state}`);
          }
        }
        if (breaker.state === "open" && before.state !== "open") {
          openedMs = nowMs;
          openedCount += 1;
        }
        expect(breaker.openedCount).toBe(openedCount);
        expect(probes.sent).toBeLessThanOrEqual(spec.probes);
      }
    }),
    { numRuns: 250 },
  );
  expect([...reached].sort()).toEqual([
    "closed admits",
    "half-open admits",
    "half-open refuses",
    "late while closed",
    "late while half-open",
    "late while open",
    "open refuses",
    "probes say closed",
    "probes say half-open",
    "probes say open",
    "withdrawn closed",
    "withdrawn half-open",
    "withdrawn late",
  ]);
});
