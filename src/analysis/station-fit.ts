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
  /** The server's own time per answer, without HTTP and network; null when it does not say. */
  serverMeanMs?: number | null;
  serverP50Ms?: number | null;
  serverP99Ms?: number | null;
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
  /** The server's own time without load, if it tells and that explains the capacity. [ms] */
  serverMs: number | null;
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
/** A capacity and the server's own time that differ by less than this agree. [ratio] */
const confirmedRatio = 0.05;
/** So far from a whole number of workers, the next number may be the true one. */
const doubtful = 0.3;

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
 * A server that tells its own time (Server-Timing) spares us the guess: without load that time is S
 * itself, h is not in it, and `c` is Xmax · S, rounded; S = c / Xmax as before.
 *
 * @throws {RunError} when no step was answered.
 * @see Denning & Buzen 1978, "The Operational Analysis of Queueing Network Models", §5.
 */
export function fitStation(steps: readonly FitStep[], options: FitOptions = {}): StationFit {
  const points = usable(steps);
  const { kneeConnections, latencyMs, typicalMs, maxPerSecond } = asymptotes(points);
  const connectionsMax = Math.max(...points.map((it) => it.connections));
  const saturated = connectionsMax >= beyondKnee * kneeConnections;
  const server = serverAlone(points, maxPerSecond);
  const knownMs = Math.min(options.connectMs ?? 0, typicalMs / 2);
  const aloneMs = server?.ms ?? typicalMs - knownMs;
  const workersReal = (maxPerSecond * aloneMs) / 1_000;
  const workers =
    saturated && server === undefined
      ? wholeWorkers(workersReal)
      : Math.max(1, Math.round(workersReal));
  const serviceMs = saturated
    ? Math.min(latencyMs, (workers / maxPerSecond) * 1_000)
    : (server?.ms ?? latencyMs - knownMs);
  const overheadMs = server?.overheadMs ?? latencyMs - serviceMs;
  const residualRatio = residual(points, latencyMs, maxPerSecond);
  const fitted = {
    workers,
    serverMs: server?.ms ?? null,
    overheadMs,
    saturated,
    maxPerSecond,
    residualRatio,
  };
  return {
    ...fitted,
    serviceMs,
    time: server ? serverTime(server, serviceMs) : clientTime(points, serviceMs, overheadMs),
    kneeConnections,
    note: noteOn(steps, points, { ...fitted, workersReal, latencyMs }),
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
  server: ServerTimes | undefined;
}>;

/** What the server said of its own time in one step; `spread` is p99 / p50. */
type ServerTimes = Readonly<{ meanMs: number; spread: number }>;

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
    server: serverTimesOf(step),
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

/** `undefined` too where the server claims more than the client saw: it counts in another unit. */
function serverTimesOf(step: FitStep): ServerTimes | undefined {
  const { serverMeanMs: meanMs, serverP50Ms: p50Ms, serverP99Ms: p99Ms } = step;
  if (typeof meanMs !== "number" || meanMs <= 0 || meanMs > (step.latencyMeanMs ?? 0)) {
    return undefined;
  }
  return { meanMs, spread: p50Ms && p99Ms ? p99Ms / p50Ms : 1 };
}

/** The server without load; `overheadMs` is what the client saw beyond it. [ms] */
type ServerAlone = Readonly<{ ms: number; spread: number; overheadMs: number }>;

/**
 * The server's own time while nobody queues, and its spread: those of the steps with at most as
 * many connections as workers, by turns, for that time says how many workers there are. A step
 * counts by its answers, of which the lightest has the fewest.
 *
 * @returns `undefined` if the lightest step has no such time, or it is too short for the capacity:
 * then it is not what keeps a worker busy.
 */
function serverAlone(points: readonly Point[], maxPerSecond: number): ServerAlone | undefined {
  const lightest = points[0];
  let ms = lightest?.server?.meanMs ?? 0;
  let spread = 1;
  let overheadMs = 0;
  for (let turn = 0; turn < 10; turn += 1) {
    const workers = Math.round((maxPerSecond * ms) / 1_000);
    if (workers < 1) return undefined;
    let answers = 0;
    let sumMs = 0;
    let sumLog = 0;
    let sumOverheadMs = 0;
    for (const { connections, perSecond, latencyMs, server } of points) {
      if (server === undefined || connections > Math.max(workers, lightest?.connections ?? 1)) {
        continue;
      }
      answers += perSecond;
      sumMs += perSecond * server.meanMs;
      sumLog += perSecond * Math.log(server.spread);
      sumOverheadMs += perSecond * (latencyMs - server.meanMs);
    }
    ms = sumMs / answers;
    spread = Math.exp(sumLog / answers);
    overheadMs = sumOverheadMs / answers;
  }
  return { ms, spread, overheadMs };
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
function clientTime(points: readonly Point[], serviceMs: number, overheadMs: number): ServiceTime {
  const lightest = points[0];
  const p50Ms = (lightest?.p50Ms ?? 0) - overheadMs;
  const p99Ms = (lightest?.p99Ms ?? 0) - overheadMs;
  return shaped(p50Ms > 0 ? p99Ms / p50Ms : 1, serviceMs);
}

/**
 * A constant time is the server's own where the throughput confirms it: the server's clock is finer
 * than the count of a short step.
 */
function serverTime({ ms, spread }: ServerAlone, serviceMs: number): ServiceTime {
  const time = shaped(spread, serviceMs);
  const isConfirmed = Math.abs(ms / serviceMs - 1) < confirmedRatio;
  return time.kind === "constant" && isConfirmed ? { kind: "constant", ms } : time;
}

function shaped(spread: number, serviceMs: number): ServiceTime {
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
  serverMs: number | null;
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
  if (it.serverMs !== null) {
    notes.push(
      `The server's own Server-Timing was used: ${duration(it.serverMs)} without load; ` +
        `${duration(it.overheadMs)} more at the client are HTTP, network and a busy machine.`,
    );
  }
  if (!it.saturated) {
    notes.push("The last step is not well beyond a knee: there may be more workers.");
    return notes.join(" ");
  }
  if (it.serverMs === null && it.overheadMs > 0.01 * it.latencyMs) {
    const whole = duration(it.latencyMs);
    notes.push(`Of the ${whole} without load, ${duration(it.overheadMs)} are HTTP and network.`);
  }
  const other = otherReading(it);
  if (other !== it.workers) {
    const otherTime = duration((other / it.maxPerSecond) * 1_000);
    notes.push(`${workersText(other)} of ${otherTime} would fit as well: the same capacity.`);
  }
  if (it.residualRatio > residualMax) {
    notes.push("The curve is not that of one station: look for a second one, or a busy machine.");
  }
  return notes.join(" ");
}

/** How many workers there may be as well: HTTP may hide one, a time that varies may add one. */
function otherReading({
  workers,
  workersReal,
  serverMs,
  latencyMs,
  maxPerSecond,
}: Findings): number {
  if (serverMs === null) {
    const hidden = (Math.min(hiddenMs, latencyMs / 10) * maxPerSecond) / 1_000;
    return Math.min(workers, Math.max(1, Math.round(workersReal - hidden)));
  }
  if (Math.abs(workersReal - workers) < doubtful) return workers;
  return Math.max(1, workers + Math.sign(workersReal - workers));
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
