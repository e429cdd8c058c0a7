import { describe, expect, it } from "vitest";
import { simulateText } from "../support/simulated.ts";

/** The four journeys of a payment chain, each of operations with stages of their own. */
const text = `
name: journeys
seed: journeys
duration: 60s
promise: 5s
traffic:
  activations:
    journey: [open-link, check-account, second-factor, activate]
    arrivals: { even: { rate: 5/s } }
    links: { forged: 10% }
    patience: { wait: 2s }
  payments:
    journey: pay
    arrivals: { even: { rate: 5/s } }
    patience: { wait: 2s }
    reversal: { every: 1s }
  questions: { journey: status, arrivals: { even: { rate: 1/s } } }
  batches: { journey: settle, arrivals: { even: { rate: 0.1/s } } }
services:
  operator:
    stages:
      link: { workers: 4, time: 10ms, checks: [signature, expiry, captcha, single-use] }
      account: { workers: 4, time: 20ms }
      code: { workers: 4, time: 30ms, checks: [second-factor] }
      upload: { workers: 1, time: 200ms, call: { to: bank } }
      forward: { workers: 50, call: { to: bank, timeout: 1s } }
    operations:
      open-link: [link]
      check-account: [account]
      second-factor: [code]
      activate: [forward]
      pay: [forward]
      reverse: [forward]
      status: [forward]
      settle: [upload]
  bank:
    stages:
      identity: { workers: 4, time: 10ms }
      risk: { workers: 4, time: 10ms }
      post: { workers: 4, time: 5ms, posts: true }
      undo: { workers: 4, time: 5ms, reverses: true }
      look: { workers: 4, time: 5ms, reads: true }
      batch: { workers: 1, time: 300ms }
    operations:
      activate: [identity, risk, post]
      pay: [risk, post]
      reverse: [undo]
      status: [look]
      settle: [batch]
    rejects: { "51": 4% }
    notices: { to: phones }
    settlement: { every: 20s, takes: 1s }
  phones:
    stages: { inbox: { workers: 10, hears: true, checks: [signature] } }
    operations: { notice: [inbox] }
variants:
  code-first: { traffic.activations.journey: [open-link, second-factor, check-account, activate] }
  no-account-check: { traffic.activations.journey: [open-link, second-factor, activate] }
  one-step: { traffic.activations.journey: activate, services.operator.operations.activate: [link, account, code, forward] }
`;

describe("the journeys of a payment chain", () => {
  const run = (variant: string) => simulateText(text, { variant });

  it("activate, pay, ask and settle, and the books of all of them are right", async () => {
    const { summary } = await run("baseline");
    expect(summary.planned).toBe(300 + 300 + 60 + 6);
    const { credited, declined, blocked, lost } = summary.outcomes;
    // What was never paid is not there: each question is answered 25.
    expect(declined).toBeGreaterThan(60);
    expect(blocked).toBeGreaterThan(15);
    expect(lost).toBe(0);
    expect(credited).toBe(summary.planned - declined - blocked);
    const { money } = summary;
    expect(money?.postedCount).toBe(credited - 6); // A batch is no credit.
    expect(money?.heardCount).toBe(money?.postedCount);
    expect(Object.values(money?.violations ?? {}).every((count) => count === 0)).toBe(true);
  });

  it("settle in batches at the cut-offs, where the totals of operator and bank agree", async () => {
    const { money } = (await run("baseline")).summary;
    expect(money?.batches.map(({ atMs }) => atMs)).toEqual([21_000, 41_000, 61_000]);
    for (const { bankCount, bankMinor, operatorCount, operatorMinor } of money?.batches ?? []) {
      expect(bankCount).toBeGreaterThan(100);
      expect([operatorCount, operatorMinor]).toEqual([bankCount, bankMinor]);
    }
    expect(money?.operatorMinor).toBe(money?.postedMinor);
  });

  it("end the same in whatever order their steps come, and pass by a step that is dropped", async () => {
    const [baseline, codeFirst, without, oneStep] = await Promise.all(
      ["baseline", "code-first", "no-account-check", "one-step"].map(async (variant) => {
        const { stations, outcomes } = (await run(variant)).summary;
        const account = stations.find(({ name }) => name === "operator.account");
        return { checked: account?.arrivals, outcomes };
      }),
    );
    // Links that are forged go no further than the first step.
    expect(baseline?.checked).toBe(300 - (baseline?.outcomes.blocked ?? 0));
    expect(codeFirst).toEqual(baseline);
    expect(oneStep).toEqual(baseline);
    expect(without).toEqual({ ...baseline, checked: 0 });
  });
});
