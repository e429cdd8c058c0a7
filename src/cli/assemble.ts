import { type BatchCuts, batchIntervals } from "../analysis/batch-means.ts";
import { findBottlenecks } from "../analysis/bottlenecks.ts";
import { compareVariants, type SeededRuns } from "../analysis/comparison.ts";
import { evaluateGates } from "../analysis/gates.ts";
import { replicationIntervals } from "../analysis/intervals.ts";
import { decideVerdict, distrustReasons } from "../analysis/verdict.ts";
import type { Span } from "../chain/span.ts";
import { spanMs } from "../chain/span.ts";
import { episodesOf } from "../fault/episodes.ts";
import { describeFault } from "../fault/fault.ts";
import type { FaultBand, Result, VariantResult } from "../record/result.ts";
import type { VariantSummary } from "../record/run-record.ts";
import type { Tail } from "../record/tail-result.ts";
import { callGraphOf } from "../scenario/call-graph.ts";
import type { LoadedScenario, ScenarioCase } from "../scenario/loader.ts";
import { environmentOf } from "./environment.ts";

export type Measured = {
  readonly loaded: LoadedScenario;
  readonly mode: Result["mode"];
  readonly span: Span;
  readonly seeds: number;
  readonly cases: readonly {
    readonly of: ScenarioCase;
    readonly summary: VariantSummary;
    readonly tail?: Tail | null;
  }[];
  readonly predictions: readonly { readonly of: ScenarioCase; readonly summary: VariantSummary }[];
  /** Each run by itself, for intervals and comparisons; one steady run in batches. */
  readonly runs: readonly {
    readonly name: string;
    readonly runs: readonly VariantSummary[];
    readonly batches?: BatchCuts;
  }[];
  readonly warmUp?: Result["scenario"]["warmUp"] | null;
  readonly precision?: Result["precision"] | null;
  readonly reasons: readonly string[];
  readonly isPartial: boolean;
  readonly command: string;
  readonly startedAt: Date;
  readonly elapsedMs: number;
};

/** Puts a result together: what was measured, and what analysis says of it. */
export function assembleResult(it: Measured): Result {
  const variants = it.cases.map(({ of, summary, tail }) => {
    const seeded = it.runs.find(({ name }) => name === of.name);
    return {
      ...judge(of, { ...summary, ...intervalsOf(summary, seeded) }, it.span),
      ...(tail !== undefined && tail !== null && { tail }),
    };
  });
  const predictions = it.predictions.map(({ of, summary }) => judge(of, summary, it.span));
  const seeded: SeededRuns[] = it.runs.map(({ name, runs }) => ({
    name,
    runs: runs.map((summary) => ({ ...summary, bottlenecks: [], gates: [] })),
  }));
  const { loaded, mode, span } = it;
  const { scenario } = it.cases[0]?.of ?? loaded.baseline;
  const doubts = [...it.reasons, ...distrustReasons({ mode, variants })];
  return {
    schema: "tillstorm.result/1",
    mode,
    verdict: decideVerdict({ mode, partial: it.isPartial, reasons: [...it.reasons], variants }),
    reasons: doubts,
    partial: it.isPartial,
    environment: environmentOf(it),
    scenario: ranScenarioOf(loaded, scenario, { span, seeds: it.seeds, warmUp: it.warmUp }),
    faults: it.cases.map(({ of }) => ({ variant: of.name, bands: faultBands(of, span) })),
    variants,
    predictions,
    comparisons: compareVariants(seeded),
    ...(it.precision !== undefined && it.precision !== null && { precision: it.precision }),
  };
}

/** How well the figures are known: over the runs, or over the batches of one. */
function intervalsOf(
  summary: VariantSummary,
  seeded: Measured["runs"][number] | undefined,
): Pick<VariantResult, "intervals"> {
  const { runs, batches = [] } = seeded ?? { runs: [] };
  const intervals =
    runs.length > 1 ? replicationIntervals(runs, summary) : batchIntervals(batches, summary);
  return intervals.length === 0 ? {} : { intervals };
}

/** What was run. */
export function ranScenarioOf(
  loaded: LoadedScenario,
  scenario: ScenarioCase["scenario"],
  run: Pick<Measured, "span" | "seeds"> & { readonly warmUp?: Measured["warmUp"] | undefined },
): Result["scenario"] {
  const { span, seeds, warmUp } = run;
  return {
    name: scenario.name,
    title: loaded.title,
    hash: loaded.hash,
    seed: scenario.seed,
    seeds,
    durationMs: spanMs(span),
    windowFromMs: span.fromMs,
    promiseMs: scenario.promise,
    ...(warmUp !== undefined && warmUp !== null && { warmUp }),
    text: loaded.text,
  };
}

function judge(of: ScenarioCase, summary: VariantSummary, span: Span): VariantResult {
  const context = { calls: callGraphOf(of.scenario), durationMs: spanMs(span) };
  return {
    ...summary,
    ...findBottlenecks(summary, context),
    gates: evaluateGates(of.gates, summary),
  };
}

/** Of one fault that comes again and again; a chart shows no more. */
const bandMaxCount = 200;

/** When which fault acted, in the time of the run. */
function faultBands({ scenario }: ScenarioCase, span: Span): FaultBand[] {
  return scenario.faults.flatMap((fault, index) =>
    episodesOf(fault, scenario.seed, index, span.toMs)
      .map(({ fromMs, toMs }) => ({
        label: describeFault(fault),
        on: fault.on,
        fromMs: Math.max(0, fromMs - span.fromMs),
        toMs: Math.min(spanMs(span), toMs - span.fromMs),
      }))
      .filter((band) => band.toMs > band.fromMs)
      .slice(0, bandMaxCount),
  );
}
