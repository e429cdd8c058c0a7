import { describe, expect, it } from "vitest";
import type { Result } from "../../src/record/result.ts";
import { renderSummary } from "../../src/report/summary.ts";
import { widthOf } from "../../src/report/text-table.ts";
import { fc } from "../support/property.ts";
import { emptyResult, liveResult, moneyResult, simulatedResult } from "../support/sample-result.ts";

describe("renderSummary", () => {
  it("shows a calm simulation in a few lines", () => {
    expect(renderSummary(simulatedResult())).toMatchInlineSnapshot(`
      "Pass: no gate was set, so none was missed.
      A calm minute (simulated, seed lunch-2026)

      variant   planned  credited  late  lost  declined  uncredited     p50     p99  bottleneck
      baseline    5,641     5,448     0     0       133          0%  142 ms  560 ms  –
      p50 and p99: time to credit of what was credited, from the planned instant

      Slowest 1 %, against the median:
        - baseline: 800 ms against 143 ms in the mean · +658 ms waiting in the queue of bank.risk
      "
    `);
  });

  it("shows predicted beside measured and the missed gates of a live run", () => {
    const text = renderSummary(liveResult());
    expect(text).toMatch(/^Fail: 2 of 3 variants miss a gate/);
    expect(text).toMatch(/latency p50 predicted +measured +send lag p99/);
    expect(text).toContain("  - baseline: p99(time_to_credit) < 5s (observed 27.6 s)");
  });

  it("says how many of the runs were made before it was stopped", () => {
    const result = simulatedResult();
    const scenario = { ...result.scenario, seeds: 9 };
    const variants = result.variants.map((it) => ({ ...it, seeds: 4 }));
    const whole = renderSummary({ ...result, scenario, variants });
    expect(whole).toContain("9 runs per variant, counts summed");
    const stopped: Result = { ...result, scenario, variants, partial: true };
    expect(renderSummary(stopped)).toContain("4 of 9 runs per variant, counts summed");
    expect(renderSummary({ ...stopped, variants: [] })).toContain("0 of 9 runs per variant");
  });

  it("gives the reasons of an inconclusive run", () => {
    const text = renderSummary(emptyResult());
    expect(text).toMatch(/^Inconclusive/);
    expect(text).toContain("- Nothing was planned in the window");
  });

  it("names the causes of what was late or lost, the main one first", () => {
    const text = renderSummary(liveResult());
    expect(text).toMatch(
      /\nCauses of late and lost:\n {2}- baseline: bank-delay [\d,]+ \([\d.]+%, the main cause\) · communication [\d,]+ · network \d+\n/,
    );
    expect(renderSummary(simulatedResult())).not.toContain("Causes");
  });

  it("names each broken rule of the auditor once, with its first activation", () => {
    const [, broken = ""] = renderSummary(moneyResult()).split("Broken books:\n");
    expect(broken.split("\n").slice(0, 4)).toEqual([
      "  - forgetful: 2 credited twice",
      "  - forgetful: 1 taken back at the terminal, but the credit stands (first: pos#12)",
      "  - forgetful: 1 ledger out of balance",
      "",
    ]);
  });

  it("names books that do not balance", () => {
    const result = simulatedResult();
    const variants = result.variants.map((it) => ({
      ...it,
      integrity: { ...it.integrity, doubleCredited: 2 },
    }));
    expect(renderSummary({ ...result, variants })).toContain("- baseline: 2 credited twice");
  });
});

// Goal: whatever names and counts a result has, no line is cut by an ordinary terminal and no
// control character reaches it. Method: hostile names, huge counts.
it("keeps every line within 100 columns", () => {
  const live = liveResult();
  const anyText = fc.string({ unit: "binary", maxLength: 160 });
  fc.assert(
    fc.property(anyText, anyText, fc.nat(2_000_000_000), (name, reason, count) => {
      const variants = live.variants.map((it) => ({
        ...it,
        name,
        planned: count,
        outcomes: { credited: count, late: count, declined: count, blocked: count, lost: count },
        bottlenecks: it.bottlenecks.map((spell) => ({ ...spell, station: name })),
        causes: { ...it.causes, "bank-delay": count, "operator-capacity": count, link: count },
        policies: [{ site: name, counts: { attempts: count, breakerRejected: count } }],
      }));
      const result: Result = { ...live, variants, reasons: [reason] };
      const lines = renderSummary(result).split("\n");
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(100);
      expect(lines.join("")).not.toMatch(/[\p{Cc}]/u);
    }),
    { numRuns: 50 },
  );
});
