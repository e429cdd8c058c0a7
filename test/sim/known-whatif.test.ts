import { describe, expect, it } from "vitest";
import { rankChanges, type TriedChange } from "../../src/analysis/profile.ts";
import type { ProfileRow } from "../../src/record/profile-result.ts";
import { interventionsOf } from "../../src/scenario/interventions.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { openGrid } from "../../src/sim/grid.ts";
import { exponential, knownChain, poisson } from "../support/known.ts";
import { hasShared, oracle, whyNotShared } from "../support/shared.ts";

const seeds = 20;

/** The chain of the oracle `tandem3-retry`; see `known-retries.test.ts`. */
const backoff = "{ exponential: { base: 1s, factor: 2x, max: 1h, jitter: full } }";
const stages = [
  `one: { workers: 1, time: ${exponential(1 / 8)} }`,
  "two: { workers: 5, time: { exponential: { mean: 833.333ms } } }",
  "three: { workers: 3, time: { exponential: { mean: 555.556ms } } }",
  "verdict: { workers: 10000 }",
];
const text = knownChain({
  asks: `${poisson(4)}, retry: { attempts: 3, on: [retriable], backoff: ${backoff} }`,
  services: `bank: { stages: { ${stages.join(", ")} }, operations: { serve: [one, two, three, verdict] } }`,
  faults: "{ at: 0s, on: bank.verdict, errors: { rate: 10% } }",
  duration: 5_000,
});

async function profile(): Promise<readonly ProfileRow[]> {
  const { scenario } = parseScenario(text, "test.yaml").baseline;
  const { duration } = scenario;
  const span = { scenarioMs: duration, fromMs: 0, toMs: duration };
  const wanted = interventionsOf(scenario).filter(
    ({ kind, target }) => (kind === "faster" || kind === "worker") && target !== "bank.verdict",
  );
  const grid = openGrid({ workers: 1 });
  const runsOf = async (changed: typeof scenario) => {
    const job = { scenario: changed, file: "test.yaml", variant: "x", span, seedIndex: 0 };
    return (await grid.figures({ ...job, seedCount: seeds }))?.runs ?? [];
  };
  try {
    const baseline = await runsOf(scenario);
    const changes: TriedChange[] = [];
    for (const { kind, target, scenario: changed } of wanted) {
      changes.push({ kind, target, runs: await runsOf(changed) });
    }
    return rankChanges(baseline, changes, changes.length);
  } finally {
    await grid.close();
  }
}

describe.skipIf(!hasShared)(hasShared ? "whatif-tandem3" : whyNotShared, () => {
  it("ranks the stations as theory does, and is right about how much each is worth", async () => {
    const rows = await profile();
    const targets = (kind: string) => rows.filter((it) => it.kind === kind).map((it) => it.target);
    expect(targets("faster")).toEqual(["bank.three", "bank.two", "bank.one"]);
    expect(targets("worker")).toEqual(["bank.three", "bank.two", "bank.one"]);
    for (const [place, name] of ["one", "two", "three"].entries()) {
      for (const [kind, figure] of [
        ["faster", "speed+10%"],
        ["worker", "server+1"],
      ] as const) {
        const exact = 1_000 * oracle("whatif-tandem3", `dR_${figure}_S${place + 1}`);
        const row = rows.find((it) => it.kind === kind && it.target === `bank.${name}`);
        const found = row?.effects.find((it) => it.metric === "latencyMeanMs");
        const what = `${kind} ${name}: ${JSON.stringify(found)} against ${exact} ms`;
        expect(found?.effect, what).toBe("better");
        // Joint intervals of six: each holds with 99.2 %, and is narrow enough to prove something.
        expect(found?.low, what).toBeLessThanOrEqual(exact);
        expect(found?.high, what).toBeGreaterThanOrEqual(exact);
        expect((found?.high ?? 0) - (found?.low ?? 0), what).toBeLessThan(0.4 * Math.abs(exact));
      }
    }
  }, 120_000);
});
