import { Fault } from "../fault/fault.ts";
import { formatDuration } from "../kernel/units.ts";
import type { Arrivals } from "../traffic/arrivals.ts";
import type { Scenario } from "./schema.ts";

/**
 * A scenario under `factor` times its load. Rates are multiplied, whatever their course; a closed
 * population has so many times the terminals (one at least). A recording cannot have more arrivals
 * than it has: it is played so many times as fast, and the whole run is as much shorter, so that
 * the same part of it is played.
 */
export function scaleLoad(scenario: Scenario, factor: number): Scenario {
  if (factor === 1) return scenario;
  const streams = Object.entries(scenario.traffic);
  const playsTrace = streams.some(([, { arrivals }]) => arrivals.trace !== undefined);
  const traffic = Object.fromEntries(
    streams.map(([name, it]) => [name, { ...it, arrivals: scaleArrivals(it.arrivals, factor) }]),
  );
  if (!playsTrace) return { ...scenario, traffic };
  const { duration, warmUp } = scenario;
  const shorter = { duration: duration / factor, traffic };
  if (typeof warmUp !== "number") return { ...scenario, ...shorter };
  return { ...scenario, ...shorter, warmUp: warmUp / factor };
}

/** Whether load can be added for a while: to whatever follows a rate. */
export function canSpike({ traffic }: Pick<Scenario, "traffic">): boolean {
  return Object.values(traffic).every(
    ({ arrivals }) => arrivals.trace === undefined && arrivals.closed === undefined,
  );
}

/** The scenario with `factor` (above 1) times its load for a while; what comes anyway is unchanged. */
export function withSpike(
  scenario: Scenario,
  spike: { readonly fromMs: number; readonly forMs: number; readonly factor: number },
): Scenario {
  const fault = Fault.parse({
    on: "traffic",
    at: formatDuration(spike.fromMs),
    for: formatDuration(spike.forMs),
    surge: `${spike.factor.toFixed(4)}x`,
  });
  // Last in the list: the draws of the faults before it stay as they are.
  return { ...scenario, faults: [...scenario.faults, fault] };
}

/**
 * Arrivals at `factor` times their rate. Draws are keyed by the number of an arrival, so the same
 * activations come, only closer together; in a closed population more terminals do the same.
 */
export function scaleArrivals(arrivals: Arrivals, factor: number): Arrivals {
  const { even, poisson, curve, profile, trace, closed } = arrivals;
  if (even) return { even: { rate: even.rate * factor } };
  if (poisson) return { poisson: { rate: poisson.rate * factor } };
  if (curve) {
    const points = curve.points.map(([at, rate]): [number, number] => [at, rate * factor]);
    return { curve: { ...curve, points } };
  }
  if (profile) {
    if (profile.peak !== undefined) return { profile: { ...profile, peak: profile.peak * factor } };
    return { profile: { ...profile, counts: profile.counts.map((it) => it * factor) } };
  }
  if (trace) return { trace: { ...trace, speed: trace.speed * factor } };
  if (closed) {
    const terminals = Math.max(1, Math.round(closed.terminals * factor));
    return { closed: { ...closed, terminals } };
  }
  throw new Error("validated arrivals have exactly one kind");
}
