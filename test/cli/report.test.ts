import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tillstorm-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => path.join(folder, name);

const text = `
name: small
title: A <small> bank
duration: 20s
traffic: { asks: { calls: bank.serve, arrivals: { poisson: { rate: 10/s } } } }
services:
  bank:
    stages: { serve: { workers: 1, queue: 20, time: { exponential: { mean: 50ms } } } }
    operations: { serve: [serve] }
gates: [ "uncredited_rate < 5%" ]
plan:
  vary: { services.bank.stages.serve.workers: { values: 1..3, cost: 2 } }
  budget: { seeds: 4 }
`;

const made = [
  { kind: "result", words: ["simulate"], page: "report.html" },
  { kind: "plan", words: ["plan"], page: "report.html" },
  {
    kind: "sweep",
    words: ["sweep", "--vary", "services.bank.stages.serve.workers=1..2"],
    page: "report.html",
  },
  { kind: "knee", words: ["knee", "--seeds", "1", "--max-load", "4"], page: "knee.html" },
  { kind: "profile", words: ["profile"], page: "profile.html" },
] as const;

describe("tillstorm report", () => {
  beforeAll(async () => {
    writeFileSync(at("small.yaml"), text);
    for (const { kind, words } of made) {
      const [command, ...flags] = words;
      const all = [command, at("small.yaml"), ...flags, "--out", at(kind), "--quiet"];
      expect((await runCli(all)).stderr).toBe("");
    }
  }, 120_000);

  it.each(made)("renders a $kind as the command that wrote it", async ({ kind, words, page }) => {
    const written = readFileSync(path.join(at(kind), page), "utf8");
    rmSync(path.join(at(kind), page));
    for (const given of [at(kind), path.join(at(kind), `${kind}.json`)]) {
      const { code, stdout, stderr } = await runCli(["report", given]);
      expect([code, stderr], words.join(" ")).toEqual([0, ""]);
      expect(stdout).toContain(`report: ${path.join(at(kind), page)}`);
      expect(readFileSync(path.join(at(kind), page), "utf8")).toBe(written);
    }
  });

  it("prints what the command printed", async () => {
    const again = await runCli(["report", at("profile"), "--out", at("elsewhere")]);
    const first = await runCli([
      ...["profile", at("small.yaml"), "--quiet", "--out", at("elsewhere")],
    ]);
    expect(again.stdout).toBe(first.stdout);
  });

  it("knows what a file is by what it says, not by its name", async () => {
    writeFileSync(at("kept.json"), readFileSync(path.join(at("knee"), "knee.json")));
    const { code, stdout } = await runCli(["report", at("kept.json")]);
    expect([code, stdout.includes(at("knee.html"))]).toEqual([0, true]);
  });

  it("sets results side by side, and nothing else", async () => {
    const two = await runCli(["report", at("result"), at("result"), "--out", at("both")]);
    expect(two.code).toBe(0);
    expect(readFileSync(path.join(at("both"), "comparison.html"), "utf8")).toContain("2 small");
    const mixed = await runCli(["report", at("result"), at("knee")]);
    expect(mixed.code).toBe(2);
    expect(mixed.stderr).toContain(
      `${path.join(at("knee"), "knee.json")}: it is a knee, and only results can be set side by side`,
    );
  });

  const formats = ["result", "plan", "sweep", "knee", "profile"].map((it) => `"tillstorm.${it}/1"`);
  const expected = `expected "schema": ${formats.join(" | ")}, found`;
  it.each([
    { why: "no JSON", name: "a.json", holds: "name: x", says: "a.json: not JSON: " },
    { why: "a scenario", name: "b.yaml", holds: "name: x", says: "b.yaml: not JSON: " },
    { why: "a list", name: "c.json", holds: "[1]", says: `c.json: ${expected} a list` },
    { why: "a number", name: "d.json", holds: "7", says: `d.json: ${expected} the value 7` },
    { why: "nothing", name: "e.json", holds: "{}", says: `e.json: ${expected} an empty object` },
    {
      why: "something else",
      name: "f.json",
      holds: '{ "name": "tillstorm", "version": "1" }',
      says: `f.json: ${expected} an object with name, version`,
    },
    {
      why: "what somebody else wrote",
      name: "g.json",
      holds: '{ "schema": "other/1" }',
      says: `g.json: ${expected} "schema": "other/1"`,
    },
    {
      why: "another version",
      name: "h.json",
      holds: '{ "schema": "tillstorm.knee/2" }',
      says: "h.json: it is tillstorm.knee/2, and this version reads tillstorm.knee/1",
    },
    {
      why: "a damaged one",
      name: "i.json",
      holds: '{ "schema": "tillstorm.profile/1" }',
      says: "i.json: partial: Invalid input",
    },
  ])("says what is wrong with $why", async ({ name, holds, says }) => {
    writeFileSync(at(name), holds);
    const { code, stdout, stderr } = await runCli(["report", at(name)]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(says);
    expect(stderr).toContain("hint: ");
  });

  it("says what is missing in a folder, and which of two it is asked for", async () => {
    mkdirSync(at("empty"));
    const all = "result.json, plan.json, sweep.json, knee.json or profile.json";
    const empty = await runCli(["report", at("empty")]);
    expect(empty.stderr).toContain(`empty: the folder holds no ${all}`);
    mkdirSync(at("two"));
    for (const kind of ["knee", "profile"]) {
      writeFileSync(
        path.join(at("two"), `${kind}.json`),
        readFileSync(path.join(at(kind), `${kind}.json`)),
      );
    }
    const two = await runCli(["report", at("two")]);
    expect(two.stderr).toContain("two: the folder holds knee.json and profile.json\n  hint: write");
    const nowhere = await runCli(["report", at("nowhere")]);
    expect(nowhere.stderr).toContain("nowhere: cannot be read (ENOENT)");
    expect([empty.code, two.code, nowhere.code]).toEqual([2, 2, 2]);
  });
});
