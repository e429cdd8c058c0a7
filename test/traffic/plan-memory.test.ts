import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { planOf } from "./planned.ts";

setFlagsFromString("--expose-gc");
const collect: unknown = runInNewContext("gc");

function heapUsedBytes(): number {
  if (typeof collect === "function") collect();
  return process.memoryUsage().heapUsed;
}

it("five million arrivals leave nothing behind", () => {
  const plan = planOf(
    {
      curve: {
        points: [
          ["0s", "0/s"],
          ["1000s", "10000/s"],
        ],
      },
    },
    { durationMs: 1e9 },
  );
  while (plan.index < 1_000) plan.next();
  const before = heapUsedBytes();
  while (plan.index < 5_000_000) plan.next();
  // Kept as numbers they would take 40 MB.
  expect(heapUsedBytes() - before).toBeLessThan(2_000_000);
  expect(plan.next()).toBe(true);
});
