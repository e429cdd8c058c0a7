import { serviceOf, streamTarget } from "../chain/chain-spec.ts";
import { type Span, spanMs } from "../chain/span.ts";
import type { StreamSpec } from "../chain/stream-spec.ts";
import { type Fault, faultKind, parseFaultTarget } from "../fault/fault.ts";
import { buildDistribution, type Distribution } from "../kernel/distribution.ts";
import type { Gate } from "../scenario/gate-expression.ts";
import type { Scenario } from "../scenario/schema.ts";
import { expectedCount } from "../traffic/plan.ts";

/**
 * What can be said of a scenario without simulating it: gates that it cannot hold, however lucky it
 * is. Every bound errs on the side of the scenario: no retry adds load, nothing waits, capacity is a
 * tenth more than it is, and what the bound cannot judge counts as well.
 */

/** Capacity counts for so much more, arrivals for so many of their deviations less. */
const capacityMargin = 1.1;
const arrivalDeviations = 4;
/** The bound must pass the limit by so much. [ratio] */
const ratioMargin = 0.02;
/** A percentile of a sample is that of its distribution within so many deviations of its rank … */
const rankDeviations = 4;
/** … and says nothing where fewer of the sample are expected beyond it. */
const beyondMinCount = 10;

/** Whether one of the gates cannot hold. @param scenario - Under the load and failure in question. */
export function cannotHold(scenario: Scenario, span: Span, gates: readonly Gate[]): boolean {
  return gates.some((gate) => {
    if (gate.operator !== "<" && gate.operator !== "<=") return false;
    if (gate.of === "run" && gate.figure === "uncredited_rate") {
      return leastUncreditedRatio(scenario, span) > gate.limit + ratioMargin;
    }
    if (
      gate.of === "times" &&
      (gate.argument === "latency" || gate.argument === "time_to_credit")
    ) {
      const quantile = quantiles[gate.figure];
      if (quantile === undefined) return false;
      if (gate.argument === "latency" && maySayNoAtOnce(scenario)) return false;
      return leastTimeMs(scenario, span, quantile) > gate.limit;
    }
    return false;
  });
}

const quantiles: Readonly<Record<string, number | undefined>> = {
  ...{ p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 },
};

/**
 * The least share that cannot be credited: what comes, less what the busiest station can serve until
 * the last of it would be late. [ratio, 0..1]
 */
export function leastUncreditedRatio(scenario: Scenario, whole: Span): number {
  // What is planned during a warm-up does not count, and is not in the way either.
  const warmUpMs = typeof scenario.warmUp === "number" ? scenario.warmUp : 0;
  const span = { ...whole, fromMs: whole.fromMs + warmUpMs };
  const streams = Object.values(scenario.traffic);
  const isIdentity = streams.some(({ links, pages }) => links !== undefined || pages !== undefined);
  // Forged arrivals are nobody's loss, and surges are left to the simulation.
  if (isIdentity || scenario.faults.some((it) => faultKind(it) === "traffic")) return 0;
  let allCount = 0;
  const passing = new Map<string, number>();
  for (const stream of streams) {
    const count = expectedCount(stream.arrivals, span.scenarioMs, span);
    if (!Number.isFinite(count)) return 0;
    allCount += count;
    for (const station of new Set(wayOf(scenario, stream).stations)) {
      passing.set(station, (passing.get(station) ?? 0) + count);
    }
  }
  const most = allCount + arrivalDeviations * Math.sqrt(allCount);
  const declinedRatio = Object.values(scenario.services).reduce((kept, { rejects }) => {
    return kept * (1 - Object.values(rejects).reduce((sum, share) => sum + share, 0));
  }, 1);
  let worst = 0;
  for (const [station, count] of passing) {
    const least = count - arrivalDeviations * Math.sqrt(count);
    const served = capacityMargin * servableCount(scenario, span, station);
    worst = Math.max(worst, (least * declinedRatio - served) / most);
  }
  return worst;
}

/** Whether an activation may be over before its stages are: who is turned away soon is answered soon. */
function maySayNoAtOnce({ services, faults }: Scenario): boolean {
  if (faults.length > 0) return true;
  return Object.values(services).some(({ rateLimit, adaptiveLimit, rejects, triggers, stages }) => {
    if (rateLimit !== undefined || adaptiveLimit !== undefined || triggers !== undefined)
      return true;
    if (Object.keys(rejects).length > 0) return true;
    return Object.values(stages).some(({ queue, shed, checks }) => {
      return queue !== undefined || shed !== undefined || checks.length > 0;
    });
  });
}

/**
 * What a percentile of a run is at the least, where nothing waits and nothing travels; 0 where too few
 * activations are expected to say. [ms]
 */
function leastTimeMs(scenario: Scenario, span: Span, percentile: number): number {
  const [stream, ...others] = Object.values(scenario.traffic);
  // What is cut short by a timeout, or asked twice, takes another time than the stages say.
  if (stream === undefined || others.length > 0) return 0;
  const { timeout, patience, retry, hedge, deadline } = stream;
  const cuts = [timeout, patience, retry, hedge, deadline];
  const count = expectedCount(stream.arrivals, span.scenarioMs, span);
  if (!(count * (1 - percentile) >= beyondMinCount)) return 0;
  const quantile = percentile - rankDeviations * Math.sqrt((percentile * (1 - percentile)) / count);
  if (quantile <= 0) return 0;
  const { stations, isPlain } = wayOf(scenario, stream);
  if (!isPlain || cuts.some((it) => it !== undefined)) return 0;
  const parts = stations.map((station) => timeOf(scenario, station));
  const leastMs = parts.map((it) => it.quantile(1e-9));
  const sumMs = leastMs.reduce((sum, it) => sum + it, 0);
  return Math.max(
    0,
    ...parts.map((it, place) => it.quantile(quantile) + sumMs - (leastMs[place] ?? 0)),
  );
}

/** The stations that whoever is credited has passed, and whether each call is a plain one. */
function wayOf(
  scenario: Scenario,
  stream: StreamSpec,
): { readonly stations: readonly string[]; readonly isPlain: boolean } {
  const stations: string[] = [];
  let isPlain = true;
  /** @returns Whether the credit is posted by then: what comes after it delays nobody's money. */
  const visit = (service: string, operation: string): boolean => {
    const spec = serviceOf(scenario, service);
    for (const name of spec.operations[operation] ?? []) {
      const stage = spec.stages[name];
      if (stage === undefined) continue;
      stations.push(`${service}.${name}`);
      const { call } = stage;
      if (call !== undefined) {
        const { timeout, retry, hedge, deadline, store } = call;
        if ([timeout, retry, hedge, deadline, store].some((it) => it !== undefined))
          isPlain = false;
        if (typeof call.to !== "string") {
          // Of several services any may post: what comes from here on is on nobody's sure way.
          isPlain = false;
          return true;
        }
        if (visit(call.to, call.operation ?? operation)) return true;
      }
      if (stage.posts) return true;
    }
    return false;
  };
  const { service, operations } = streamTarget(stream);
  for (const operation of operations) if (visit(service, operation)) break;
  return { stations, isPlain };
}

function timeOf(scenario: Scenario, station: string): Distribution {
  const [service = "", stage = ""] = station.split(".");
  return buildDistribution(serviceOf(scenario, service).stages[stage]?.time ?? 0);
}

/** About how many requests a station can serve until the last that came in time would be late. */
function servableCount(scenario: Scenario, span: Span, station: string): number {
  const [service = "", stage = ""] = station.split(".");
  const { replicas, stages } = serviceOf(scenario, service);
  const meanMs = usualMeanMs(timeOf(scenario, station));
  if (meanMs === 0) return Number.POSITIVE_INFINITY;
  const fromMs = span.fromMs;
  const toMs = fromMs + spanMs(span) + scenario.promise;
  let workMs = 0;
  for (let replica = 1; replica <= replicas; replica += 1) {
    workMs += workingMs(scenario.faults, { service, stage, replica }, fromMs, toMs);
  }
  return (workMs * (stages[stage]?.workers ?? 0)) / meanMs;
}

/** The mean without the longest hundredth, which a sample may happen not to hold. [ms] */
function usualMeanMs(time: Distribution): number {
  const points = 200;
  let sum = 0;
  for (let it = 0; it < points - 2; it += 1) sum += time.quantile((it + 0.5) / points);
  return sum / points;
}

/** How long a replica works between two instants, slow time counted for less. [ms] */
function workingMs(
  faults: readonly Fault[],
  at: { readonly service: string; readonly stage: string; readonly replica: number },
  fromMs: number,
  toMs: number,
): number {
  const acting = faults.filter((fault) => isPlainFault(fault) && strikes(fault, at));
  const edges = acting.flatMap((it) => [it.at, it.at + (it.for ?? Number.POSITIVE_INFINITY)]);
  const inner = edges.filter((it) => it > fromMs && it < toMs);
  const cuts = [...new Set([fromMs, ...inner, toMs])].sort((a, b) => a - b);
  let sum = 0;
  cuts.forEach((endMs, place) => {
    const beginMs = cuts[place - 1];
    if (beginMs === undefined) return;
    const now = acting.filter(
      (it) => it.at <= beginMs && it.at + (it.for ?? Number.POSITIVE_INFINITY) >= endMs,
    );
    const isDown = now.some((it) => it.down !== undefined);
    const slow = now.reduce((product, it) => product * Math.max(1, it.slow ?? 1), 1);
    sum += isDown ? 0 : (endMs - beginMs) / slow;
  });
  return sum;
}

/** One that is there at once, and once: others are left to the simulation. */
function isPlainFault({ every, random, ramp }: Fault): boolean {
  return every === undefined && random === undefined && ramp === undefined;
}

function strikes(
  fault: Fault,
  at: { readonly service: string; readonly stage: string; readonly replica: number },
): boolean {
  if (faultKind(fault) !== "service") return false;
  const target = parseFaultTarget(fault.on);
  if (target === undefined || target.service !== at.service) return false;
  if (target.replica !== undefined && target.replica !== at.replica) return false;
  return target.stage === undefined || (target.stage === at.stage && fault.down === undefined);
}
