import { describe, expect, it } from "vitest";
import { Backoff, BackoffSpec } from "../../src/policy/backoff.ts";

function read(written: unknown): Backoff {
  return new Backoff(BackoffSpec.parse(written));
}

const tenfold = { base: "100ms", factor: "10x", max: "5s" };

describe("nextMs", () => {
  it.each([
    { why: "constant: 2s", written: "constant", retry: 1, u: 0.9, ms: 2_000 },
    { why: "constant: as written", written: { constant: { wait: "0s" } }, retry: 9, u: 0.9, ms: 0 },
    {
      why: "no jitter: the base first",
      written: { exponential: { jitter: "none" } },
      retry: 1,
      u: 0.9,
      ms: 128,
    },
    {
      why: "no jitter: doubled each time",
      written: { exponential: { jitter: "none" } },
      retry: 4,
      u: 0.9,
      ms: 1_024,
    },
    {
      why: "no jitter: up to 30s",
      written: { exponential: { jitter: "none" } },
      retry: 9,
      u: 0.9,
      ms: 30_000,
    },
    {
      why: "a power too great for a number is still the longest wait",
      written: { exponential: { ...tenfold, jitter: "none" } },
      retry: 999,
      u: 0.9,
      ms: 5_000,
    },
    {
      why: "full: a share of the wait",
      written: { exponential: { ...tenfold, jitter: "full" } },
      retry: 2,
      u: 0.25,
      ms: 250,
    },
    {
      why: "full: a share of the longest wait",
      written: { exponential: { ...tenfold, jitter: "full" } },
      retry: 3,
      u: 0.25,
      ms: 1_250,
    },
    {
      why: "equal: half of the wait and a share of the other half",
      written: { exponential: { ...tenfold, jitter: "equal" } },
      retry: 2,
      u: 0.5,
      ms: 750,
    },
    {
      why: "random: each wait drawn alike",
      written: { random: { uniform: { min: "1s", max: "3s" } } },
      retry: 7,
      u: 0.25,
      ms: 1_500,
    },
    {
      why: "random: the median of an exponential",
      written: { random: { exponential: { mean: "1s" } } },
      retry: 1,
      u: 0.5,
      ms: 693.147,
    },
  ])("$why", ({ written, retry, u, ms }) => {
    expect(read(written).nextMs(retry, 0, u)).toBe(ms);
  });

  it.each([
    { why: "first between the base and three times that", previousMs: 0, u: 0.5, ms: 256 },
    { why: "then up to three times the wait before", previousMs: 1_000, u: 0.5, ms: 1_564 },
    {
      why: "shorter than the wait before, if chance has it",
      previousMs: 1_000,
      u: 0.01,
      ms: 156.72,
    },
    { why: "30s at most", previousMs: 30_000, u: 0.5, ms: 30_000 },
  ])("decorrelated: $why", ({ previousMs, u, ms }) => {
    expect(read("exponential").nextMs(2, previousMs, u)).toBe(ms);
  });
});

describe("BackoffSpec", () => {
  it("takes a kind without its keys, which then have their defaults", () => {
    expect(BackoffSpec.parse({ exponential: {} })).toEqual({
      exponential: { base: 128, factor: 2, max: 30_000, jitter: "decorrelated" },
    });
    expect(BackoffSpec.parse({ constant: {} })).toEqual({ constant: { wait: 2_000 } });
  });

  it.each([
    { written: "expo", told: "expected exponential, constant, or one with its keys such as" },
    { written: 3, told: "expected exponential, constant, or one with its keys such as" },
    { written: {}, told: "expected exactly one of constant, exponential, random" },
    {
      written: { constant: {}, exponential: {} },
      told: "expected exactly one of constant, exponential, random",
    },
    { written: { exponential: { factor: "0.9x" } }, told: "expected a factor of at least 1x" },
    {
      written: { exponential: { base: "2s", max: "1s" } },
      told: "expected a max of at least base",
    },
    {
      written: { exponential: { jitter: "some" } },
      told: "expected none, equal, full or decorrelated",
    },
  ])("tells what it expected instead of $written", ({ written, told }) => {
    // Told of the kind that was written, wherever in the union it stands.
    expect(JSON.stringify(BackoffSpec.safeParse(written).error?.issues)).toContain(told);
  });
});
