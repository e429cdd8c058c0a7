import type { Sweep, SweepCell, SweepValue } from "../../src/record/sweep-result.ts";
import { simulatedResult } from "./sample-result.ts";

/** Sweeps as the command leaves them, made up by formula: no engine is needed to test a page. */

const allKeys = [
  { path: "services.bank.replicas", values: ["1", "2", "3"] },
  {
    path: "traffic.activations.arrivals.poisson.rate",
    values: ["50/s", "200/s", "350/s", "500/s"],
  },
  { path: "services.operator.replicas", values: ["1", "2"] },
  { path: "services.operator.stages.forward.call.balancer", values: ["random", "p2c"] },
] as const;

function sampleValue(mean: number | null, hasInterval: boolean): SweepValue {
  if (mean === null || !hasInterval) return { mean, low: null, high: null };
  return { mean, low: mean * 0.9, high: mean * 1.1 };
}

/** A sweep of so many keys. Its last cell was not reached where it is partial. */
export function sampleSweep(keyCount: 1 | 2 | 3 | 4, isPartial = false): Sweep {
  const keys = allKeys
    .slice(0, keyCount)
    .map(({ path, values }) => ({ path, values: [...values] }));
  const { environment, scenario } = simulatedResult();
  const seeds = keyCount === 1 ? 3 : 1;
  const places = keys.reduce<number[][]>(
    (all, { values }) => all.flatMap((it) => values.map((_, place) => [...it, place])),
    [[]],
  );
  const cells = places.map((at, index): SweepCell => {
    const load = ((at[1] ?? 1) + 1) / ((at[0] ?? 0) + 1);
    const uncredited = Math.max(0, load - 1) / 4;
    const passed = uncredited < 0.01;
    return {
      at,
      planned: 1_000 * (index + 1),
      values: [
        sampleValue(uncredited, seeds > 1),
        sampleValue(index === 0 ? null : 200 * load, seeds > 1),
        sampleValue(50 / load, seeds > 1),
      ],
      busiest: index === 0 ? null : { station: "bank.risk", workingRatio: Math.min(1, load / 3) },
      gates: [{ expression: "uncredited_rate < 1%", observed: uncredited, passed }],
      passed,
    };
  });
  return {
    schema: "tillstorm.sweep/1",
    partial: isPartial,
    environment,
    scenario: { ...scenario, seeds },
    variant: "baseline",
    keys,
    figures: [
      { name: "uncredited_rate", unit: "ratio", meaning: "(late + lost) / (all - declined)." },
      { name: "p99(time_to_credit)", unit: "ms", meaning: "99 % of the times are at most this." },
      { name: "credited_per_second", unit: "per-second", meaning: "Credited in time." },
    ],
    cells: isPartial ? cells.slice(0, -1) : cells,
  };
}

/** Every text of it tries to inject markup. */
export function hostileSweep(): Sweep {
  const bad = `</script><img src=x onerror="hacked=1">`;
  const sweep = sampleSweep(2);
  return {
    ...sweep,
    variant: bad,
    scenario: { ...sweep.scenario, title: bad, name: bad, text: bad, seed: bad },
    keys: sweep.keys.map(({ path, values }) => ({
      path: `${path}${bad}`,
      values: values.map((it) => `${it}${bad}`),
    })),
    figures: sweep.figures.map((it) => ({ ...it, meaning: bad })),
    cells: sweep.cells.map((cell) => ({
      ...cell,
      busiest: { station: bad, workingRatio: 0.5 },
      gates: cell.gates.map((it) => ({ ...it, expression: bad })),
    })),
  };
}
