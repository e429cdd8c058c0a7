import { describe, expect, it } from "vitest";
import { RunError, renderProblem, UsageError } from "../../src/kernel/errors.ts";

const at = { file: "scenarios/peak.yaml", line: 2, column: 11 };

describe("renderProblem", () => {
  it.each([
    { why: "a bare problem", problem: { what: "no file" }, text: "no file" },
    {
      why: "a problem with its place",
      problem: { what: "duration: expected 2s", at },
      text: "scenarios/peak.yaml:2:11: duration: expected 2s",
    },
    {
      why: "a problem with the next thing to do",
      problem: { what: "no file", hint: "name a scenario" },
      text: "no file\n  hint: name a scenario",
    },
    {
      why: "all of it",
      problem: { what: "duration: expected 2s", hint: "write timeout: 2s", at },
      text: "scenarios/peak.yaml:2:11: duration: expected 2s\n  hint: write timeout: 2s",
    },
  ])("writes $why", ({ problem, text }) => {
    expect(renderProblem(problem)).toBe(text);
  });
});

describe("UsageError", () => {
  it("tells every problem, in order", () => {
    const problems = [
      { what: "first", at },
      { what: "second", hint: "mend it" },
    ];
    const cause = new Error("below");
    const error = new UsageError("SCENARIO_INVALID", problems, { cause });
    expect(error.message).toBe("scenarios/peak.yaml:2:11: first\nsecond\n  hint: mend it");
    expect(error).toMatchObject({ name: "UsageError", code: "SCENARIO_INVALID", problems, cause });
  });
});

describe("RunError", () => {
  it("carries what to do about it", () => {
    const error = new RunError("port 8080 is taken", "free it");
    expect(error).toMatchObject({
      name: "RunError",
      message: "port 8080 is taken",
      hint: "free it",
    });
    expect(new RunError("the bank died").hint).toBeUndefined();
  });
});
