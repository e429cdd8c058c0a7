import type {
  Profile,
  ProfileEffect,
  ProfileMetric,
  ProfileRow,
} from "../record/profile-result.ts";
import { profileMetrics } from "../record/profile-result.ts";
import type { Intervention } from "../scenario/interventions.ts";
import { measuredUncreditedRatio, type Summary } from "./figure.ts";
import { studentTQuantile } from "./student-t.ts";

/** Confidence that all intervals of one figure hold together. */
export const jointConfidence = 0.95;

/** The runs of one change; `runs[i]` was made with seed i. */
export type TriedChange = Pick<Intervention, "kind" | "target"> & {
  readonly runs: readonly Summary[];
};

const readers: Readonly<Record<ProfileMetric, (run: Summary) => number | null>> = {
  latencyMeanMs: ({ latencyMs }) => latencyMs.mean,
  latencyP99Ms: ({ latencyMs }) => latencyMs.p99,
  uncreditedRatio: measuredUncreditedRatio,
};

/** The figures of the runs without any change: means over the runs. */
export function profileBaseline(runs: readonly Summary[]): Profile["baseline"] {
  const meanOf = (metric: ProfileMetric) => {
    const values = runs.map((it) => readers[metric](it)).filter((it) => it !== null);
    return values.length === 0 ? null : meanAndVariance(values).mean;
  };
  return {
    latencyMeanMs: meanOf("latencyMeanMs"),
    latencyP99Ms: meanOf("latencyP99Ms"),
    uncreditedRatio: meanOf("uncreditedRatio"),
  };
}

/**
 * What each change is worth, the most worth first. One figure a run, paired by seed, so that luck is
 * the same on both sides: mean d of the differences, and d ± t(1 - 0.05 / 2m, n - 1) s / sqrt(n).
 *
 * @param changeCount - m: so many intervals of one figure hold together with 95 % (Bonferroni).
 */
export function rankChanges(
  baseline: readonly Summary[],
  changes: readonly TriedChange[],
  changeCount: number,
): ProfileRow[] {
  const rows = changes.map(
    ({ kind, target, runs }): ProfileRow => ({
      kind,
      target,
      effects: profileMetrics.flatMap((metric) => effectOf(metric, baseline, runs, changeCount)),
    }),
  );
  return rows.sort(
    (a, b) =>
      worth(a, "uncreditedRatio") - worth(b, "uncreditedRatio") ||
      worth(a, "latencyP99Ms") - worth(b, "latencyP99Ms") ||
      worth(a, "latencyMeanMs") - worth(b, "latencyMeanMs"),
  );
}

function effectOf(
  metric: ProfileMetric,
  baseline: readonly Summary[],
  runs: readonly Summary[],
  changeCount: number,
): ProfileEffect[] {
  const read = readers[metric];
  const differences = runs.flatMap((run, seed) => {
    const other = baseline[seed];
    const [after, before] = [read(run), other === undefined ? null : read(other)];
    return after === null || before === null ? [] : [after - before];
  });
  const n = differences.length;
  if (n < 2) return [];
  const { mean, variance } = meanAndVariance(differences);
  const tail = (1 - jointConfidence) / 2 / Math.max(1, changeCount);
  const half = studentTQuantile(1 - tail, n - 1) * Math.sqrt(variance / n);
  const [difference, low, high] = [mean, mean - half, mean + half].map(roundDigits);
  if (difference === undefined || low === undefined || high === undefined) return [];
  const effect = high < 0 ? "better" : low > 0 ? "worse" : "none shown";
  return [{ metric, difference, low, high, effect }];
}

/** What is shown to be better or worse counts; what is not shown counts as nothing. */
function worth({ effects }: ProfileRow, metric: ProfileMetric): number {
  const it = effects.find((effect) => effect.metric === metric);
  return it === undefined || it.effect === "none shown" ? 0 : it.difference;
}

function meanAndVariance(sample: readonly number[]): { mean: number; variance: number } {
  const n = sample.length;
  const mean = sample.reduce((sum, it) => sum + it, 0) / n;
  const squares = sample.reduce((sum, it) => sum + (it - mean) ** 2, 0);
  return { mean, variance: n < 2 ? 0 : squares / (n - 1) };
}

/** The last digits of a sine may differ between Node versions; a result must not. */
function roundDigits(value: number): number {
  return Number(value.toPrecision(12));
}
