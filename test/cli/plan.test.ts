import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type PlanResult, parsePlanResult } from "../../src/record/plan-result.ts";
import { parseResult } from "../../src/record/result.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { healthy, underCondition } from "../../src/scenario/plan-conditions.ts";
import { simulate } from "../../src/sim/simulate.ts";
import { runCli, startCli, until } from "../support/cli.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tillstorm-plan-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One stage of 45 ms under 40 requests a second: 1.8 workers are busy, 3.6 at twice the load. */
const text = `# A comment that stays.
name: planned
duration: 40s
drain: 1h
promise: 24h
traffic: { asks: { calls: bank.serve, arrivals: { poisson: { rate: 40/s } }, balancer: least-requests } }
services:
  bank:
    replicas: 1
    stages: { serve: { workers: 2, time: { exponential: { mean: 45ms } } } }
    operations: { serve: [serve] }
variants:
  larger: { services.bank.stages.serve.workers: 9 }
gates: [ p99(latency) < 300ms ]
plan:
  costUnit: coins
  vary:
    services.bank.replicas: { values: 1..3, cost: 9 }
    services.bank.stages.serve.workers: { values: 1..7, cost: 2 }
  loads: [1x, 2x]
  budget: { seeds: 8 }
`;

function written(name: string, from = text): string {
  const file = path.join(folder, `${name}.yaml`);
  writeFileSync(file, from);
  return file;
}

async function planned(file: string, ...more: readonly string[]): Promise<PlanResult> {
  const { stdout, stderr } = await runCli(["plan", file, "--json", "--quiet", ...more]);
  expect(stderr).toBe("");
  return parsePlanResult(stdout, "stdout");
}

/** Every configuration in the order of its cost: the first whose mean p99 is below the limit. */
async function enumerated(): Promise<readonly string[]> {
  const { plan, baseline } = parseScenario(text, "planned.yaml");
  if (plan === undefined) throw new Error("expected a plan");
  const span = { scenarioMs: baseline.scenario.duration, ...plan.window };
  const [replicas, workers] = plan.knobs;
  const all = (replicas?.values ?? []).flatMap((one, first) =>
    (workers?.values ?? []).map((other, second) => ({
      ...{ choice: [first, second], cost: one.cost + other.cost, texts: [one.text, other.text] },
    })),
  );
  for (const { choice, texts } of all.toSorted((a, b) => a.cost - b.cost)) {
    const { scenario } = plan.configure(choice);
    // What cannot serve twice the load in the mean is not worth a simulation without end.
    const capacity = Number(texts[0]) * Number(texts[1]);
    if (capacity * 1_000 <= 80 * 45) continue;
    const means: number[] = [];
    for (const load of [1, 2]) {
      const { runs } = await simulate({
        ...{ scenario: underCondition(scenario, healthy(load)), span, seeds: 8 },
        variant: "planned",
        openTrace: () => {
          throw new Error("no trace");
        },
      });
      const sum = runs.reduce((total, run) => total + (run.latencyMs.p99 ?? 0), 0);
      means.push(sum / runs.length);
    }
    if (means.every((it) => it < 300)) return texts;
  }
  throw new Error("none passes");
}

describe("tillstorm plan", () => {
  it("finds what trying every configuration finds, however many threads there are", async () => {
    const file = written("planned");
    const [one, two] = [
      await planned(file, "--workers", "1"),
      await planned(file, "--workers", "2"),
    ];
    const { environment: _, ...first } = one;
    const { environment: __, ...second } = two;
    expect(second).toEqual(first);
    expect(one.verdict).toBe("found");
    expect(one.cheapest?.values).toEqual(await enumerated());
    expect(one.cheapest?.verification?.outcome).toBe("pass");
    expect(one.effort.simulated).toBeLessThan(21);
    expect(one.present.outcome).toBe("fail");
    expect(one.present.cost).toBe(13);
    const [present, cheapest] = one.headroom;
    expect(present?.station).toBe("bank.serve");
    expect(present?.holdsTo).toBeLessThan(2);
    expect(cheapest?.holdsTo).toBeGreaterThanOrEqual(2);
  });

  it("writes JSON, a page and a patch, which adds a variant that passes", async () => {
    const file = written("patched");
    const out = path.join(folder, "out");
    const patch = path.join(folder, "planned.patch");
    const { code, stdout, stderr } = await runCli(
      ["plan", "patched.yaml", "--out", out, "--patch", patch],
      folder,
    );
    expect(code, stderr).toBe(0);
    expect(readdirSync(out).sort()).toEqual(["plan.json", "report.html"]);
    const plan = parsePlanResult(readFileSync(path.join(out, "plan.json"), "utf8"), "plan.json");
    expect(stdout).toContain(`costs ${plan.cheapest?.cost} coins`);
    const page = readFileSync(path.join(out, "report.html"), "utf8");
    expect((await runCli(["report", path.join(out, "plan.json")])).code).toBe(0);
    expect(readFileSync(path.join(out, "report.html"), "utf8")).toBe(page);
    execFileSync("git", ["apply", "-p0", patch], { cwd: folder });
    const changed = readFileSync(file, "utf8");
    expect(changed).toContain("# A comment that stays.");
    expect(parseScenario(changed, file).variants.map(({ name }) => name)).toEqual([
      ...["planned", "larger"],
    ]);
    const run = await runCli(["simulate", file, "--variant", "planned", "--json", "--quiet"]);
    const { verdict, variants } = parseResult(run.stdout, "stdout");
    expect(verdict).toBe("pass");
    expect(variants[0]?.gates).toHaveLength(1);
  });

  it("ends with 1 where none passes, and says which came nearest and what stops it", async () => {
    const file = written(
      "none",
      text.replace("1..7", "1..3").replace("1..3, cost: 9", "[1], cost: 9"),
    );
    const { code, stdout } = await runCli([
      "plan",
      file,
      "--quiet",
      "--out",
      path.join(folder, "o"),
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain("No configuration passes under all 2 conditions.");
    expect(stdout).toMatch(/the nearest: fails, p99\(latency\) < 300ms under 2x: /);
    const words = ["plan", file, "--quiet", "--out", path.join(folder, "o"), "--exit-zero"];
    expect((await runCli(words)).code).toBe(0);
  });

  it("ends with 3 when its budget is spent, and keeps the best so far", async () => {
    const file = written("spent", text.replace("seeds: 8", "seeds: 8, configurations: 1"));
    const { code, stdout } = await runCli(["plan", file, "--json", "--quiet"]);
    expect(code).toBe(3);
    const plan = parsePlanResult(stdout, "stdout");
    expect(plan.verdict).toBe("partial");
    // A window of 40 s under 1x has fewer than twenty activations beyond the p99.
    const [why, doubt] = plan.reasons;
    expect(why).toBe("the budget of 1 configurations is spent");
    expect(doubt).toMatch(/^p99\(latency\): a run has 1\d\d\d activations/);
    const timed = written("timed", text.replace("seeds: 8", "seeds: 800, time: 1s"));
    const late = await runCli(["plan", timed, "--json", "--quiet"]);
    expect(late.code, late.stderr).toBe(3);
    expect(parsePlanResult(late.stdout, "stdout").reasons[0]).toBe(
      "the time budget of 1s is spent",
    );
  });

  it("keeps what it found when it is interrupted", async () => {
    const file = written("long", text.replace("seeds: 8", "seeds: 800"));
    const run = startCli(["plan", file, "--json"]);
    await until("runs are done", () => /planning: /.test(run.stderr()), 60_000);
    run.child.kill("SIGINT");
    const { code, stdout, stderr } = await run.ended;
    expect(code, stderr).toBe(130);
    const plan = parsePlanResult(stdout, "stdout");
    expect(plan.partial).toBe(true);
    expect(plan.reasons).toContain("it was interrupted");
  });

  it("tells who has no plan how to write one", async () => {
    const file = written("bare", text.slice(0, text.indexOf("plan:")));
    const { code, stderr } = await runCli(["plan", file]);
    expect(code).toBe(2);
    expect(stderr).toContain("the scenario has no plan");
    expect(stderr).toContain("hint: add plan: {");
  });

  it("teaches by its help", async () => {
    const { stdout } = await runCli(["plan", "--help"]);
    for (const word of ["costUnit", "replicaDown", "--patch", "Exit codes"]) {
      expect(stdout).toContain(word);
    }
  });
});
