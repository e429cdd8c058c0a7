import { expect, it } from "vitest";
import { UsageError } from "../../src/kernel/errors.ts";
import { cellCountOf, parseSweep, renderSweep } from "../../src/record/sweep-result.ts";
import { sampleSweep } from "../support/sample-sweep.ts";

it("has the form of tillstorm.sweep/1", async () => {
  await expect(renderSweep(sampleSweep(1))).toMatchFileSnapshot("golden/sweep.json");
});

it("is read as it was written", () => {
  for (const sweep of [sampleSweep(1), sampleSweep(3, true)]) {
    expect(parseSweep(renderSweep(sweep), "sweep.json")).toEqual(sweep);
  }
});

it.each([
  { why: "no JSON", text: "{", says: "sweep.json: not JSON" },
  { why: "another version", text: '{"schema":"tillstorm.sweep/2"}', says: "sweep.json: schema" },
])("is refused as $why", ({ text, says }) => {
  expect(() => parseSweep(text, "sweep.json")).toThrow(UsageError);
  expect(() => parseSweep(text, "sweep.json")).toThrow(says);
});

it("counts its cells", () => {
  expect(cellCountOf([{ values: [1, 2, 3] }, { values: [1, 2] }])).toBe(6);
});
