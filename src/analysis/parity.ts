import type { ExcludedSpan, Parity, ParityCurve, ParityRow } from "../record/parity-result.ts";
import type { VariantSummary } from "../record/run-record.ts";
import { type Curve, curvesOf, cutGrid, type Grid } from "./parity-buckets.ts";
import { calmSummary, usableExclusions } from "./parity-calm.ts";
import { runFigures, toleranceNameOf } from "./parity-figures.ts";
import { isWithin, spread } from "./parity-judgement.ts";
import type { ActivationLog } from "./parity-log.ts";
import { pairActivations, sortedQuantile } from "./parity-pairs.ts";
import { bucketRules, neededBuckets, toleranceOf } from "./parity-tolerances.ts";

/** What one world leaves behind: its figures, and its activations one by one. */
export type World = { readonly summary: VariantSummary; readonly log: ActivationLog };

export type Worlds = {
  readonly variant: string;
  /** Simulated as it is. */
  readonly predicted: World;
  /** Simulated again under the same draws, but with messages that take a little longer. */
  readonly jittered: readonly (World & { readonly meanMs: number })[];
  /** Live. */
  readonly measured: World;
  /** Length of the traffic. [ms] */
  readonly durationMs: number;
  /** Seconds in which chance decides too much, such as those around the kill of a process. */
  readonly excluded: readonly ExcludedSpan[];
  /** All tolerances are so many times as wide. */
  readonly toleranceFactor: number;
};

/**
 * Holds the live world against the simulated one, figure by figure.
 *
 * A system near a tipping point (a breaker about to open, a queue near its limit) makes much of the
 * little that real sockets cost. How much, the further simulations show: the least and the most
 * that they say is the sensitivity band. A measurement m agrees when
 *
 *   low - tolerance <= m <= high + tolerance
 *
 * so a robust system is held to its tolerances, and a delicate one to what can be known of it.
 * Curves over time are judged bucket by bucket, and most buckets must agree.
 */
export function compareWorlds(asked: Worlds): Parity {
  const excluded = usableExclusions(asked.excluded, asked.durationMs);
  const worlds = { ...asked, excluded };
  const { predicted, durationMs, toleranceFactor } = worlds;
  const grid = cutGrid(predicted.summary, durationMs, excluded);
  const pairs = pairActivations(predicted.log, worlds.measured.log, excluded);
  const rows = [...runRows(worlds), ...pairRows(worlds, pairs)];
  const curves = compareCurves(worlds, grid);
  return {
    variant: worlds.variant,
    agrees: [...rows, ...curves].every((it) => it.isWithin),
    toleranceFactor,
    jitterMeansMs: worlds.jittered.map(({ meanMs }) => meanMs),
    rows,
    edgesMs: [...grid.edgesMs],
    excluded: [...excluded],
    curves,
    pairs: {
      stride: pairs.stride,
      pairedCount: pairs.pairedCount,
      unpairedCount: pairs.unpairedCount,
      excludedCount: pairs.excludedCount,
    },
  };
}

function runRows(worlds: Worlds): ParityRow[] {
  const { predicted, jittered, measured, excluded, toleranceFactor } = worlds;
  const calm = ({ summary, log }: World) => calmSummary(summary, log, excluded);
  const exactWorld = calm(predicted);
  const otherWorlds = jittered.map(calm);
  const measuredWorld = calm(measured);
  const stations = predicted.summary.stations.map(({ name }) => name);
  return runFigures(stations).map(({ read, ...figure }) => {
    const exact = read(exactWorld);
    const band = spread([exact, ...otherWorlds.map(read)]);
    const tolerance = toleranceOf(toleranceNameOf(figure), exact ?? 0, toleranceFactor);
    const value = read(measuredWorld);
    const row = { ...figure, predicted: exact, ...band, measured: value, tolerance };
    return { ...row, isWithin: isWithin(row) };
  });
}

/** Activation by activation: a perfect prediction would have no error at all. */
function pairRows(worlds: Worlds, pairs: ReturnType<typeof pairActivations>): ParityRow[] {
  const { predicted, jittered, excluded, toleranceFactor } = worlds;
  const others = jittered.map(({ log }) => pairActivations(predicted.log, log, excluded));
  const medianMs = predicted.summary.latencyMs.p50 ?? 0;
  const row = (
    figure: Pick<ParityRow, "figure" | "of" | "unit">,
    scale: number | null,
    read: (it: typeof pairs) => number | null,
  ): ParityRow => {
    const value = read(pairs);
    const isJudged = scale !== null && value !== null;
    const judged = {
      ...figure,
      predicted: 0,
      ...spread([0, ...others.map(read)]),
      measured: value,
      tolerance: isJudged ? toleranceOf(toleranceNameOf(figure), scale, toleranceFactor) : null,
    };
    return { ...judged, isWithin: isWithin(judged) };
  };
  const error = { figure: "pair-error", unit: "ms" } as const;
  return [
    row({ ...error, of: "p50" }, medianMs, (it) => sortedQuantile(it.errorsMs, 0.5)),
    row({ ...error, of: "p90" }, null, (it) => sortedQuantile(it.errorsMs, 0.9)),
    row({ figure: "pair-outcome", of: "", unit: "ratio" }, 0, (it) =>
      it.pairedCount === 0 ? null : it.differingCount / it.pairedCount,
    ),
  ];
}

function compareCurves(worlds: Worlds, grid: Grid): ParityCurve[] {
  const curves = ({ summary, log }: World) => curvesOf(summary, log, grid);
  const jittered = worlds.jittered.map(curves);
  const measured = curves(worlds.measured);
  return curves(worlds.predicted).map((predicted) => {
    const same = (it: Curve) => it.figure === predicted.figure && it.of === predicted.of;
    const others = jittered.map((all) => all.find(same)?.values ?? []);
    const own = measured.find(same)?.values ?? [];
    const buckets = predicted.values.map((exact, bucket) => {
      const band = spread([exact, ...others.map((values) => values[bucket] ?? null)]);
      const tolerance = bucketTolerance(predicted, bucket, grid, worlds.toleranceFactor);
      const judged = { predicted: exact, ...band, measured: own[bucket] ?? null, tolerance };
      return { ...judged, isWithin: isWithin(judged) };
    });
    const judged = buckets.filter(({ tolerance }) => tolerance !== null);
    const withinCount = judged.filter((it) => it.isWithin).length;
    const neededCount = neededBuckets(judged.length);
    return {
      figure: predicted.figure,
      of: predicted.of,
      unit: predicted.unit,
      predicted: buckets.map((it) => it.predicted),
      low: buckets.map((it) => it.low),
      high: buckets.map((it) => it.high),
      measured: buckets.map((it) => it.measured),
      tolerance: buckets.map((it) => it.tolerance),
      judgedCount: judged.length,
      withinCount,
      neededCount,
      isWithin: withinCount >= neededCount,
    };
  });
}

/** What a bucket is allowed; null where it says too little to be judged. */
function bucketTolerance(curve: Curve, bucket: number, grid: Grid, factor: number): number | null {
  const value = curve.values[bucket] ?? null;
  const count = curve.counts[bucket] ?? 0;
  if (grid.isJudged[bucket] !== true || value === null) return null;
  const { widening, standardErrorCount, sampleMinCount } = bucketRules;
  if (curve.figure === "latency") {
    const least = sampleMinCount[curve.of as keyof typeof sampleMinCount];
    if (count < least) return null;
  }
  const tolerance = widening * toleranceOf(toleranceNameOf(curve), value, factor);
  if (curve.figure !== "outcome" && curve.figure !== "cause") return tolerance;
  // Laplace's rule keeps the error of a share of nothing, or of all, above 0.
  const share = (value * count + 1) / (count + 2);
  return tolerance + factor * standardErrorCount * Math.sqrt((share * (1 - share)) / count);
}
