import { expect, it } from "vitest";
import { causes, decideOutcome } from "../../src/domain/outcome.ts";
import type { ActivationRecord } from "../../src/record/activation-record.ts";
import { Result } from "../../src/record/result.ts";
import { RunRecord } from "../../src/record/run-record.ts";
import { StationRecord } from "../../src/record/station-record.ts";
import { fc } from "../support/property.ts";
import { anyActivation } from "./activations.ts";

const Variant = Result.shape.variants.element;
const promiseMs = 5_000;
const options = { durationMs: 60_000, promiseMs, isLive: true };
const history = fc.array(anyActivation, { maxLength: 60 });

function recordOf(...runs: readonly (readonly ActivationRecord[])[]) {
  const record = new RunRecord(options);
  for (const run of runs) {
    record.beginRun();
    for (const it of run) record.add(it);
  }
  return record.summarise("baseline");
}

function sum(counts: Readonly<Record<string, number>> | readonly number[]): number {
  return Object.values(counts).reduce((total: number, it: number) => total + it, 0);
}

// Goal: no activation is lost from the books, and none is booked twice: planned is the sum of the
// endings, of the outcomes and of the series; every late or lost one has its cause. Method: random
// histories, plausible or not, and a count by hand.
it("accounts for every activation once, however it ended", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(history, (run) => {
      const summary = recordOf(run);
      const { outcomes, series } = summary;
      expect(summary.planned).toBe(run.length);
      expect(sum(summary.accounting)).toBe(run.length);
      expect(sum(outcomes)).toBe(run.length);
      expect(sum(summary.causes)).toBe(outcomes.late + outcomes.lost);
      expect(sum(series.planned)).toBe(run.length);
      for (const outcome of ["credited", "late", "declined", "blocked", "lost"] as const) {
        expect(sum(series[outcome])).toBe(outcomes[outcome]);
        expect(outcomes[outcome]).toBe(
          run.filter((it) => decideOutcome(it, promiseMs) === outcome).length,
        );
      }
      const numberOf = (holds: (it: ActivationRecord) => boolean) => run.filter(holds).length;
      const isCredited = (it: ActivationRecord) => !Number.isNaN(it.creditedAtMs);
      expect(summary.integrity).toEqual({
        doubleCredited: numberOf((it) => it.creditCount >= 2),
        phantom: numberOf((it) => it.posts && it.toldApproved && it.creditCount === 0),
        missing: 0,
        leaked: numberOf((it) => it.isBad && isCredited(it)),
      });
      for (const cause of causes) {
        expect(sum(series.causes?.[cause] ?? [])).toBe(summary.causes[cause]);
      }
      expect(summary.unnotified).toBe(
        numberOf((it) => isCredited(it) && !it.toldApproved && Number.isNaN(it.heardAtMs)),
      );
      expect(summary.attempts).toBe(sum(run.map((it) => it.attempts)));
      expect(summary.timeToCreditMs.count).toBe(numberOf(isCredited));
      expect(summary.latencyMs.count).toBe(numberOf((it) => !Number.isNaN(it.endedMs)));
      expect(summary.sendLagMs.count).toBe(numberOf((it) => !Number.isNaN(it.sendLagMs)));
      for (const it of run) reached.add(it.ending).add(decideOutcome(it, promiseMs)).add(it.cause);
    }),
    { numRuns: 200 },
  );
  expect(reached.size).toBe(5 + 5 + 5);
});

// Goal: several seeds are one greater run: counts are sums, percentiles come from all samples, and
// series are means. Method: two random histories in one record, and each in one of its own.
it("adds two runs up to sums of counts, pooled percentiles and mean series", () => {
  fc.assert(
    fc.property(history, history, (first, second) => {
      const both = recordOf(first, second);
      const one = recordOf(first);
      const other = recordOf(second);
      const pooled = recordOf([...first, ...second]);
      expect(both.seeds).toBe(2);
      for (const key of ["planned", "attempts", "unnotified"] as const) {
        expect(both[key]).toBe(one[key] + other[key]);
      }
      for (const key of ["accounting", "outcomes", "causes", "integrity"] as const) {
        expect(both[key]).toEqual(pooled[key]);
      }
      for (const key of ["timeToCreditMs", "latencyMs", "serviceTimeMs", "sendLagMs"] as const) {
        expect(both[key]).toEqual(pooled[key]);
        expect(both[key].count).toBe(one[key].count + other[key].count);
      }
      expect(both.uncreditedRatio).toBe(pooled.uncreditedRatio);
      for (const key of ["planned", "credited", "late", "declined", "lost"] as const) {
        const mean = one.series[key].map((count, i) => (count + (other.series[key][i] ?? 0)) / 2);
        expect(both.series[key]).toEqual(mean);
      }
      expect(both.series.latencyP99Ms).toEqual(pooled.series.latencyP99Ms);
    }),
    { numRuns: 60 },
  );
});

// Goal: what is recorded can be stored, whatever happened. Method: random histories, by the schema.
it("fits the schema of the result", () => {
  fc.assert(
    fc.property(history, (run) => {
      const variant = { ...recordOf(run), bottlenecks: [], gates: [] };
      expect(Variant.parse(JSON.parse(JSON.stringify(variant)))).toEqual(variant);
    }),
    { numRuns: 60 },
  );
});

// Goal: nothing is lost on the way between threads: what arrives says the same, also when it is added
// to another. Method: random histories, live and simulated, with stations, policies and loans, sent as
// structured clones, against the same ones that stayed.
it("says the same after a journey between threads, alone and merged", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(history, history, fc.boolean(), (first, second, isLive) => {
      const money = { advance: { afterMs: 1_000, feeRatio: 0.01 }, endMs: 90_000 };
      const all = { ...options, isLive, money };
      const recorded = (run: readonly ActivationRecord[]) => {
        const record = new RunRecord(all);
        record.beginRun();
        run.forEach((it, place) => {
          const isBatched = place % 2 === 0 && !Number.isNaN(it.postedAtMs);
          record.add(isBatched ? { ...it, batchAtMs: 60_000 * (1 + (place % 3)) } : it);
        });
        record.addPolicies("bank", { retries: run.length });
        record.addMissing(run.length % 3);
        const station = new StationRecord(record.buckets, all.durationMs);
        station.levels(run.length * 100, 1, 0, 3);
        station.started(run.length * 100, run.length);
        station.close(all.durationMs);
        record.addStation({ name: "bank.serve", replicas: 1, workers: 2 }, station);
        if (run.length % 2 === 1) record.money.broken("unbalanced", "by one");
        return record;
      };
      const travel = (it: RunRecord) => RunRecord.fromWire(structuredClone(it.toWire()), all);
      const [one, other] = [recorded(first), recorded(second)];
      expect(travel(one).summarise("it")).toEqual(one.summarise("it"));
      const far = new RunRecord(all);
      const near = new RunRecord(all);
      for (const record of [one, other]) {
        far.merge(travel(record));
        near.merge(record);
      }
      expect(JSON.stringify(far.summarise("it"))).toBe(JSON.stringify(near.summarise("it")));
      expect(travel(near).summarise("it")).toEqual(near.summarise("it"));
      if ((near.summarise("it").money?.advance?.peakMinor ?? 0) > 0) reached.add("loans");
      if (near.summarise("it").money?.batches.length) reached.add("batches");
      if (near.summarise("it").sendLagMs.count > 0) reached.add("send lag");
    }),
    { numRuns: 100 },
  );
  expect(reached).toEqual(new Set(["loans", "batches", "send lag"]));
});
