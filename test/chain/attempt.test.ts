import { describe, expect, it } from "vitest";
import { downstreamAttempt, laterAttempt } from "../../src/chain/attempt.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, it) => it);

/** The numbers under which a call with this number is sent, first and later. */
const triesOf = (attempt: number, count: number) =>
  upTo(count).map((number) => (number === 0 ? attempt : laterAttempt(attempt, number)));

describe("the numbers of attempts", () => {
  it("are those of the taps at the terminal, and sixteen apart behind it, if nothing is retried", () => {
    expect(upTo(4).map(downstreamAttempt)).toEqual([0, 16, 32, 48]);
  });

  it("are whole numbers of 32 bits, with a sign", () => {
    for (const attempt of [0, 1, 16, 2 ** 28, 2 ** 31 - 1, -1]) {
      for (const number of [1, 2, 1_000, 1_000_000]) {
        const later = laterAttempt(attempt, number);
        expect(later | 0).toBe(later);
        expect(downstreamAttempt(later) | 0).toBe(downstreamAttempt(later));
      }
    }
  });

  it.each([
    { why: "ten taps, ten tries each", taps: 10, tries: [10] },
    { why: "ten taps, five tries here and five there", taps: 10, tries: [5, 5] },
    { why: "five taps, four tries at each of three places", taps: 5, tries: [4, 4, 4] },
    { why: "one tap, a thousand tries", taps: 1, tries: [1_000] },
  ])("differ at every place of the chain: $why", ({ taps, tries }) => {
    let numbers = upTo(taps);
    tries.forEach((count, depth) => {
      const asked = numbers.map((it) => (depth === 0 ? it : downstreamAttempt(it)));
      numbers = asked.flatMap((it) => triesOf(it, count));
      expect(new Set(numbers).size, `place ${depth}`).toBe(numbers.length);
    });
  });

  it("of later deliveries differ from those of the call that failed, and from its retries", () => {
    const asked = upTo(10).map(downstreamAttempt);
    const called = asked.flatMap((it) => triesOf(it, 10));
    const delivered = asked.flatMap((it) =>
      upTo(200).flatMap((number) => triesOf(laterAttempt(it, 1_001 + number), 3)),
    );
    const all = [...called, ...delivered];
    expect(new Set(all).size).toBe(all.length);
  });
});
