import { type Metric, metric } from "../analysis/metrics.ts";
import { PrecisionRule, relativeHalfWidth } from "../analysis/precision.ts";
import { UsageError } from "../kernel/errors.ts";
import { Share } from "../kernel/units.ts";
import type { Precision } from "../record/result.ts";
import { parseFigure } from "../scenario/gate-expression.ts";
import type { ScenarioCase } from "../scenario/loader.ts";
import {
  type CasesOptions,
  type SimulatedCase,
  simulateCases,
  type Totals,
} from "./simulate-cases.ts";

export type PrecisionFlags = {
  readonly seeds: number;
  readonly precision?: string | undefined;
  readonly of?: string | undefined;
  readonly "max-seeds"?: number | undefined;
};

/** What `--precision` asks for. */
export type PrecisionWish = {
  readonly metric: Metric;
  readonly targetRatio: number;
  readonly firstCount: number;
  readonly maxCount: number;
};

const firstCount = 10;
const maxCountDefault = 200;
export const seedMaxCount = 1_000;

/**
 * Reads `--precision`, `--of` and `--max-seeds`; null where no precision is asked for.
 *
 * @throws {UsageError} `FLAG_INVALID` for what means nothing.
 */
export function readPrecision(
  flags: PrecisionFlags,
  cases: readonly ScenarioCase[],
): PrecisionWish | null {
  const { precision, of, "max-seeds": maxSeeds } = flags;
  if (precision === undefined) {
    const alone = of !== undefined ? "--of" : maxSeeds !== undefined ? "--max-seeds" : null;
    if (alone === null) return null;
    throw wrongFlag(`${alone} says more about --precision, which is missing`, "add --precision 2%");
  }
  const target = Share.safeParse(precision);
  if (!target.success || target.data === 0) {
    throw wrongFlag(
      `--precision ${precision}: expected a share above 0%, up to 100%`,
      "write --precision 2%",
    );
  }
  const maxCount = maxSeeds ?? maxCountDefault;
  if (!Number.isInteger(maxCount) || maxCount < 2 || maxCount > seedMaxCount) {
    const what = `--max-seeds: expected a whole number from 2 to ${seedMaxCount}`;
    throw wrongFlag(what, `write --max-seeds ${maxCountDefault}`);
  }
  // --seeds says with how many it begins; of fewer than ten it might stop by chance.
  const first = Math.max(flags.seeds, firstCount);
  return {
    metric: readMetric(of, cases),
    ...{ targetRatio: target.data, maxCount, firstCount: Math.min(first, maxCount) },
  };
}

function readMetric(of: string | undefined, cases: readonly ScenarioCase[]): Metric {
  if (of === undefined) {
    // A gate with == is about what must never happen: its figure has no relative width.
    const gate = cases[0]?.gates.find(({ operator }) => operator !== "==" && operator !== "!=");
    return metric(gate ?? { of: "times", figure: "p99", argument: "latency" });
  }
  const parsed = parseFigure(of);
  if (!parsed.ok)
    throw wrongFlag(`--of ${of}: ${parsed.what}`, parsed.hint ?? "write --of 'p99(latency)'");
  const { subject } = parsed;
  const stations = cases.flatMap(({ scenario }) =>
    Object.entries(scenario.services).flatMap(([service, { stages }]) =>
      Object.keys(stages).map((stage) => `${service}.${stage}`),
    ),
  );
  if (subject.of === "station" && !stations.includes(subject.argument)) {
    const hint = `write one of ${[...new Set(stations)].join(", ")}`;
    throw wrongFlag(`--of ${of}: no stage is called ${subject.argument}`, hint);
  }
  return metric(subject);
}

function wrongFlag(what: string, hint: string): UsageError {
  return new UsageError("FLAG_INVALID", [{ what, hint }]);
}

export type PreciseRun = {
  readonly done: readonly SimulatedCase[];
  readonly seeds: number;
  readonly precision: Precision;
};

/** Adds seeds to every case until the figure is known that well in each, or the rule gives up. */
export async function simulateUntilPrecise(
  cases: readonly ScenarioCase[],
  wish: PrecisionWish,
  options: Omit<CasesOptions, "seeds" | "firstSeed" | "totals" | "inBatches">,
  say: (text: string) => void,
): Promise<PreciseRun> {
  const rule = new PrecisionRule(wish);
  const totals: Totals = new Map();
  let done: readonly SimulatedCase[] = [];
  let seeds = 0;
  for (;;) {
    const measured = cases.map((of) => ({
      name: of.name,
      values: (done.find((it) => it.of === of)?.simulated.runs ?? []).map(wish.metric.read),
    }));
    const { metric, targetRatio } = wish;
    const found = measured.map(({ name, values }) => ({
      variant: name,
      ratio: relativeHalfWidth(values),
    }));
    const step = rule.next(measured);
    if (step.kind !== "more" || options.signal.aborted) {
      const reached = step.kind === "reached" && !options.signal.aborted;
      return { done, seeds, precision: { metric: metric.name, targetRatio, reached, found } };
    }
    if (seeds > 0) {
      const last = found.map(({ variant, ratio }) => `${variant} ± ${percent(ratio)}`).join(", ");
      say(`after ${seeds} seeds: ${metric.name} ${last}; on to ${step.seeds}`);
    }
    const firstSeed = seeds;
    done = await simulateCases(cases, {
      ...options,
      ...{ seeds: step.seeds, firstSeed, totals, inBatches: false },
    });
    seeds = step.seeds;
  }
}

function percent(ratio: number | null): string {
  return ratio === null ? "unknown" : `${Number((100 * ratio).toPrecision(3))}%`;
}
