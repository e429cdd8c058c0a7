import { expect, it } from "vitest";
import { compareWorlds, type World } from "../../src/analysis/parity.ts";
import { ActivationLog } from "../../src/analysis/parity-log.ts";
import { decideOutcome } from "../../src/domain/outcome.ts";
import type { ActivationRecord } from "../../src/record/activation-record.ts";
import { Parity } from "../../src/record/parity-result.ts";
import { RunRecord } from "../../src/record/run-record.ts";
import { StationRecord } from "../../src/record/station-record.ts";
import { anyActivation } from "../record/activations.ts";
import { fc } from "../support/property.ts";

const durationMs = 60_000;
const promiseMs = 10_000;

type Level = readonly [atMs: number, busy: number, queued: number];

function worldOf(activations: readonly ActivationRecord[], levels: readonly Level[]): World {
  const record = new RunRecord({ durationMs, promiseMs, isLive: true });
  const log = new ActivationLog();
  record.beginRun();
  activations.forEach((it, index) => {
    record.add(it);
    const latencyMs = it.endedMs - it.plannedMs;
    log.add(index % 3, index, it.plannedMs, latencyMs, decideOutcome(it, promiseMs));
  });
  const station = new StationRecord(record.buckets, durationMs);
  for (const [atMs, busy, queued] of levels) station.levels(atMs, busy, 0, queued);
  station.close(durationMs);
  record.addStation({ name: "bank.risk", replicas: 1, workers: 4 }, station);
  return { summary: record.summarise("baseline"), log };
}

const anyLevels = fc
  .array(fc.tuple(fc.nat(59_999), fc.nat(4), fc.nat(50)), { maxLength: 20 })
  .map((levels) => levels.sort(([a], [b]) => a - b));
const anyWorld = fc
  .tuple(fc.array(anyActivation, { maxLength: 400, size: "max" }), anyLevels)
  .map(([activations, levels]) => worldOf(activations, levels));
const anyExcluded = fc.array(
  fc
    .tuple(fc.nat(59_000), fc.nat(9_000))
    .map(([fromMs, lengthMs]) => ({ why: "killed", fromMs, toMs: fromMs + lengthMs })),
  { maxLength: 2 },
);

const compare = (predicted: World, measured: World, changes: object = {}): Parity =>
  compareWorlds({
    variant: "baseline",
    predicted,
    jittered: [],
    measured,
    durationMs,
    excluded: [],
    toleranceFactor: 1,
    ...changes,
  });

// Goal: a live world that did exactly what was predicted always agrees, however strange both are,
// and however tight the tolerances. Method: any record at all, held against itself.
it("lets a world agree with itself", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(anyWorld, anyWorld, anyExcluded, (world, other, excluded) => {
      const jittered = [{ ...other, meanMs: 1 }];
      for (const changes of [{}, { excluded, toleranceFactor: 1e-9 }, { jittered }]) {
        const parity = compare(world, world, changes);
        expect(parity.agrees).toBe(true);
        expect(Parity.parse(parity)).toEqual(parity);
        if (parity.curves.some((it) => it.judgedCount > 3)) reached.add("curves");
        if (parity.pairs.excludedCount > 0) reached.add("excluded");
      }
      reached.add(world.summary.planned > 50 ? "many" : "few");
    }),
    { numRuns: 60 },
  );
  expect([...reached].sort()).toEqual(["curves", "excluded", "few", "many"]);
});

// Goal: nobody can fail by being judged more mildly. Method: any two worlds; wider tolerances, and
// further simulations, may only take figures off the list of those that are beyond.
it("never judges more harshly with more tolerance or a wider band", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(anyWorld, anyWorld, anyWorld, (predicted, measured, other) => {
      const beyond = (changes: object): string[] => {
        const { rows, curves } = compare(predicted, measured, changes);
        return [...rows, ...curves.flatMap((it) => (it.isWithin ? [] : [it]))]
          .filter((it) => !it.isWithin)
          .map((it) => `${it.figure} ${it.of}`);
      };
      const strict = beyond({});
      const mild = beyond({ toleranceFactor: 3 });
      const wide = beyond({ jittered: [{ ...other, meanMs: 1 }] });
      expect(strict).toEqual(expect.arrayContaining(mild));
      expect(strict).toEqual(expect.arrayContaining(wide));
      if (mild.length < strict.length) reached.add("milder");
      if (wide.length < strict.length) reached.add("wider");
      if (strict.length > 0) reached.add("beyond");
    }),
    { numRuns: 60 },
  );
  expect([...reached].sort()).toEqual(["beyond", "milder", "wider"]);
});
