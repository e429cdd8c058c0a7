import { describe, expect, it } from "vitest";
import { decideOutcome, outcomes, uncreditedRatio } from "../../src/domain/outcome.ts";

const promiseMs = 5_000;
const silent = {
  plannedMs: 1_000,
  ending: "answered",
  toldApproved: false,
  toldDeclined: false,
  isBad: false,
  creditedAtMs: Number.NaN,
} as const;

describe("decideOutcome", () => {
  it.each([
    {
      why: "credited and told",
      it: { toldApproved: true, creditedAtMs: 2_000 },
      outcome: "credited",
    },
    { why: "credited at the planned instant", it: { creditedAtMs: 1_000 }, outcome: "credited" },
    {
      why: "credited at the last instant of the promise",
      it: { creditedAtMs: 6_000 },
      outcome: "credited",
    },
    {
      why: "credited a microsecond after the promise",
      it: { creditedAtMs: 6_000.001 },
      outcome: "late",
    },
    {
      why: "credited in time, though the terminal gave up",
      it: { ending: "timedOut", creditedAtMs: 2_000 },
      outcome: "credited",
    },
    {
      why: "credited in time by an earlier attempt, though the last was declined",
      it: { toldDeclined: true, creditedAtMs: 2_000 },
      outcome: "credited",
    },
    {
      why: "credited late, though told in time that it was declined",
      it: { toldDeclined: true, creditedAtMs: 60_000 },
      outcome: "late",
    },
    { why: "told that it was declined", it: { toldDeclined: true }, outcome: "declined" },
    {
      why: "told approved, but nowhere in the ledger",
      it: { toldApproved: true },
      outcome: "lost",
    },
    {
      why: "told approved in the end, but it was never to be credited",
      it: { isBad: true, toldApproved: true },
      outcome: "blocked",
    },
    { why: "forged, and stopped", it: { isBad: true, toldDeclined: true }, outcome: "blocked" },
    {
      why: "forged, and let through: the ledger's word counts",
      it: { isBad: true, creditedAtMs: 2_000 },
      outcome: "credited",
    },
    { why: "timed out, and no credit", it: { ending: "timedOut" }, outcome: "lost" },
    { why: "failed", it: { ending: "failed" }, outcome: "lost" },
    { why: "never sent", it: { ending: "unsent" }, outcome: "lost" },
    { why: "still waiting at the end of the run", it: { ending: "unfinished" }, outcome: "lost" },
  ] as const)("$why: $outcome", ({ it, outcome }) => {
    expect(decideOutcome({ ...silent, ...it }, promiseMs)).toBe(outcome);
  });
});

describe("uncreditedRatio", () => {
  const none = { credited: 0, late: 0, declined: 0, blocked: 0, lost: 0 };
  it.each([
    { why: "nothing was planned", counts: {}, ratio: 0 },
    { why: "all were credited", counts: { credited: 10 }, ratio: 0 },
    { why: "all were lost", counts: { lost: 3 }, ratio: 1 },
    {
      why: "late ones count as lost ones do",
      counts: { credited: 6, late: 1, lost: 3 },
      ratio: 0.4,
    },
    {
      why: "who was declined was due nothing",
      counts: { credited: 1, lost: 1, declined: 98 },
      ratio: 0.5,
    },
    {
      why: "who was blocked was due nothing",
      counts: { credited: 1, lost: 1, blocked: 98 },
      ratio: 0.5,
    },
    { why: "all were declined or blocked", counts: { declined: 4, blocked: 5 }, ratio: 0 },
  ])("is $ratio when $why", ({ counts, ratio }) => {
    expect(uncreditedRatio({ ...none, ...counts })).toBe(ratio);
  });

  it("knows every outcome", () => {
    expect(Object.keys(none).sort()).toEqual([...outcomes].sort());
  });
});
