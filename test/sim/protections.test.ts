import { describe, expect, it } from "vitest";
import { type AuditRule, auditRuleNames } from "../../src/record/money-result.ts";
import type { VariantSummary } from "../../src/record/run-record.ts";
import { simulateText } from "../support/simulated.ts";

/**
 * Merchants activate through signed links and pay over a line that loses answers, and the phones of
 * the merchants take notices. Each variant switches one protection off.
 */
const text = `
name: protections
seed: protections
duration: 60s
promise: 10s
traffic:
  activations:
    journey: [open, activate]
    arrivals: { poisson: { rate: 20/s } }
    links: { forged: 5%, expired: 5%, replayed: 5%, missing: 5% }
    pages: { noCaptcha: 5%, noSecondFactor: 5%, wrongCode: 5% }
    patience: { wait: 1s, retries: 2 }
  payments:
    journey: pay
    arrivals: { poisson: { rate: 20/s } }
    patience: { wait: 1s, retries: 1 }
    reversal: { tries: 3, every: 500ms }
  false-notices:
    calls: merchants.notice
    arrivals: { poisson: { rate: 5/s } }
    links: { forged: 100% }
network:
  operator-bank: { latency: 5ms, loss: 15% }
services:
  operator:
    stages:
      gate: { workers: 8, time: 1ms, checks: [signature, expiry, captcha, second-factor] }
      use: { workers: 8, time: 1ms, checks: [single-use] }
      forward: { workers: 200, call: { to: bank, timeout: 300ms } }
    operations: { open: [gate], activate: [use, forward], pay: [forward], reverse: [forward] }
  bank:
    stages:
      post: { workers: 16, time: 5ms, posts: true }
      undo: { workers: 16, time: 5ms, reverses: true }
    operations: { activate: [post], pay: [post], reverse: [undo] }
    notices: { to: merchants, schedule: [0s, 1s, 1s] }
  merchants:
    stages: { inbox: { workers: 100, hears: true, checks: [signature] } }
    operations: { notice: [inbox] }
variants:
  no-idempotency: { services.bank.idempotency.keeps: nothing }
  forgetful-terminals: { traffic.payments.reversal.exhausted: delete, traffic.payments.reversal.tries: 1 }
  tidy-terminals: { traffic.payments.reversal.tries: 1 }
  no-signature: { services.operator.stages.gate.checks: [expiry, captcha, second-factor] }
  no-expiry: { services.operator.stages.gate.checks: [signature, captcha, second-factor] }
  no-captcha: { services.operator.stages.gate.checks: [signature, expiry, second-factor] }
  no-second-factor: { services.operator.stages.gate.checks: [signature, expiry, captcha] }
  no-single-use: { services.operator.stages.use.checks: [] }
  notices-unchecked: { services.merchants.stages.inbox.checks: [] }
`;

/** What the auditor finds broken, by rule. */
async function broken(variant: string): Promise<{
  readonly rules: readonly AuditRule[];
  readonly summary: VariantSummary;
}> {
  const { summary } = await simulateText(text, { variant });
  const { violations } = summary.money ?? {};
  return { rules: auditRuleNames.filter((rule) => (violations?.[rule] ?? 0) > 0), summary };
}

describe("the books", () => {
  it("are right while every protection is on, whatever the line loses", async () => {
    const { rules, summary } = await broken("baseline");
    expect(rules).toEqual([]);
    expect(summary.integrity).toEqual({ doubleCredited: 0, phantom: 0, missing: 0, leaked: 0 });
    expect(summary.outcomes.blocked).toBeGreaterThan(600);
    expect(summary.money?.reversedCount).toBeGreaterThan(10);
    // Whoever was told of a failure and credited all the same heard of it by a notice.
    expect(summary.unnotified).toBe(0);
  });

  it.each([
    { variant: "no-idempotency", rule: "twice", why: "each repeat posts again" },
    { variant: "forgetful-terminals", rule: "oneSided", why: "a reversal was forgotten" },
    { variant: "no-signature", rule: "leaked", why: "forged links get through" },
    { variant: "no-expiry", rule: "leaked", why: "old links get through" },
    { variant: "no-captcha", rule: "leaked", why: "machines get through" },
    { variant: "no-second-factor", rule: "leaked", why: "guessed codes get through" },
    { variant: "no-single-use", rule: "leaked", why: "used links get through" },
    { variant: "notices-unchecked", rule: "leaked", why: "false notices are believed" },
  ] as const)("are wrong under $variant: $why", async ({ variant, rule }) => {
    const { rules, summary } = await broken(variant);
    expect(rules).toEqual([rule]);
    const { doubleCredited, leaked } = summary.integrity;
    if (rule === "twice") expect(doubleCredited).toBeGreaterThan(0);
    if (rule === "leaked") expect(leaked).toBeGreaterThan(10);
    const [example] = summary.money?.examples ?? [];
    expect(example?.rule).toBe(rule);
    expect(example?.activation).toMatch(/^(activations|payments|false-notices)#\d+$/);
  });

  it("stay open, and are not wrong, where a reversal is kept for people", async () => {
    const { rules, summary } = await broken("tidy-terminals");
    expect(rules).toEqual([]);
    expect(summary.money?.reversals.listed).toBeGreaterThan(0);
    expect(summary.money?.pendingCount).toBeGreaterThan(0);
  });
});
