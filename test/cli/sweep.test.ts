import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseResult } from "../../src/record/result.ts";
import { parseSweep, type Sweep } from "../../src/record/sweep-result.ts";
import { runCli, startCli, until } from "../support/cli.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tillstorm-sweep-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = `name: swept
duration: 20s
traffic: { asks: { calls: bank.serve, arrivals: { poisson: { rate: 40/s } }, patience: { wait: 1s, retries: 0 } } }
services:
  bank:
    stages: { serve: { workers: 2, time: { exponential: { mean: 45ms } }, queue: 30 } }
    operations: { serve: [serve] }
gates: [ "uncredited_rate < 1%" ]
`;
const file = path.join(folder, "swept.yaml");
writeFileSync(file, text);

const rates = "traffic.asks.arrivals.poisson.rate=20/s..80/s:3";
const workers = "services.bank.stages.serve.workers=1,2,4";
const words = ["sweep", file, "--vary", rates, "--vary", workers, "--quiet", "--exit-zero"];

/** What does not depend on when and where it was made. */
function figuresOf(sweep: Sweep): string {
  const { environment: _, ...rest } = sweep;
  return JSON.stringify(rest);
}

describe("tillstorm sweep", () => {
  it("gives the same bytes however many threads share the cells", async () => {
    const all = [...words, "--json", "--seeds", "2"];
    const [one, two] = await Promise.all([
      runCli([...all, "--workers", "1"]),
      runCli([...all, "--workers", "2"]),
    ]);
    expect(one.code, one.stderr).toBe(0);
    const [first, second] = [parseSweep(one.stdout, "1"), parseSweep(two.stdout, "2")];
    expect(figuresOf(second)).toBe(figuresOf(first));
    expect(first.cells.map(({ at }) => at.join(""))).toEqual([
      ...["00", "01", "02", "10", "11", "12", "20", "21", "22"],
    ]);
    expect(first.partial).toBe(false);
  });

  it("says of each cell what a simulation of that scenario says", async () => {
    const sweep = parseSweep((await runCli([...words, "--json"])).stdout, "sweep");
    for (const [rate, count, at] of [
      ["50/s", "1", "1,0"],
      ["80/s", "4", "2,2"],
    ] as const) {
      const own = path.join(folder, "own.yaml");
      writeFileSync(own, text.replace("40/s", rate).replace("workers: 2", `workers: ${count}`));
      const { stdout } = await runCli(["simulate", own, "--json", "--quiet", "--exit-zero"]);
      const variant = parseResult(stdout, "own").variants[0];
      const cell = sweep.cells.find((it) => it.at.join() === at);
      expect(cell?.planned).toBe(variant?.planned);
      expect(cell?.gates).toEqual(variant?.gates);
      const { outcomes, timeToCreditMs, uncreditedRatio } = variant ?? {};
      expect(cell?.values.map(({ mean }) => mean)).toEqual(
        [
          ...[uncreditedRatio, timeToCreditMs?.p50, timeToCreditMs?.p99],
          ...[(outcomes?.credited ?? 0) / 20, outcomes?.lost],
        ].map((it) => Number(it?.toPrecision(12))),
      );
    }
  });

  it("prints a table, and writes a folder that `report` renders again to the same page", async () => {
    const out = path.join(folder, "swept");
    const csv = path.join(folder, "cells.csv");
    const { code, stdout } = await runCli([...words, "--out", out, "--csv", csv]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Every gate holds in \d of 9 cells\./);
    expect(readdirSync(out).sort()).toEqual(["report.html", "sweep.json"]);
    expect(readFileSync(csv, "utf8").trim().split("\n")).toHaveLength(10);
    const page = readFileSync(path.join(out, "report.html"), "utf8");
    expect((await runCli(["report", path.join(out, "sweep.json")])).code).toBe(0);
    expect(readFileSync(path.join(out, "report.html"), "utf8")).toBe(page);
  });

  it("shows the figures that are asked for, as CSV", async () => {
    const metrics = ["--metric", "utilisation(bank.serve)", "--metric", "p90(latency)"];
    const { stdout } = await runCli([...words, ...metrics, "--csv"]);
    expect(stdout.split("\n")[0]).toContain("utilisation(bank.serve) [ratio],p90(latency) [ms],");
  });

  it("keeps the cells that are finished when it is interrupted", async () => {
    const many = ["sweep", file, "--vary", "services.bank.stages.serve.workers=1..64"];
    const run = startCli([...many, "--seeds", "300", "--json"]);
    await until("a cell is done", () => /sweeping baseline: [1-9]/.test(run.stderr()), 60_000);
    run.child.kill("SIGINT");
    const { code, stdout, stderr } = await run.ended;
    expect(code, stderr).toBe(130);
    const { partial, cells } = parseSweep(stdout, "sweep");
    expect(partial).toBe(true);
    expect(cells.length).toBeGreaterThan(0);
    expect(cells.length).toBeLessThan(64);
  });
});

describe("exit codes of a sweep", () => {
  const vary = (...flags: readonly string[]) => ["sweep", file, "--quiet", "--json", ...flags];
  it.each([
    { why: "every gate holds", words: vary("--vary", "services.bank.replicas=8"), code: 0 },
    { why: "a gate fails in a cell", words: vary("--vary", workers), code: 1 },
    { why: "nothing varies", words: vary(), code: 2 },
    { why: "a wrong path", words: vary("--vary", "services.bnak.replicas=1,2"), code: 2 },
    { why: "a wrong value", words: vary("--vary", "services.bank.replicas=0,1"), code: 2 },
    { why: "an unknown figure", words: vary("--vary", rates, "--metric", "p98(latency)"), code: 2 },
    {
      why: "an unknown station",
      words: vary("--vary", rates, "--metric", "utilisation(bank.srve)"),
      code: 2,
    },
    {
      why: "too many cells",
      words: vary("--vary", "promise=1s..9s:200", "--vary", "drain=1s..9s:60"),
      code: 2,
    },
    { why: "an unknown variant", words: vary("--vary", rates, "--variant", "none"), code: 2 },
    { why: "no seeds", words: vary("--vary", rates, "--seeds", "0"), code: 2 },
  ])("$why: $code", async ({ words: given, code }) => {
    const ended = await runCli(given);
    expect(ended.code, ended.stderr).toBe(code);
    expect(ended.stderr).not.toMatch(/ {4}at /);
    if (code === 2) expect(ended.stderr).toContain("hint: ");
  });

  it("says how many cells would be too many", async () => {
    const flags = ["--vary", "promise=1s..9s:200", "--vary", "drain=1s..9s:60"];
    expect((await runCli(vary(...flags))).stderr).toContain("200 × 60 = 12000 cells");
  });
});
