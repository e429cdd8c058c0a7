import { describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";

describe("a flag that a command does not have", () => {
  const other = "`tillstorm simulate --help` lists the flags";
  it.each([
    {
      words: ["simulate", "x.yaml", "--sedes", "3"],
      flag: "--sedes",
      hint: "did you mean --seeds?",
    },
    { words: ["simulate", "x.yaml", "--sede=3"], flag: "--sede", hint: "did you mean --seed?" },
    {
      words: ["run", "x.yaml", "--exit-zro"],
      flag: "--exit-zro",
      hint: "did you mean --exit-zero?",
    },
    {
      words: ["simulate", "x.yaml", "--no-tial"],
      flag: "--no-tial",
      hint: "did you mean --no-tail?",
    },
    { words: ["report", "--otu", "x", "y"], flag: "--otu", hint: "did you mean --out?" },
    { words: ["knee", "--maxload=3", "x"], flag: "--maxload", hint: "did you mean --max-load?" },
    { words: ["simulate", "x.yaml", "--qqqqqq"], flag: "--qqqqqq", hint: other },
    { words: ["list", "--hlep"], flag: "--hlep", hint: "did you mean --help?" },
  ])("$flag: $hint", async ({ words, flag, hint }) => {
    const { code, stdout, stderr } = await runCli(words);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(`${flag}: no such flag\n  hint: ${hint}\n`);
  });

  it("is named with every other", async () => {
    const { stderr } = await runCli(["simulate", "x.yaml", "--sedes", "3", "--qiet"]);
    expect(stderr.split("\n").filter((it) => it.includes("no such flag"))).toHaveLength(2);
  });

  it("is another matter than a word too many", async () => {
    const { code, stderr } = await runCli(["simulate", "x.yaml", "seeds"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Unknown argument: seeds\n");
  });
});
