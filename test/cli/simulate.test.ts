import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { parseResult } from "../../src/record/result.ts";
import { runCli, startCli, until } from "../support/cli.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tillstorm-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lunchRush = fileURLToPath(new URL("../../scenarios/lunch-rush.yaml", import.meta.url));

describe("tillstorm simulate", () => {
  it("gives the same bytes for the same seed, outside of the environment", async () => {
    const words = ["simulate", lunchRush, "--json", "--quiet", "--window", "7m..9m"];
    const [one, two] = await Promise.all([runCli(words), runCli(words)]);
    const withoutEnvironment = (text: string) => {
      const { environment, ...rest } = parseResult(text, "stdout");
      expect(environment.node).toBe(process.version);
      return JSON.stringify(rest);
    };
    expect(withoutEnvironment(one.stdout)).toBe(withoutEnvironment(two.stdout));
  });

  it("gives the same bytes however many threads share the runs", async () => {
    const words = ["simulate", lunchRush, "--json", "--quiet", "--exit-zero"];
    const part = ["--window", "7m50s..8m30s", "--seeds", "3"];
    const texts: string[] = [];
    for (const workers of ["1", "2", "5"]) {
      const { code, stdout, stderr } = await runCli([...words, ...part, "--workers", workers]);
      expect(code, stderr).toBe(0);
      const { environment: _, ...rest } = parseResult(stdout, "stdout");
      expect(rest.variants.map(({ seeds }) => seeds)).toEqual([3, 3, 3]);
      texts.push(JSON.stringify(rest));
    }
    expect(texts[1]).toBe(texts[0]);
    expect(texts[2]).toBe(texts[0]);
  });

  it("keeps the seeds that are finished when it is interrupted", async () => {
    const words = ["simulate", lunchRush, "--json", "--seeds", "1000", "--workers", "2"];
    const run = startCli([...words, "--window", "0s..20s"]);
    // Of ten that are done, the first is one: no more than a few are under way beyond it.
    await until("ten are done", () => /[1-9]\d+ of 3000 runs done/.test(run.stderr()), 60_000);
    run.child.kill("SIGINT");
    const { code, stdout, stderr } = await run.ended;
    expect(code, stderr).toBe(130);
    const { partial, variants } = parseResult(stdout, "stdout");
    expect(partial).toBe(true);
    expect(variants.map(({ name }) => name)).toEqual(["baseline"]);
    expect(variants[0]?.seeds).toBeGreaterThan(0);
    expect(variants[0]?.seeds).toBeLessThan(1_000);
  });

  it("gives other luck for another seed, and the same traffic to every variant", async () => {
    const words = ["simulate", lunchRush, "--json", "--quiet", "--window", "0s..1m"];
    const [one, two] = await Promise.all([runCli(words), runCli([...words, "--seed", "other"])]);
    const planned = (text: string) => parseResult(text, "stdout").variants.map((it) => it.planned);
    expect(new Set(planned(one.stdout)).size).toBe(1);
    expect(planned(two.stdout)).not.toEqual(planned(one.stdout));
  });

  it("gives differences an interval when there are several seeds", async () => {
    const words = [
      "simulate",
      lunchRush,
      "--json",
      "--quiet",
      "--window",
      "8m..9m",
      "--seeds",
      "3",
    ];
    const result = parseResult((await runCli(words)).stdout, "stdout");
    expect(result.variants.map(({ seeds }) => seeds)).toEqual([3, 3, 3]);
    for (const { low, high, difference } of result.comparisons) {
      expect(low).toBeLessThanOrEqual(difference);
      expect(high).toBeGreaterThanOrEqual(difference);
    }
    expect(result.comparisons.length).toBeGreaterThan(0);
  });

  it("writes a folder with result and page, which `report` renders again to the same page", async () => {
    const out = path.join(folder, "run");
    const words = ["simulate", lunchRush, "--quiet", "--window", "0s..30s", "--out", out];
    const { code, stdout } = await runCli(words);
    expect(code).toBe(0);
    expect(stdout).toContain(path.join(out, "report.html"));
    expect(readdirSync(out).sort()).toEqual(["report.html", "result.json"]);
    const page = readFileSync(path.join(out, "report.html"), "utf8");
    expect((await runCli(["report", out])).code).toBe(0);
    expect(readFileSync(path.join(out, "report.html"), "utf8")).toBe(page);
  });
});

it("takes no offence when its output is closed early, as `head` does", async () => {
  const run = startCli(["simulate", lunchRush, "--json", "--quiet", "--window", "0s..30s"]);
  run.child.stdout?.destroy();
  const { code, stderr } = await run.ended;
  expect(code).toBe(0);
  expect(stderr).toBe("");
});

describe("a scenario that plays a recording", () => {
  const played = (csv: string | undefined) => {
    const file = path.join(folder, "played.yaml");
    rmSync(path.join(folder, "played.csv"), { force: true });
    if (csv !== undefined) writeFileSync(path.join(folder, "played.csv"), csv);
    writeFileSync(
      file,
      `name: played
duration: 5s
traffic: { asks: { calls: bank.serve, arrivals: { trace: { file: played.csv } } } }
services: { bank: { stages: { serve: { workers: 1 } }, operations: { serve: [serve] } } }
`,
    );
    return file;
  };

  it.each([
    { why: "is missing", csv: undefined, at: "played.yaml:3:66: " },
    { why: "has a bad row", csv: "time_s\n1\nsoon\n", at: "played.csv:3:1: " },
    { why: "has nothing for the scenario", csv: "time_s\n60\n", at: "played.yaml:3:66: " },
  ])("says where, when the recording $why", async ({ csv, at }) => {
    const { code, stderr } = await runCli(["validate", played(csv)]);
    expect(code).toBe(2);
    expect(stderr).toContain(at);
  });

  it("plays it one for one", async () => {
    const { stdout } = await runCli(["simulate", played("time_s\n0\n0\n4\n"), "--json"]);
    expect(parseResult(stdout, "stdout").variants[0]?.planned).toBe(3);
  });
});

describe("exit codes", () => {
  const gated = (gate: string) => {
    const file = path.join(folder, "gated.yaml");
    writeFileSync(
      file,
      `name: gated
duration: 5s
traffic: { asks: { calls: bank.serve, arrivals: { even: { rate: 10/s } } } }
services: { bank: { stages: { serve: { workers: 1, time: 10ms } }, operations: { serve: [serve] } } }
gates: ["${gate}"]
`,
    );
    return file;
  };

  it.each([
    { why: "a gate that holds", words: () => ["simulate", gated("lost == 0"), "--json"], code: 0 },
    {
      why: "a gate that does not",
      words: () => ["simulate", gated("planned == 0"), "--json"],
      code: 1,
    },
    {
      why: "a failed gate that the user wants to see only",
      words: () => ["simulate", gated("planned == 0"), "--json", "--exit-zero"],
      code: 0,
    },
    { why: "an unknown flag", words: () => ["simulate", lunchRush, "--sead", "1"], code: 2 },
    { why: "an unknown command", words: () => ["simulat"], code: 2 },
    { why: "no command", words: () => [], code: 2 },
    {
      why: "an unknown variant",
      words: () => ["simulate", lunchRush, "--variant", "second"],
      code: 2,
    },
    {
      why: "a window that lies outside",
      words: () => ["simulate", lunchRush, "--window", "1h..2h"],
      code: 2,
    },
    { why: "no seeds", words: () => ["simulate", lunchRush, "--seeds", "0"], code: 2 },
    { why: "no workers", words: () => ["simulate", lunchRush, "--workers", "0"], code: 2 },
    { why: "a missing file", words: () => ["validate", path.join(folder, "none.yaml")], code: 2 },
    {
      why: "a result that is none",
      words: () => ["report", lunchRush.replace(/yaml$/, "json")],
      code: 2,
    },
    { why: "a probe of another machine", words: () => ["probe", "http://192.0.2.1/pay"], code: 2 },
    { why: "a probe of nobody", words: () => ["probe", "http://127.0.0.1:9/pay"], code: 3 },
    { why: "help", words: () => ["--help"], code: 0 },
  ])("$why: $code", async ({ words, code }) => {
    const ended = await runCli(words());
    expect(ended.code, ended.stderr).toBe(code);
    expect(ended.stderr).not.toMatch(/ {4}at /);
    if (code === 2 || code === 3) expect(ended.stderr).not.toBe("");
  });
});
