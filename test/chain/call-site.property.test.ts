import { expect, it } from "vitest";
import type { ResponseCode } from "../../src/domain/response-code.ts";
import { fc } from "../support/property.ts";
import { type Made, SiteUnderTest } from "../support/site-under-test.ts";

/** What becomes of one request, and when. */
const fate = fc.record({
  kind: fc.constantFrom("answer", "answer", "answer", "refuse", "break", "lose", "silence"),
  code: fc.constantFrom<ResponseCode>("00", "00", "51", "96", "91", "68"),
  afterMs: fc.integer({ min: 0, max: 60 }),
});

const call = fc.record({
  gapMs: fc.integer({ min: 0, max: 30 }),
  index: fc.nat(5),
  deadlineMs: fc.option(fc.integer({ min: 0, max: 150 }), { nil: undefined }),
});

const backoff = fc.constantFrom(
  { constant: { wait: "0ms" } },
  { constant: { wait: "12ms" } },
  { exponential: { base: "5ms", max: "40ms" } },
);
const retry = fc.record(
  {
    attempts: fc.integer({ min: 2, max: 4 }),
    on: fc.constantFrom(["timeout", "refused", "broken", "retriable"], ["rejected", "refused"]),
    backoff,
    budget: fc.constant({ share: "50%", floor: "0/s", window: "1s" }),
  },
  { requiredKeys: ["attempts", "on", "backoff"] },
);
const breaker = fc.integer({ min: 1, max: 3 }).map((probes) => {
  return { window: { calls: 3 }, least: 2, open: "40ms", probes };
});
const bulkhead = fc.constantFrom(
  { limit: 1 },
  { limit: 2, queue: 2, wait: "15ms" },
  { limit: 3, queue: 9, wait: "80ms" },
);
const hedge = fc.constantFrom(
  { after: "10ms", extra: 2 },
  { after: "20ms", budget: { share: "10%", burst: 2 } },
);
const policies = fc.record(
  {
    deadline: fc.constant("90ms"),
    retry,
    breaker,
    bulkhead,
    hedge,
    throttle: fc.constant({ k: "1.1x", window: "1s" }),
    ejection: fc.constant({ consecutive: 2, base: "50ms" }),
    balancer: fc.constantFrom("round-robin", "least-requests", "p2c"),
  },
  { requiredKeys: [] },
);

const options = fc.record(
  {
    policies,
    mode: fc.constantFrom("weighted" as const, "failover" as const),
    posts: fc.boolean(),
    services: fc.constantFrom(["a"], ["a", "b"], ["a", "b", "c"]),
    replicas: fc.integer({ min: 1, max: 3 }),
    timeoutMs: fc.constantFrom(25, 70),
    limitMs: fc.constantFrom(60, 130),
    linkMs: fc.constant(3),
  },
  { requiredKeys: ["policies", "mode", "posts", "services", "replicas", "limitMs"] },
);

type Fate = typeof fate extends fc.Arbitrary<infer F> ? F : never;

// Goal: whatever becomes of the attempts and whatever policies are on, each call is told of exactly
// once, never from within it, at its limit at the latest; every attempt that was opened is closed;
// and at the end no policy holds anything: after a pause, a fresh call goes out and is answered.
// Method: random calls under random policies, whose requests meet random fates; each object of the
// pools is used many times in one run.
it("tells every owner once, and leaves nothing behind", () => {
  const reached = new Set<string>();
  const fates = fc.array(fate, { minLength: 1, maxLength: 40 });
  const calls = fc.array(call, { minLength: 1, maxLength: 25 });
  fc.assert(
    fc.property(options, calls, fates, (written, asked, script) => {
      const site = new SiteUnderTest(written);
      const { clock } = site;
      play(site, script);
      const made = asked.map(({ gapMs, index, deadlineMs = Number.POSITIVE_INFINITY }) => {
        clock.runFor(gapMs);
        const atMs = clock.nowMs();
        return { atMs, ...site.call(index, { deadlineMs: atMs + deadlineMs }) };
      });
      clock.runOut();
      for (const one of made) check(one, one.atMs + written.limitMs);
      for (const bank of site.banks) bank.onSend = () => {};
      for (const bank of site.banks) endAll(bank);
      clock.runOut();
      for (const { trail, owner } of made) {
        expect(trail.underWay, "all that was opened is closed").toBe(0);
        expect(owner.told, "and nobody was told a second time").toHaveLength(1);
        reached.add(owner.told[0]?.end.slice(0, 8) ?? "");
      }
      for (const name of Object.keys(site.counts)) reached.add(name);
      for (const breaker of site.breakers) reached.add(breaker?.state ?? "no breaker");
      checkFresh(site);
      checkPlaces(site, written.policies.bulkhead?.limit ?? 1);
    }),
    { numRuns: 600 },
  );
  expect([...reached].sort()).toEqual(
    [
      ...["answered", "timeout", "refused", "broken", "rejected"],
      ...["attempts", "retries", "budgetSpent", "hedges", "hedgesWon", "failovers", "tooLate"],
      ...["breakerRejected", "bulkheadRejected", "throttled"],
      ...["closed", "open", "half-open", "no breaker"],
    ].sort(),
  );
});

/** Each request meets the next fate of the script, which begins anew at its end. */
function play(site: SiteUnderTest, script: readonly Fate[]): void {
  let sentCount = 0;
  for (const bank of site.banks) {
    bank.onSend = (number) => {
      const { kind, code, afterMs } = script[sentCount % script.length] ?? script[0] ?? silence;
      sentCount += 1;
      const fire = () => {
        if (kind === "answer") bank.answer(number, code, 1);
        else if (kind === "refuse") bank.refuse(number);
        else if (kind === "break") bank.break(number);
        else bank.lose(number);
      };
      if (kind !== "silence") site.clock.after(afterMs, { fire }, 0);
    };
  }
}

const silence: Fate = { kind: "silence", code: "00", afterMs: 0 };

function check({ owner, trail }: Made, limitMs: number): void {
  expect(owner.told, "told once").toHaveLength(1);
  expect(owner.told[0]?.atMs, "at its limit at the latest").toBeLessThanOrEqual(limitMs);
  expect(trail.opened).toBeGreaterThanOrEqual(trail.closed);
}

function endAll(bank: SiteUnderTest["banks"][number]): void {
  for (let number = 0; number < bank.sent.length; number += 1) {
    if (bank.isUnderWay(number)) bank.answer(number);
  }
}

/** Long after, calls get through again, one after the other, and no place is missing. */
function checkFresh(site: SiteUnderTest): void {
  const { clock } = site;
  clock.runFor(600_000);
  for (const bank of site.banks) bank.onSend = (number) => bank.answer(number);
  const ends = Array.from({ length: 40 }, (_, place) => {
    clock.runFor(100); // Breakers stay open for 40 ms.
    const { owner, trail } = site.call(100 + place);
    clock.runOut();
    expect(trail.underWay).toBe(0);
    return owner.told.map(({ end }) => end).join();
  });
  // Old failures in a breaker's window of three calls may open it once more.
  expect(ends.slice(25), "fresh calls").toEqual(Array(15).fill("answered 00"));
}

/** As many calls as the bulkhead has places go out at once. */
function checkPlaces(site: SiteUnderTest, placeCount: number): void {
  const sentCount = () => site.banks.reduce((sum, { sent }) => sum + sent.length, 0);
  const before = sentCount();
  for (const bank of site.banks) bank.onSend = () => {};
  for (let index = 0; index < placeCount; index += 1) site.call(200 + index);
  site.clock.runFor(4); // They may travel for 3 ms.
  expect(sentCount() - before, "calls at once").toBe(placeCount);
}
