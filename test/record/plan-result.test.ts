import { expect, it } from "vitest";
import { UsageError } from "../../src/kernel/errors.ts";
import { parsePlanResult, renderPlanResult } from "../../src/record/plan-result.ts";
import { emptyPlan, samplePlan, tiedPlan } from "../support/sample-plan.ts";

it("has the form of tillstorm.plan/1", async () => {
  await expect(renderPlanResult(samplePlan())).toMatchFileSnapshot("golden/plan.json");
});

it("is read as it was written", () => {
  for (const plan of [samplePlan(), tiedPlan(), emptyPlan()]) {
    expect(parsePlanResult(renderPlanResult(plan), "plan.json")).toEqual(plan);
  }
});

it.each([
  { why: "no JSON", text: "{", says: "plan.json: not JSON" },
  { why: "another version", text: '{"schema":"tillstorm.plan/2"}', says: "plan.json: schema" },
])("is refused as $why", ({ text, says }) => {
  expect(() => parsePlanResult(text, "plan.json")).toThrow(UsageError);
  expect(() => parsePlanResult(text, "plan.json")).toThrow(says);
});
