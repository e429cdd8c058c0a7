import { describe, expect, it } from "vitest";
import { HealthBoard, HealthSpec } from "../../src/policy/health.ts";

const spec = HealthSpec.parse({});

describe("HealthBoard", () => {
  it.each([
    { checks: "", healthy: 1, changes: 0, why: "takes a replica for healthy at first" },
    { checks: "--", healthy: 1, changes: 0, why: "does not mind two failures" },
    { checks: "---", healthy: 0, changes: 1, why: "leaves it out after three in a row" },
    { checks: "--+--", healthy: 1, changes: 0, why: "begins to count anew after a success" },
    { checks: "---+", healthy: 0, changes: 1, why: "does not trust one success" },
    { checks: "---++", healthy: 1, changes: 2, why: "takes it back after two in a row" },
    { checks: "---+-+", healthy: 0, changes: 1, why: "begins to count anew after a failure" },
    { checks: "---++--", healthy: 1, changes: 2, why: "needs three failures again then" },
    {
      checks: "------++",
      healthy: 1,
      changes: 2,
      why: "does not hold further failures against it",
    },
  ])("$why: $checks", ({ checks, healthy, changes }) => {
    const board = new HealthBoard(spec, 3);
    for (const check of checks) board.record(1, check === "+");
    expect([...board.healthy]).toEqual([1, healthy, 1]);
    expect(board.changeCount).toBe(changes);
  });

  it("may call every replica unhealthy", () => {
    const board = new HealthBoard(HealthSpec.parse({ unhealthy: 1 }), 2);
    board.record(0, false);
    board.record(1, false);
    expect([...board.healthy]).toEqual([0, 0]);
  });
});

describe("HealthSpec", () => {
  it("has the defaults of HAProxy, and the timeout of Kubernetes", () => {
    expect(spec).toEqual({ every: 2_000, timeout: 1_000, unhealthy: 3, healthy: 2 });
  });

  it("refuses checks that overlap", () => {
    const { error } = HealthSpec.safeParse({ every: "500ms" });
    expect(error?.issues[0]?.message).toContain("expected a timeout of at most every");
    expect(error?.issues[0]?.path).toEqual(["timeout"]);
  });
});
