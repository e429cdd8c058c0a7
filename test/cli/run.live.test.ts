import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseResult, type Result, type VariantResult } from "../../src/record/result.ts";
import { descendantsOf, isAlive, runCli, startCli, until } from "../support/cli.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tillstorm-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A small chain: two operators, two banks, so that every kind of process takes part. */
const chain = `
drain: 5s
traffic: { activations: { journey: activate, arrivals: { poisson: { rate: 100/s } } } }
network: { terminal-operator: { latency: 10ms }, operator-bank: { latency: 4ms } }
services:
  operator:
    replicas: 2
    stages:
      check: { workers: 16, time: 10ms }
      forward: { workers: 200, call: { to: bank, timeout: 4s, balancer: least-requests } }
    operations: { activate: [check, forward] }
  bank:
    replicas: 2
    stages:
      risk: { workers: 16, time: { lognormal: { median: 60ms, p99: 200ms } } }
      post: { workers: 16, time: 10ms, posts: true }
    operations: { activate: [risk, post] }
    rejects: { "51": 5% }
`;

function scenario(name: string, text: string): string {
  const file = path.join(folder, `${name}.yaml`);
  writeFileSync(file, `name: ${name}\n${chain}${text}`);
  return file;
}

function expectWhole(variant: VariantResult): void {
  const sum = (counts: object) => Object.values(counts).reduce((a: number, b: number) => a + b, 0);
  expect(sum(variant.accounting)).toBe(variant.planned);
  expect(sum(variant.outcomes)).toBe(variant.planned);
  expect(sum(variant.causes)).toBe(variant.outcomes.late + variant.outcomes.lost);
  expect(variant.integrity).toEqual({ doubleCredited: 0, phantom: 0, missing: 0, leaked: 0 });
}

function first(result: Result): VariantResult {
  const [variant] = result.variants;
  if (variant === undefined) throw new Error("a result has a variant");
  return variant;
}

describe("tillstorm run", () => {
  it("measures what was predicted, and accounts for every activation", async () => {
    const file = scenario("calm", "duration: 8s\n");
    const { code, stdout } = await runCli(["run", file, "--json", "--quiet", "--exit-zero"]);
    const result = parseResult(stdout, "stdout");
    const measured = first(result);
    const [predicted] = result.predictions;
    // 3 where this machine was too busy for its figures to be trusted: it says so, and no more.
    expect([0, 3]).toContain(code);
    expectWhole(measured);
    expect(measured.planned).toBe(predicted?.planned);
    expect(measured.outcomes).toEqual(predicted?.outcomes);
    expect(measured.sendLagMs.count).toBe(measured.planned);
    const p50 = measured.latencyMs.p50 ?? 0;
    expect(p50).toBeGreaterThan(0.9 * (predicted?.latencyMs.p50 ?? 0));
    if (code === 0) expect(p50).toBeLessThan(1.25 * (predicted?.latencyMs.p50 ?? 0));
  });

  it("shows a bank that answers nothing for two seconds in full", async () => {
    const file = scenario(
      "stall",
      "duration: 8s\nfaults: [{ at: 3s, for: 2s, on: bank, down: hang }]\n",
    );
    const { stdout } = await runCli(["run", file, "--json", "--quiet"]);
    const measured = first(parseResult(stdout, "stdout"));
    expectWhole(measured);
    expect(measured.latencyMs.p99).toBeGreaterThan(1_800);
    expect(measured.latencyMs.max).toBeGreaterThan(1_950);
  });

  it("refuses, errs and maintains for real, and comes back", async () => {
    const file = scenario(
      "faulty",
      `duration: 8s
faults:
  - { at: 1s, for: 1s, on: bank, down: refuse }
  - { at: 3s, for: 1s, on: bank, down: maintenance }
  - { at: 5s, for: 1s, on: "bank#2", errors: { rate: 50%, code: "96" } }
`,
    );
    const { stdout } = await runCli(["run", file, "--json", "--quiet"]);
    const result = parseResult(stdout, "stdout");
    const measured = first(result);
    const predicted = result.predictions[0];
    expectWhole(measured);
    expect(measured.accounting.failed).toBeGreaterThan(150);
    // Whoever arrives within a tick of a fault's edge may fall on its other side.
    const difference = measured.accounting.failed - (predicted?.accounting.failed ?? 0);
    expect(Math.abs(difference)).toBeLessThan(25);
    expect(measured.causes.communication).toBeGreaterThan(100);
    const credited = measured.series.credited;
    expect(credited[credited.length - 2]).toBeGreaterThan(0);
  });

  it("keeps what was measured when it is interrupted, and leaves no process behind", async () => {
    const file = scenario("long", "duration: 60s\n");
    const out = path.join(folder, "interrupted");
    const run = startCli(["run", file, "--out", out]);
    const pid = run.child.pid ?? 0;
    await until("the driver starts", () => /[1-9]\d* started/.test(run.stderr()), 30_000);
    const children = descendantsOf(pid);
    expect(children.length).toBe(5);
    run.child.kill("SIGINT");
    const { code } = await run.ended;
    expect(code).toBe(130);
    const result = parseResult(readFileSync(path.join(out, "result.json"), "utf8"), "result.json");
    expect(result.partial).toBe(true);
    expect(result.verdict).not.toBe("pass");
    expect(first(result).planned).toBeGreaterThan(0);
    expectWhole(first(result));
    expect(children.filter(isAlive)).toEqual([]);
  });

  it("leaves no process behind when it is killed", async () => {
    const run = startCli(["run", scenario("killed", "duration: 60s\n")]);
    await until("the driver starts", () => /[1-9]\d* started/.test(run.stderr()), 30_000);
    const children = descendantsOf(run.child.pid ?? 0);
    run.child.kill("SIGKILL");
    await run.ended;
    await until("the children end", () => !children.some(isAlive), 5_000);
  });

  it("says which server died, and exits with 3", async () => {
    const run = startCli(["run", scenario("orphan", "duration: 60s\n")]);
    await until("the driver starts", () => /[1-9]\d* started/.test(run.stderr()), 30_000);
    const children = descendantsOf(run.child.pid ?? 0);
    process.kill(children[0] ?? 0, "SIGKILL");
    const { code, stderr } = await run.ended;
    expect(code).toBe(3);
    expect(stderr).toMatch(/(driver|bank#\d|operator#\d) ended unexpectedly \(SIGKILL\)/);
    expect(stderr).not.toMatch(/ {4}at /);
    expect(children.filter(isAlive)).toEqual([]);
  });
});
