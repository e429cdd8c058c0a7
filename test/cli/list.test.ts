import { expect, it } from "vitest";
import { list } from "../../src/cli/list.ts";
import { ExitCode } from "../../src/kernel/exit-code.ts";
import { lunchRush } from "../scenario/lunch-rush.ts";
import { fakeIo } from "./fake-io.ts";

it("lists the shipped scenarios with their titles, the broken ones too", async () => {
  const io = fakeIo({
    "/package/scenarios/lunch-rush.yaml": lunchRush,
    "/package/scenarios/broken.yaml": "name: 3",
    "/package/scenarios/schema.json": "{}",
  });
  expect(await list(io)).toBe(ExitCode.ok);
  expect(io.printed).toEqual([
    "broken      (broken: 4 problems; see tillstorm validate broken)",
    "lunch-rush  Lunch rush while the bank's risk check slows",
  ]);
});

it("says when there are none", async () => {
  const io = fakeIo();
  expect(await list(io)).toBe(ExitCode.ok);
  expect(io.printed).toEqual([]);
  expect(io.noted).toEqual(["no scenarios in /package/scenarios"]);
});
