import { describe, expect, it } from "vitest";
import { z } from "zod";
import { AdaptiveLimit, AdaptiveLimitSpec } from "../../src/policy/adaptive-limit.ts";

function buildLimit(spec: z.input<typeof AdaptiveLimitSpec>): AdaptiveLimit {
  return new AdaptiveLimit(AdaptiveLimitSpec.parse(spec));
}

/** Lets requests in up to the limit. */
function fill(limit: AdaptiveLimit): void {
  while (limit.tryEnter()) {}
}

/** The limits after each of so many requests, of which there are always as many as may be. */
function limitsUnderLoad(limit: AdaptiveLimit, rttsMs: readonly number[], dropped = false) {
  return rttsMs.map((rttMs) => {
    fill(limit);
    limit.leave(rttMs, dropped);
    return limit.limit;
  });
}

const flat = (count: number, rttMs = 100) => new Array<number>(count).fill(rttMs);

describe("the door", () => {
  it("lets in as many as the limit says, and another for each that leaves", () => {
    const limit = buildLimit({ aimd: { initial: 3, min: 1 } });
    expect([1, 2, 3, 4].map(() => limit.tryEnter())).toEqual([true, true, true, false]);
    expect(limit.inFlight).toBe(3);
    limit.withdraw();
    expect([limit.inFlight, limit.limit]).toEqual([2, 3]);
    expect([1, 2].map(() => limit.tryEnter())).toEqual([true, false]);
  });

  it("stays shut after the limit fell until enough have left", () => {
    const limit = buildLimit({ aimd: { initial: 10, min: 1, backoff: "50%" } });
    fill(limit);
    limit.leave(100, true);
    expect([limit.limit, limit.inFlight]).toEqual([5, 9]);
    for (let i = 0; i < 4; i += 1) limit.withdraw();
    expect(limit.tryEnter()).toBe(false);
    limit.withdraw();
    expect(limit.tryEnter()).toBe(true);
  });

  it.each(["leave", "withdraw"] as const)("fails when more %s than came", (how) => {
    const limit = buildLimit({});
    const leave = () => (how === "leave" ? limit.leave(1, false) : limit.withdraw());
    expect(leave).toThrow("more left than entered");
    limit.tryEnter();
    leave();
    expect(leave).toThrow("more left than entered");
  });
});

describe("aimd", () => {
  const options = { initial: 30, min: 20, max: 32 };

  it.each([
    { why: "one more after a success", rttsMs: [100], dropped: false, limits: [31] },
    { why: "no more than max", rttsMs: flat(4), dropped: false, limits: [31, 32, 32, 32] },
    // 30 x 0.9 = 27, 24.3, 21.6, 18.9.
    { why: "a tenth less after a failure", rttsMs: [100], dropped: true, limits: [27] },
    { why: "no less than min", rttsMs: flat(5), dropped: true, limits: [27, 24, 21, 20, 20] },
    { why: "5 s are a success", rttsMs: [5_000], dropped: false, limits: [31] },
    { why: "more than 5 s are a failure", rttsMs: [5_000.001], dropped: false, limits: [27] },
  ])("$why", ({ rttsMs, dropped, limits }) => {
    expect(limitsUnderLoad(buildLimit({ aimd: options }), rttsMs, dropped)).toEqual(limits);
  });

  it.each([
    { inFlight: 15, limit: 31 },
    { inFlight: 14, limit: 30 },
  ])("$inFlight in use of 30 make it $limit", ({ inFlight, limit: expected }) => {
    const limit = buildLimit({ aimd: options });
    for (let i = 0; i < inFlight; i += 1) limit.tryEnter();
    limit.leave(100, false);
    expect(limit.limit).toBe(expected);
  });

  it("falls by one at least, so that it gets down to 1", () => {
    const limit = buildLimit({ aimd: { initial: 3, min: 1 } });
    expect(limitsUnderLoad(limit, flat(3), true)).toEqual([2, 1, 1]);
  });
});

describe("gradient", () => {
  // 40 + 20% of 4 each time: 40.8, 41.6, 42.4, 43.2, 44.
  it("rises by a share of the queue while times are flat and the limit is used", () => {
    const limit = buildLimit({ gradient: { initial: 40 } });
    expect(limitsUnderLoad(limit, flat(5))).toEqual([40, 41, 42, 43, 44]);
  });

  it("stays while less than half of it is used, whatever the times are", () => {
    const limit = buildLimit({ gradient: { initial: 40 } });
    for (let i = 0; i < 19; i += 1) limit.tryEnter();
    for (const rttMs of [100, 1, 9_000]) {
      limit.leave(rttMs, false);
      expect(limit.limit).toBe(40);
      limit.tryEnter();
    }
  });

  // After 20 of 100 ms the limit is 40 + 20 x 0.8 = 56. The mean is then 100 + 100 x 2/601 = 100.33,
  // and 1.5 x 100.33 / 200 = 0.7525: 56 x 0.8 + (56 x 0.7525 + 4) x 0.2 = 54.03. The next mean is
  // 100.66: 54.03 x 0.8 + (54.03 x 0.75499 + 4) x 0.2 = 52.18.
  it("falls when times double", () => {
    const limit = buildLimit({ gradient: { initial: 40 } });
    expect(limitsUnderLoad(limit, flat(20)).at(-1)).toBe(56);
    expect(limitsUnderLoad(limit, [200, 200])).toEqual([54, 52]);
  });

  it("rises on while times stay within the tolerance", () => {
    const limit = buildLimit({ gradient: { initial: 40 } });
    limitsUnderLoad(limit, flat(20));
    expect(limitsUnderLoad(limit, flat(5, 149)).at(-1)).toBe(60);
  });

  // 0.8 x 56 + 0.2 x (28 + 4) = 51.2, where 1.5 x 100 / 10000 alone would have made 45.8.
  it("falls by half of the smoothing at most, for one slow request may be chance", () => {
    const limit = buildLimit({ gradient: { initial: 40 } });
    limitsUnderLoad(limit, flat(20));
    expect(limitsUnderLoad(limit, [10_000])).toEqual([51]);
  });

  it("gets used to times that stay slow, and rises again", () => {
    const limit = buildLimit({ gradient: { initial: 40, max: 80, longWindow: 50 } });
    limitsUnderLoad(limit, flat(20));
    const limits = limitsUnderLoad(limit, flat(200, 200));
    expect(Math.min(...limits)).toBeLessThan(56);
    expect(limits.at(-1)).toBe(80);
  });

  it("forgets an overload faster than its long-term mean alone would", () => {
    const limit = buildLimit({ gradient: { initial: 40 } });
    limitsUnderLoad(limit, flat(20, 1_000));
    limitsUnderLoad(limit, flat(60, 10)); // 5 % less each time: about 40 ms.
    const before = limit.limit;
    // With its weight of 2/601 alone the mean were above 800 ms, and 100 ms no reason to fall.
    expect(limitsUnderLoad(limit, [100]).at(-1)).toBeLessThan(before);
  });

  it.each([
    { why: "a refusal at once says nothing of the times", rttMs: 1, after: 56 },
    { why: "a timeout does", rttMs: 10_000, after: 51 },
  ])("$why", ({ rttMs, after }) => {
    const limit = buildLimit({ gradient: { initial: 40 } });
    limitsUnderLoad(limit, flat(20));
    expect(limitsUnderLoad(limit, [rttMs], true)).toEqual([after]);
  });

  it("does not begin with a refusal", () => {
    const limit = buildLimit({ gradient: { initial: 40 } });
    limitsUnderLoad(limit, [1], true);
    expect(limitsUnderLoad(limit, flat(5))).toEqual([40, 41, 42, 43, 44]);
  });

  it("can do with services that take no time", () => {
    const limit = buildLimit({});
    expect(limitsUnderLoad(limit, flat(1_000, 0)).at(-1)).toBe(200);
  });
});

describe("AdaptiveLimitSpec", () => {
  const bounds = { initial: 20, min: 20, max: 200 };
  const gradient = { ...bounds, tolerance: 1.5, smoothing: 0.2, longWindow: 600, queue: 4 };
  const aimd = { ...bounds, backoff: 0.9, above: 5_000 };

  it.each([
    { from: {}, to: { kind: "gradient", options: gradient } },
    { from: { gradient: {} }, to: { kind: "gradient", options: gradient } },
    { from: { aimd: {} }, to: { kind: "aimd", options: aimd } },
    {
      from: { gradient: { tolerance: "2x", smoothing: "50%", max: 40 } },
      to: { kind: "gradient", options: { ...gradient, tolerance: 2, smoothing: 0.5, max: 40 } },
    },
    {
      from: { aimd: { above: "1s", backoff: "75%" } },
      to: { kind: "aimd", options: { ...aimd, above: 1_000, backoff: 0.75 } },
    },
  ])("reads $from", ({ from, to }) => {
    expect(AdaptiveLimitSpec.parse(from)).toEqual(to);
  });

  const inside = "expected an initial limit between min and max";

  it.each([
    { value: { gradient: {}, aimd: {} }, message: "expected at most one of gradient, aimd" },
    { value: { gradient: { min: 21 } }, message: inside },
    { value: { aimd: { initial: 201 } }, message: inside },
    { value: { aimd: { max: 19 } }, message: "expected a min of at most max" },
    { value: { gradient: { tolerance: "0.9x" } }, message: "expected a factor from 1x" },
    { value: { gradient: { smoothing: "0%" } }, message: "expected a share above 0%" },
    { value: { aimd: { backoff: "100%" } }, message: "expected a share from 50% to below 100%" },
    { value: { aimd: { backoff: "49%" } }, message: "expected a share from 50% to below 100%" },
  ])("refuses $value: $message", ({ value, message }) => {
    expect(AdaptiveLimitSpec.safeParse(value).error?.issues.map((it) => it.message)).toEqual([
      message,
    ]);
  });

  it("has a JSON Schema of what is written", () => {
    const schema = z.toJSONSchema(AdaptiveLimitSpec, { io: "input" });
    const checker = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    expect(checker.safeParse({ gradient: { tolerance: "2x" } }).error).toBeUndefined();
    expect(checker.safeParse({ gradient: { tolerance: 2 } }).success).toBe(false);
  });
});
