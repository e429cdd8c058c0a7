import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parseResult, type VariantResult } from "../../src/record/result.ts";
import { runCli } from "../support/cli.ts";
import { hasShared, whyNotShared } from "../support/shared.ts";

/** 5,648 real card payments with their amounts, at sixty times their speed: 98 seconds. */
const file = fileURLToPath(new URL("../fixtures/card-replay.yaml", import.meta.url));
const recordedCount = 5_648;

if (!hasShared) console.warn(whyNotShared);

function expectWhole(variant: VariantResult | undefined): void {
  const { accounting, planned, integrity } = variant ?? {};
  expect(planned).toBe(recordedCount);
  expect(Object.values(accounting ?? {}).reduce((a, b) => a + b, 0)).toBe(recordedCount);
  expect(integrity).toEqual({ doubleCredited: 0, phantom: 0, missing: 0, leaked: 0 });
}

describe.skipIf(!hasShared)("the recorded card payments", () => {
  it("are all simulated and accounted for", async () => {
    const { code, stdout } = await runCli(["simulate", file, "--json", "--quiet"]);
    expect(code).toBe(0);
    expectWhole(parseResult(stdout, "stdout").variants[0]);
  });

  it("all go through the live servers and are accounted for", async () => {
    const { code, stdout, stderr } = await runCli(["run", file, "--json", "--quiet"]);
    expect([0, 3], stderr).toContain(code);
    const result = parseResult(stdout, "stdout");
    expectWhole(result.variants[0]);
    expectWhole(result.predictions[0]);
    expect(result.variants[0]?.accounting.answered).toBeGreaterThan(0.99 * recordedCount);
  }, 240_000);
});
