import { RunError } from "../kernel/errors.ts";
import { formatDuration } from "../kernel/units.ts";

/** One step of a closed-loop ramp. A step of the probe is one. */
export type FitStep = Readonly<{
  connections: number;
  throughputPerSecond: number;
  /** null when nothing was answered. */
  latencyMeanMs: number | null;
  latencyP50Ms?: number | null;
  latencyP99Ms?: number | null;
  answered2xxCount?: number;
  answeredOtherCount?: number;
}>;

/** How the service time varies, scaled to the fitted mean. [ms] */
type ServiceTime = Readonly<
  | { kind: "constant"; ms: number }
  | { kind: "exponential"; meanMs: number }
  | { kind: "lognormal"; medianMs: number; p99Ms: number }
>;

export type StationFit = Readonly<{
  /** At least so many, if not saturated. */
  workers: number;
  /** Mean time that one request holds a worker. [ms] */
  serviceMs: number;
  time: ServiceTime;
  /** Latency without any load that no worker spends: HTTP, network, the client. [ms] */
  overheadMs: number;
  /** Where more connections begin to queue instead of being served: maximum × unloaded latency. */
  kneeConnections: number;
  saturated: boolean;
  maxPerSecond: number;
  /** Root mean square of (measured − fitted) / fitted throughput; 0 is a perfect fit. [ratio] */
  residualRatio: number;
  note: string;
}>;

type FitOptions = Readonly<{
  /** Time to open a connection: what is known of the overhead. Default 0. [ms] */
  connectMs?: number;
}>;

/** A closed ramp has saturated its target when it went this much beyond the knee. */
const beyondKnee = 1.3;
/** Steps below this multiple of the knee cannot have queued. */
const beforeKnee = 0.75;
/** Steps with a larger share of answers that are not 2xx say little about the station. */
const refusedMax = 0.05;
const residualMax = 0.1;
/** Up to this p99 / p50 the median of a lognormal is within 8 % of its mean. */
const steadyMax = 2.5;
/** How much overhead of HTTP may hide in the latency without load. [ms] */
const hiddenMs = 1;

/**
 * Finds the station (how many workers, how long each takes) behind a closed-loop ramp.
 *
 * With N connections that never pause, throughput obeys the asymptotic bounds
 * X(N) ≤ min(N / R, c / S), where R is the latency without load, c the workers, and S the service
 * time. For one station both bounds are reached, so the ramp shows R (its rising part), c / S (its
 * plateau) and the knee N* = R · c / S, each as a median, which one disturbed step cannot move.
 *
 * But R = S + h: h, the overhead of HTTP, network and client, is spent outside the workers, so
 * N* = c (1 + h / S) lies above c, never below. Known h (a round trip) is taken off first; of the
 * rest `c` is the whole number just below, and S = c / Xmax, which leaves the remaining h out. So
 * c / S, the capacity, is always the measured one, even where c is not certain.
 *
 * @throws {RunError} when no step was answered.
 * @see Denning & Buzen 1978, "The Operational Analysis of Queueing Network Models", §5.
 */
export function fitStation(steps: readonly FitStep[], options: FitOptions = {}): StationFit {
  const points = usable(steps);
  const { kneeConnections, latencyMs, typicalMs, maxPerSecond } = asymptotes(points);
  const connectionsMax = Math.max(...points.map((it) => it.connections));
  const saturated = connectionsMax >= beyondKnee * kneeConnections;
  const knownMs = Math.min(options.connectMs ?? 0, typicalMs / 2);
  const workersReal = (maxPerSecond * (typicalMs - knownMs)) / 1_000;
  const workers = saturated ? wholeWorkers(workersReal) : Math.max(1, Math.round(workersReal));
  const serviceMs = saturated
    ? Math.min(latencyMs, (workers / maxPerSecond) * 1_000)
    : latencyMs - knownMs;
  const overheadMs = latencyMs - serviceMs;
  const residualRatio = residual(points, latencyMs, maxPerSecond);
  return {
    workers,
    serviceMs,
    time: serviceTime(points, serviceMs, overheadMs),
    overheadMs,
    kneeConnections,
    saturated,
    maxPerSecond,
    residualRatio,
    note: noteOn(steps, points, {
      workers,
      workersReal,
      saturated,
      overheadMs,
      latencyMs,
      maxPerSecond,
      residualRatio,
    }),
  };
}

/**
 * The snippet to paste into a scenario: `stage: { workers: 4, time: 10ms }`. Where the latency at
 * one connection varies, so does the time, with the fitted mean.
 */
export function renderStationYaml(fit: StationFit): string {
  const warning = fit.saturated
    ? ""
    : " # at least so many workers: the ramp did not saturate them";
  return `stage: { workers: ${fit.workers}, time: ${renderTime(fit.time)} }${warning}`;
}

/** The fit in words, and the snippet, for the terminal. */
export function renderStationFit(fit: StationFit): string {
  const least = fit.saturated ? "" : "at least ";
  const knee = fit.saturated
    ? `knee at ${rounded(fit.kneeConnections)} connections`
    : "knee not reached";
  return [
    `${least}${workersText(fit.workers)}, ${duration(fit.serviceMs)} each: ${least}${rounded(fit.maxPerSecond)} answers/s`,
    `${knee}; the steps lie within ${(fit.residualRatio * 100).toFixed(1)} % of it`,
    ...(fit.note === "" ? [] : [`note: ${fit.note}`]),
    "",
    renderStationYaml(fit),
  ].join("\n");
}

type Point = Readonly<{
  connections: number;
  perSecond: number;
  latencyMs: number;
  p50Ms: number | undefined;
  p99Ms: number | undefined;
}>;

/** Answered steps, ascending; without those that were refused, unless all were. */
function usable(steps: readonly FitStep[]): readonly Point[] {
  const answered = steps.filter(
    (step) => step.throughputPerSecond > 0 && (step.latencyMeanMs ?? 0) > 0,
  );
  const clean = answered.filter((step) => refusedRatio(step) <= refusedMax);
  const points = (clean.length > 0 ? clean : answered).map((step) => ({
    connections: step.connections,
    perSecond: step.throughputPerSecond,
    latencyMs: step.latencyMeanMs ?? Number.NaN,
    p50Ms: step.latencyP50Ms ?? undefined,
    p99Ms: step.latencyP99Ms ?? undefined,
  }));
  if (points.length === 0) {
    throw new RunError("no step of the probe was answered", "probe with fewer connections");
  }
  return points.sort((a, b) => a.connections - b.connections);
}

function refusedRatio(step: FitStep): number {
  const refused = step.answeredOtherCount ?? 0;
  const count = refused + (step.answered2xxCount ?? 0);
  return count > 0 ? refused / count : 0;
}

/** The two lines that the ramp follows, found by turns: the knee says which steps are on which. */
function asymptotes(points: readonly Point[]) {
  let maxPerSecond = Math.max(...points.map((it) => it.perSecond));
  let latencyMs = points[0]?.latencyMs ?? Number.NaN;
  let kneeConnections = (maxPerSecond * latencyMs) / 1_000;
  for (let turn = 0; turn < 10; turn += 1) {
    const flat = points.filter((it) => it.connections >= beyondKnee * kneeConnections);
    const rising = points.filter((it) => it.connections <= beforeKnee * kneeConnections);
    if (flat.length > 0) maxPerSecond = median(flat.map((it) => it.perSecond));
    if (rising.length > 0) latencyMs = median(rising.map((it) => it.latencyMs));
    kneeConnections = (maxPerSecond * latencyMs) / 1_000;
  }
  const rising = points.filter((it) => it.connections <= beforeKnee * kneeConnections);
  const typicalMs = median((rising.length > 0 ? rising : points.slice(0, 1)).map(typicalLatencyMs));
  return { maxPerSecond, latencyMs, typicalMs, kneeConnections };
}

/**
 * The median where the service hardly varies, else the mean: a busy machine delays some answers by
 * many milliseconds, which lifts the mean, and a skewed service has its median far below its mean.
 */
function typicalLatencyMs({ latencyMs, p50Ms, p99Ms }: Point): number {
  if (p50Ms === undefined || p99Ms === undefined) return latencyMs;
  return p99Ms < steadyMax * p50Ms ? Math.min(latencyMs, p50Ms) : latencyMs;
}

/**
 * Overhead lifts the measured value above the truth, noise moves it both ways: so 4.6 is read as
 * four workers and overhead, 3.7 as four workers and noise.
 */
function wholeWorkers(workersReal: number): number {
  return Math.max(1, Math.floor(workersReal + 0.35));
}

function residual(points: readonly Point[], latencyMs: number, maxPerSecond: number): number {
  const squares = points.map((it) => {
    const fitted = Math.min((it.connections / latencyMs) * 1_000, maxPerSecond);
    return (it.perSecond / fitted - 1) ** 2;
  });
  return Math.sqrt(squares.reduce((sum, it) => sum + it, 0) / squares.length);
}

/** The quantiles of the lightest step tell the shape, for nobody queues there; the mean is fitted. */
function serviceTime(points: readonly Point[], serviceMs: number, overheadMs: number): ServiceTime {
  const lightest = points[0];
  const p50Ms = (lightest?.p50Ms ?? 0) - overheadMs;
  const p99Ms = (lightest?.p99Ms ?? 0) - overheadMs;
  const spread = p50Ms > 0 ? p99Ms / p50Ms : 1;
  if (spread < 1.5) return { kind: "constant", ms: serviceMs };
  // ln 100 / ln 2 = 6.64 for the exponential; two seconds of a ramp tell it within a quarter.
  if (spread > 5 && spread < 8.5) return { kind: "exponential", meanMs: serviceMs };
  const sigma = Math.log(spread) / 2.326;
  const medianMs = serviceMs * Math.exp((-sigma * sigma) / 2);
  return { kind: "lognormal", medianMs, p99Ms: medianMs * spread };
}

type Findings = Readonly<{
  workers: number;
  workersReal: number;
  saturated: boolean;
  overheadMs: number;
  latencyMs: number;
  maxPerSecond: number;
  residualRatio: number;
}>;

function noteOn(steps: readonly FitStep[], points: readonly Point[], it: Findings): string {
  const notes: string[] = [];
  const left = steps.length - points.length;
  if (left > 0) {
    const count = left === 1 ? "1 step" : `${left} steps`;
    notes.push(`${count} with refusals or no answer left out of the fit.`);
  } else if (steps.every((step) => refusedRatio(step) > refusedMax)) {
    notes.push("Every step has answers that are not 2xx: this may be a refusal, not the service.");
  }
  if (!it.saturated) {
    notes.push("The last step is not well beyond a knee: there may be more workers.");
    return notes.join(" ");
  }
  if (it.overheadMs > 0.01 * it.latencyMs) {
    const whole = duration(it.latencyMs);
    notes.push(`Of the ${whole} without load, ${duration(it.overheadMs)} are HTTP and network.`);
  }
  const hidden = (Math.min(hiddenMs, it.latencyMs / 10) * it.maxPerSecond) / 1_000;
  const fewest = Math.max(1, Math.round(it.workersReal - hidden));
  if (fewest < it.workers) {
    const shorter = duration((fewest / it.maxPerSecond) * 1_000);
    notes.push(`${workersText(fewest)} of ${shorter} would fit as well: the same capacity.`);
  }
  if (it.residualRatio > residualMax) {
    notes.push("The curve is not that of one station: look for a second one, or a busy machine.");
  }
  return notes.join(" ");
}

function renderTime(time: ServiceTime): string {
  switch (time.kind) {
    case "constant":
      return duration(time.ms);
    case "exponential":
      return `{ exponential: { mean: ${duration(time.meanMs)} } }`;
    case "lognormal":
      return `{ lognormal: { median: ${duration(time.medianMs)}, p99: ${duration(time.p99Ms)} } }`;
  }
}

function workersText(count: number): string {
  return `${count} ${count === 1 ? "worker" : "workers"}`;
}

/** Three digits: the probe knows no more. */
function duration(ms: number): string {
  return formatDuration(rounded(ms));
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}
