import { compareWorlds, type World } from "../../src/analysis/parity.ts";
import { ActivationLog } from "../../src/analysis/parity-log.ts";
import { Result, type VariantResult } from "../../src/record/result.ts";
import { liveResult } from "./sample-result.ts";

/** The same activations in every world, each a little slower by `extraMs`. */
function worldOf(summary: VariantResult, extraMs: number): World {
  const log = new ActivationLog();
  for (let index = 0; index < 12_000; index += 1) {
    const outcome = index % 40 === 39 ? "lost" : "credited";
    log.add(1, index, 20 * index, 100 + (index % 17) + extraMs, outcome);
  }
  return { summary, log };
}

/** A live run held against its simulation: the first variant differs, the others agree. */
export function verifiedResult(): Result {
  const live = liveResult();
  const excluded = [{ why: "bank#1 killed and restarted", fromMs: 200_000, toMs: 208_000 }];
  const parity = live.variants.map((measured, index) => {
    // What was predicted of another variant stands in for a wrong prediction.
    const predicted = index === 0 ? (live.predictions[1] ?? measured) : measured;
    const some = worldOf(predicted, 2);
    return compareWorlds({
      variant: measured.name,
      predicted: worldOf(predicted, 0),
      jittered: [
        { ...some, meanMs: 0.5 },
        { ...some, meanMs: 2 },
      ],
      measured: worldOf(measured, 3),
      durationMs: live.scenario.durationMs,
      excluded: index === 0 ? excluded : [],
      toleranceFactor: index === 2 ? 2 : 1,
    });
  });
  return Result.parse({ ...live, parity } satisfies Result);
}
