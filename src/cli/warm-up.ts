import { type FoundWarmUp, LatencySeries } from "../analysis/warm-up.ts";
import { type Span, spanMs } from "../chain/span.ts";
import { UsageError } from "../kernel/errors.ts";
import { formatDuration } from "../kernel/units.ts";
import { cutBuckets } from "../record/buckets.ts";
import type { Result } from "../record/result.ts";
import type { ScenarioCase } from "../scenario/loader.ts";
import { simulateCase } from "./simulate.ts";

/** What is known of the warm-up of a run; null: none was asked for. */
export type WarmUp = NonNullable<Result["scenario"]["warmUp"]>;

/** Runs of each case from which a warm-up is found; they count for nothing else. */
const pilotCount = 3;

export type PilotOptions = {
  readonly file: string;
  readonly span: Span;
  readonly isStopped: () => boolean;
  readonly onProgress: (text: string) => void;
};

/**
 * The warm-up of a run: the scenario's, or found in pilot runs.
 *
 * One for all cases, or pairs of runs would be cut differently: the longest that MSER-5 finds in any
 * pilot, rounded up to a bucket of the series. A pilot has a seed of its own, made from the scenario's.
 *
 * @throws {UsageError} `WARM_UP_TOO_LONG` when it leaves nothing of the window that is run.
 */
export async function chooseWarmUp(
  cases: readonly ScenarioCase[],
  options: PilotOptions,
): Promise<WarmUp | null> {
  const warmUp = cases[0]?.scenario.warmUp;
  const durationMs = spanMs(options.span);
  if (warmUp === undefined) return null;
  if (warmUp !== "auto") {
    requireRoom(warmUp, durationMs);
    return { ms: warmUp, pilots: 0, isAtBound: false };
  }
  const found: FoundWarmUp[] = [];
  for (const of of cases) {
    for (let pilot = 1; pilot <= pilotCount && !options.isStopped(); pilot += 1) {
      options.onProgress(`looking for the warm-up of ${of.name}: pilot ${pilot} of ${pilotCount}`);
      found.push(await runPilot(of, pilot, options));
    }
  }
  const { bucketMs } = cutBuckets(durationMs);
  const longestMs = found.reduce((most, it) => Math.max(most, it.warmUpMs), 0);
  return {
    ms: Math.min(Math.ceil(longestMs / bucketMs) * bucketMs, durationMs / 2),
    pilots: found.length,
    isAtBound: found.some((it) => it.isAtBound),
  };
}

/** @throws {UsageError} `WARM_UP_TOO_LONG` when it leaves nothing of what is run. */
export function requireRoom(warmUpMs: number, durationMs: number): void {
  if (warmUpMs < durationMs) return;
  const what = `warmUp: ${formatDuration(warmUpMs)} is all of what is run, ${formatDuration(durationMs)}`;
  throw new UsageError("WARM_UP_TOO_LONG", [{ what, hint: "take a longer --window" }]);
}

async function runPilot(
  of: ScenarioCase,
  pilot: number,
  { file, span, isStopped }: PilotOptions,
): Promise<FoundWarmUp> {
  const { warmUp: _, ...scenario } = of.scenario;
  const series = new LatencySeries(spanMs(span));
  const seeded = { ...of, scenario: { ...scenario, seed: `${scenario.seed}/pilot#${pilot}` } };
  await simulateCase(seeded, file, {
    span,
    seeds: 1,
    isStopped,
    onActivation: (_stream, _index, plannedMs, latencyMs) => series.add(plannedMs, latencyMs),
  });
  return series.warmUp();
}

/** The cases as they are run: with the warm-up that was found, or none. */
export function withWarmUp(
  cases: readonly ScenarioCase[],
  warmUp: WarmUp | null,
): readonly ScenarioCase[] {
  return cases.map((of) => {
    const { warmUp: _, ...scenario } = of.scenario;
    return { ...of, scenario: warmUp === null ? scenario : { ...scenario, warmUp: warmUp.ms } };
  });
}

/** Why figures of a steady state that was not found cannot be trusted. */
export function warmUpReasons(warmUp: WarmUp | null): readonly string[] {
  if (warmUp?.isAtBound !== true) return [];
  return [
    "no steady state was found: MSER-5 would leave out half of a pilot run or more; let it run longer, or remove warmUp",
  ];
}

/**
 * For commands of many small runs, which find no warm-up for each.
 *
 * @throws {UsageError} `WARM_UP_OPEN` for `warmUp: auto`.
 */
export function requireFixedWarmUp({ scenario }: ScenarioCase): void {
  if (scenario.warmUp !== "auto") return;
  const what = "warmUp: auto is not found by plan and sweep";
  const hint = "write the time that it finds, such as warmUp: 30s";
  throw new UsageError("WARM_UP_OPEN", [{ what, hint }]);
}
