import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseResult } from "../../src/record/result.ts";
import { runCli, startCli, until } from "../support/cli.ts";
import { smallChain } from "../support/worlds.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tillstorm-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = path.join(folder, "small-chain.yaml");
writeFileSync(
  file,
  `${smallChain({ rate: 60, faults: "faults: [{ at: 5s, for: 1s, on: bank.risk, slow: 2x }]" })}
live: { window: 2s..8s }
gates: ["planned == 0"]
variants: { more-workers: { services.bank.stages.risk.workers: 20 } }
`,
);

describe("tillstorm verify", () => {
  it("finds both worlds in agreement, whatever the gates say, and leaves the folder of a run", async () => {
    const out = path.join(folder, "verified");
    const { code, stdout, stderr } = await runCli([
      "verify",
      file,
      "--out",
      out,
      "--tolerance",
      "3x",
    ]);
    // 3 where this machine was too busy for its figures to be trusted: it says so, and no more.
    expect([0, 3], stdout).toContain(code);
    expect(stderr).toContain("simulated 7 times and run live on 127.0.0.1 for 6s");
    expect(stdout).toMatch(/figure +predicted +band +measured +difference +tolerance/);
    const result = parseResult(readFileSync(path.join(out, "result.json"), "utf8"), "result.json");
    expect(result.variants.map(({ name }) => name)).toEqual(["baseline"]);
    expect(result.scenario).toMatchObject({ windowFromMs: 2_000, durationMs: 6_000 });
    const [parity] = result.parity ?? [];
    expect(parity?.jitterMeansMs).toEqual([0.5, 0.8, 1.1, 1.4, 1.7, 2]);
    expect(parity?.pairs).toMatchObject({ stride: 1, unpairedCount: 0 });
    expect(parity?.pairs.pairedCount).toBe(result.variants[0]?.planned);
    const error = parity?.rows.find((it) => it.figure === "pair-error" && it.of === "p50");
    expect(error?.measured).toBeGreaterThan(0);
    if (code === 0) {
      expect(result.verdict).toBe("pass");
      expect(parity?.agrees).toBe(true);
      expect(stdout).toMatch(/^Pass: what was measured agrees with the prediction/);
    }
    expect(readFileSync(path.join(out, "report.html"), "utf8")).toContain('id="parity"');
  });

  it("fails when more is asked of both worlds than sockets can give", async () => {
    const words = ["verify", file, "--json", "--quiet", "--jitter-runs", "0"];
    const more = ["--tolerance", "0.000001x", "--window", "2s..6s", "--variant", "more-workers"];
    const { code, stdout } = await runCli([...words, ...more]);
    const result = parseResult(stdout, "stdout");
    expect([1, 3]).toContain(code);
    expect(result.verdict).toBe(code === 1 ? "fail" : "inconclusive");
    const [parity] = result.parity ?? [];
    expect(parity).toMatchObject({ variant: "more-workers", agrees: false, jitterMeansMs: [] });
  });

  it("writes what was measured when it is interrupted, and judges nothing", async () => {
    const out = path.join(folder, "interrupted");
    const run = startCli(["verify", file, "--out", out, "--window", "0s..12s"]);
    await until("the driver starts", () => /[1-9]\d* started/.test(run.stderr()), 60_000);
    run.child.kill("SIGINT");
    const { code, stdout } = await run.ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(/^Inconclusive/);
    const result = parseResult(readFileSync(path.join(out, "result.json"), "utf8"), "result.json");
    expect(result.partial).toBe(true);
    expect(result.parity).toBeUndefined();
    expect(existsSync(path.join(out, "report.html"))).toBe(true);
  });

  it.each([
    {
      why: "a tolerance without its unit",
      words: ["--tolerance", "2"],
      says: "write --tolerance 2x",
    },
    { why: "no tolerance at all", words: ["--tolerance", "0x"], says: "a factor above 0" },
    {
      why: "half a simulation",
      words: ["--jitter-runs", "1.5"],
      says: "a whole number from 0 to 100",
    },
    { why: "a variant that is none", words: ["--variant", "more"], says: "--variant more-workers" },
  ])("refuses $why", async ({ words, says }) => {
    const { code, stderr } = await runCli(["verify", file, ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});
