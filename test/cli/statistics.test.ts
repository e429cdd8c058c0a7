import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { parseResult, type Result } from "../../src/record/result.ts";
import { runCli } from "../support/cli.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tillstorm-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const queue = (more = "", duration = "1m") => `
name: queue
seed: s
duration: ${duration}
traffic: { asks: { calls: bank.serve, arrivals: { poisson: { rate: 20/s } } } }
services:
  bank:
    stages: { serve: { workers: 1, time: { exponential: { mean: 25ms } } } }
    operations: { serve: [serve] }
variants: { faster: { services.bank.stages.serve.time: { exponential: { mean: 20ms } } } }
gates: [ mean(latency) < 1s ]
${more}
`;

function written(text: string): string {
  const file = path.join(folder, "queue.yaml");
  writeFileSync(file, text);
  return file;
}

async function simulated(text: string, ...flags: string[]): Promise<Result> {
  const { stdout, stderr } = await runCli(["simulate", written(text), "--json", ...flags]);
  if (stdout === "") throw new Error(stderr);
  return parseResult(stdout, "stdout");
}

const values = ({ environment: _, ...rest }: Result) => rest;

describe("tillstorm simulate --seeds", () => {
  it("gives every variant intervals, which one run has not", async () => {
    const one = await simulated(queue());
    expect(one.variants.map((it) => it.intervals)).toEqual([undefined, undefined]);
    const many = await simulated(queue(), "--seeds", "5");
    for (const { intervals, latencyMs } of many.variants) {
      const found = intervals?.find((it) => it.metric === "mean(latency)");
      expect(found?.seeds).toBe(5);
      expect(found?.low).toBeLessThan(latencyMs.mean ?? 0);
      expect(found?.high).toBeGreaterThan(latencyMs.mean ?? 0);
    }
  });
});

describe("tillstorm simulate --precision", () => {
  it("adds seeds to all variants until the first gate's figure is known so well", async () => {
    const result = await simulated(queue(), "--precision", "8%");
    expect(result.precision).toMatchObject({ metric: "mean(latency)", reached: true });
    const { seeds } = result.scenario;
    expect(seeds).toBeGreaterThanOrEqual(10);
    for (const { seeds: own, intervals } of result.variants) {
      expect(own).toBe(seeds);
      const { mean, high } = intervals?.find((it) => it.metric === "mean(latency)") ?? {};
      expect((high ?? 0) / (mean ?? 1) - 1).toBeLessThanOrEqual(0.08 + 1e-9);
    }
    // Stage by stage, or all at once: the same runs, and so the same figures.
    const { precision: _, ...atOnce } = values(await simulated(queue(), "--seeds", String(seeds)));
    const { precision: __, ...staged } = values(result);
    expect(staged).toEqual(atOnce);
  });

  it("says plainly that it could not", async () => {
    const words = ["--precision", "0.1%", "--of", "p99(latency)", "--max-seeds", "12"];
    const out = path.join(folder, "out");
    const { code, stdout, stderr } = await runCli([
      "simulate",
      written(queue()),
      ...words,
      "--out",
      out,
    ]);
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toContain("p99(latency) could not be had to ± 0.1%");
    expect(stderr).toMatch(
      /after 10 seeds: p99\(latency\) baseline ± [\d.]+%, faster ± [\d.]+%; on to 12/,
    );
  });
});

describe("a scenario that asks for its steady state", () => {
  it("has intervals from batches of its one run, the same with any number of workers", async () => {
    const text = queue("warmUp: auto", "20m");
    const [one, two] = [
      await simulated(text, "--workers", "1"),
      await simulated(text, "--workers", "2"),
    ];
    expect(values(one)).toEqual(values(two));
    expect(one.scenario.warmUp).toMatchObject({ pilots: 6, isAtBound: false });
    const [baseline] = one.variants;
    expect(baseline?.planned).toBeGreaterThan(0);
    const found = baseline?.intervals?.find((it) => it.metric === "mean(latency)");
    expect(found?.seeds).toBe(1);
    expect(found?.mean).toBeCloseTo(baseline?.latencyMs.mean ?? 0, 9);
    expect([32, 16, 8]).toContain(found?.batches);
  });

  it("is inconclusive where no steady state is found", async () => {
    const text = queue("warmUp: auto").replace("rate: 20/s", "rate: 80/s");
    const { verdict, reasons, scenario } = await simulated(text);
    expect(scenario.warmUp).toMatchObject({ isAtBound: true });
    expect(verdict).toBe("inconclusive");
    expect(reasons.join()).toContain("no steady state was found");
  });

  it("leaves out what it is told to, and refuses to leave out everything", async () => {
    const whole = await simulated(queue());
    const steady = await simulated(queue("warmUp: 30s"));
    expect(steady.scenario.warmUp).toEqual({ ms: 30_000, pilots: 0, isAtBound: false });
    expect(steady.variants[0]?.planned).toBeLessThan((whole.variants[0]?.planned ?? 0) * 0.6);
    expect(steady.variants[0]?.series).toEqual(whole.variants[0]?.series);
    const all = await runCli(["simulate", written(queue("warmUp: 1m"))]);
    expect(all.code).toBe(2);
    expect(all.stderr).toContain("queue.yaml:12:9: warmUp: it is no shorter than the duration");
    const window = ["simulate", written(queue("warmUp: 30s")), "--window", "0s..20s"];
    expect((await runCli(window)).stderr).toContain("warmUp: 30s is all of what is run, 20s");
    const soon = await runCli(["validate", written(queue("warmUp: soon"))]);
    expect(soon.stderr).toContain("warmUp: expected a duration");
  });
});

it("a record that breaks a law of queues is a bug of ours: exit code 70, and both sides", async () => {
  const record = fileURLToPath(new URL("../../dist/src/record/station-record.js", import.meta.url));
  const falsify = path.join(folder, "falsify.mjs");
  writeFileSync(
    falsify,
    `import { StationRecord } from ${JSON.stringify(record)};
const { completed } = StationRecord.prototype;
StationRecord.prototype.completed = function (nowMs, heldMs) { completed.call(this, nowMs, heldMs + 1); };`,
  );
  vi.stubEnv("NODE_OPTIONS", `--import=${falsify}`);
  const { code, stderr } = await runCli(["simulate", written(queue()), "--workers", "1"]);
  expect(code).toBe(70);
  expect(stderr).toMatch(
    /station bank\.serve breaks the law of utilisation: -?[\d.]+ and [\d.]+ \(/,
  );
});
