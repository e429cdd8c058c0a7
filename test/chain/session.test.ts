import { describe, expect, it } from "vitest";
import { PolicyCounts } from "../../src/chain/policy-counts.ts";
import type { Session } from "../../src/chain/session.ts";
import { Terminals } from "../../src/chain/terminals.ts";
import { Customers } from "../../src/traffic/merchant.ts";
import { SiteUnderTest } from "../support/site-under-test.ts";

/** Terminals whose calls go through a call site, and what they handed in. */
function terminalsOf(site: SiteUnderTest, patience: { retries: number } | null = null) {
  const finished: string[] = [];
  const describe = ({ payment, endedMs, ending, cause, attempts }: Session) =>
    `${payment.index} ${endedMs} ${ending} ${cause} after ${attempts}`;
  const terminals: Terminals = new Terminals({
    clock: site.clock,
    maker: site.site,
    counts: new PolicyCounts("traffic.taps"),
    routines: [],
    operations: [0],
    pollOperation: -1,
    reversalOperation: -1,
    reversal: null,
    reversals: null,
    streamName: "taps",
    identity: null,
    streamIndex: 0,
    streamKey: 7,
    patience: patience === null ? null : { wait: 1_000, pause: 100, ...patience },
    customers: new Customers({ seed: "s", stream: "taps", merchants: 10, amount: 5 }),
    posts: true,
    isOperator: false,
    sink: { measuresSends: false, finished: (session) => finished.push(describe(session)) },
  });
  const start = (index: number) => terminals.start(index, site.clock.nowMs(), -1, -1);
  return { terminals, finished, start };
}

describe("an activation under the terminal's own policies", () => {
  it("is finished at once when nothing was sent for it", () => {
    const site = new SiteUnderTest({ policies: { bulkhead: { limit: 1 } } });
    const { terminals, finished, start } = terminalsOf(site);
    start(0);
    start(1);
    site.clock.runTo(5);
    expect(finished).toEqual(["1 0 failed bank-delay after 1"]);
    expect(terminals.openCount).toBe(1);
  });

  it("suffers from what its breaker has learnt of the others", () => {
    const policies = { breaker: { window: { calls: 1 }, least: 1 } };
    const site = new SiteUnderTest({ policies });
    const { finished, start } = terminalsOf(site);
    start(0);
    site.bank.refuse(0);
    site.clock.runTo(5);
    start(1);
    site.clock.runOut();
    expect(finished[1]).toBe("1 5 failed communication after 1");
  });

  it("taps again after the pause when it was held back, and gives up in the end", () => {
    const site = new SiteUnderTest({ policies: { bulkhead: { limit: 1 } } });
    const { finished, start } = terminalsOf(site, { retries: 2 });
    start(0);
    start(1);
    site.clock.runTo(1_000);
    expect(finished).toEqual(["1 200 failed bank-delay after 3"]);
  });

  it("is finished when its limit passes and its message was lost before", () => {
    const retry = { backoff: { constant: { wait: "10ms" } } };
    const site = new SiteUnderTest({ policies: { retry }, limitMs: 100 });
    const { finished, start } = terminalsOf(site, { retries: 0 });
    start(0);
    site.bank.lose(0);
    site.clock.runOut();
    expect(finished).toHaveLength(1);
    expect(finished[0]).toMatch(/^0 100 timedOut/);
  });

  it("is finished once, and not before its last attempt is over", () => {
    const hedge = { after: "10ms" };
    const site = new SiteUnderTest({ policies: { hedge }, replicas: 2 });
    const { terminals, finished, start } = terminalsOf(site);
    start(0);
    site.clock.runTo(20);
    site.bank.answer(1);
    site.clock.runTo(30);
    expect([finished, terminals.openCount]).toEqual([[], 1]);
    site.bank.answer(0);
    site.clock.runOut();
    expect(finished).toHaveLength(1);
    expect(finished[0]).toMatch(/^0 20 answered/);
    expect(terminals.openCount).toBe(0);
  });
});
