import { describe, expect, it } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { validate } from "../../src/cli/validate.ts";
import { UsageError } from "../../src/kernel/errors.ts";
import { ExitCode } from "../../src/kernel/exit-code.ts";
import { lunchRush } from "../scenario/lunch-rush.ts";
import { fakeIo, systemError } from "./fake-io.ts";

/** What the command complains about; the test fails when it does not. */
async function complaintOf(scenario: string, io: Io): Promise<UsageError> {
  const error: unknown = await validate({ scenario }, io).catch((it: unknown) => it);
  if (error instanceof UsageError) return error;
  throw new Error("expected a UsageError", { cause: error });
}

describe("validate", () => {
  it("gives an overview of a valid scenario", async () => {
    const io = fakeIo({ "peak.yaml": lunchRush });
    expect(await validate({ scenario: "peak.yaml" }, io)).toBe(ExitCode.ok);
    expect(io.printed.join("\n")).toMatchInlineSnapshot(`
      "peak.yaml is valid
      lunch-rush: Lunch rush while the bank's risk check slows
        duration 20m, promise 30s, seed lunch-2026
        stream activations: journey activate, arrivals poisson
        service operator ×2: link-check, account-check, forward
        service bank: identity, risk, post
        1 fault
        1 variant: second-bank
        3 gates: uncredited_rate < 1%, p99(time_to_credit) < 5s, double_credited == 0"
    `);
    expect(io.noted).toEqual([]);
  });

  it("finds a shipped scenario by its bare name, and says so", async () => {
    const io = fakeIo({ "/package/scenarios/lunch-rush.yaml": lunchRush });
    expect(await validate({ scenario: "lunch-rush" }, io)).toBe(ExitCode.ok);
    expect(io.noted).toEqual([
      "no file lunch-rush here: using the shipped scenario /package/scenarios/lunch-rush.yaml",
    ]);
  });

  it("takes the file here before the shipped one", async () => {
    const shipped = "/package/scenarios/lunch-rush.yaml";
    const io = fakeIo({ "lunch-rush": lunchRush, [shipped]: "broken" });
    expect(await validate({ scenario: "lunch-rush" }, io)).toBe(ExitCode.ok);
    expect(io.noted).toEqual([]);
  });

  it("names the file, line and column of a mistake", async () => {
    const io = fakeIo({ "peak.yaml": lunchRush.replace("slow: 3x", "slow: 3") });
    const error = await complaintOf("peak.yaml", io);
    expect(error.code).toBe("SCENARIO_INVALID");
    expect(error.message).toBe(
      "peak.yaml:37:45: faults.0.slow: expected a factor such as 3x or 0.5x, found 3\n" +
        "  hint: write 3x",
    );
  });

  it.each([
    { why: "a near name", file: "a/peek.yaml", says: "no such file\n  hint: write a/peak.yaml" },
    { why: "a shipped name", file: "lunch", says: "hint: write lunch-rush, a shipped scenario" },
    { why: "nothing near", file: "xyz.yaml", says: "hint: `tillstorm list` shows the shipped" },
    { why: "a folder", file: "a", says: "a: this is a folder\n  hint: name a scenario file in it" },
  ])("says what to do about $why", async ({ file, says }) => {
    const shipped = "/package/scenarios/lunch-rush.yaml";
    const error = await complaintOf(file, fakeIo({ "a/peak.yaml": "", [shipped]: "" }));
    expect(error.code).toBe("SCENARIO_UNREADABLE");
    expect(error.message).toContain(says);
  });

  it.each([
    { code: "EACCES", says: "peak.yaml: the file may not be read" },
    { code: "EIO", says: "peak.yaml: the file cannot be read (EIO)" },
  ])("translates $code", async ({ code, says }) => {
    const io: Io = { ...fakeIo(), readText: () => Promise.reject(systemError(code)) };
    expect((await complaintOf("peak.yaml", io)).message).toContain(says);
  });

  it("does not hide a bug of ours", async () => {
    const io: Io = { ...fakeIo(), readText: () => Promise.reject(new TypeError("a bug")) };
    await expect(validate({ scenario: "peak.yaml" }, io)).rejects.toThrow("a bug");
  });
});
