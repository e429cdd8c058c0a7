import { describe, expect, it } from "vitest";
import { ActivationLog } from "../../src/analysis/parity-log.ts";
import { outcomes } from "../../src/domain/outcome.ts";

describe("ActivationLog", () => {
  it("keeps what it is told, beyond its first length", () => {
    const log = new ActivationLog();
    for (let index = 0; index < 3_000; index += 1) {
      const latencyMs = index % 5 === 0 ? Number.NaN : index / 8;
      log.add(-7, index, 10 * index, latencyMs, outcomes[index % outcomes.length] ?? "lost");
    }
    expect([log.count, log.stride]).toEqual([3_000, 1]);
    for (const row of [0, 1, 1_023, 1_024, 2_999]) {
      expect(log.streamKeyAt(row)).toBe(-7);
      expect(log.indexAt(row)).toBe(row);
      expect(log.plannedMsAt(row)).toBe(10 * row);
      expect(log.latencyMsAt(row)).toBe(row % 5 === 0 ? Number.NaN : row / 8);
      expect(log.outcomeAt(row)).toBe(row % outcomes.length);
    }
  });

  it("keeps every fourth number once there is no room for more, whatever the order", () => {
    const forwards = new ActivationLog(100);
    const backwards = new ActivationLog(100);
    for (let index = 0; index < 399; index += 1) {
      forwards.add(1, index, index, index, "credited");
      backwards.add(1, 398 - index, 398 - index, 0, "credited");
    }
    const kept = (log: ActivationLog) =>
      Array.from({ length: log.count }, (_, row) => log.indexAt(row)).sort((a, b) => a - b);
    expect(forwards.stride).toBe(4);
    expect(kept(forwards)).toEqual(Array.from({ length: 100 }, (_, index) => 4 * index));
    expect(kept(backwards)).toEqual(kept(forwards));
    const fifth = kept(forwards).indexOf(16);
    expect(forwards.latencyMsAt(fifth)).toBe(16);
  });

  it("ends even if every stream has only its first activation", () => {
    const log = new ActivationLog(2);
    log.add(1, 0, 0, 1, "credited");
    log.add(2, 0, 0, 1, "credited");
    log.add(3, 0, 0, 1, "credited");
    log.add(3, 1, 0, 1, "credited");
    expect(log.count).toBe(2);
  });
});
