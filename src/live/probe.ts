import { UsageError } from "../kernel/errors.ts";
import { checkTarget, type Preflight, preflight } from "./probe-preflight.ts";
import { nextConnections } from "./probe-ramp.ts";
import {
  type ProbeMethod,
  type ProbeRequest,
  type ProbeStep,
  runStep,
  type StepTimes,
} from "./probe-step.ts";

export type ProbeOptions = Readonly<{
  url: string;
  /** Absent: POST where there is a body or GET is not allowed, else GET. */
  method?: ProbeMethod;
  /** Sent as JSON unless a content-type is given. `[<id>]` becomes a fresh id in each request. */
  body?: string;
  headers?: Readonly<Record<string, string>>;
  /** Connections of each step. Absent: 1, 2, 4 … until flat, at most 64, then around the knee. */
  connections?: readonly number[];
  /** Measured time of a step; default 2000. [ms] */
  stepMs?: number;
  /** Time before it that is not measured; default a quarter of `stepMs`, at most 500. [ms] */
  warmupMs?: number;
  /** Longest wait for one answer; default 10000. [ms] */
  timeoutMs?: number;
  allowRemote?: boolean;
  /** Ends the probe early; the steps measured until then are kept. */
  signal?: AbortSignal;
  onStep?: (step: ProbeStep) => void;
}>;

export type ProbeReport = Readonly<{
  url: string;
  method: ProbeMethod;
  /** By connections, ascending. */
  steps: readonly ProbeStep[];
  /** Least time to open a connection: part of every latency, but no worker's time. [ms] */
  connectMs: number;
  /** What a reader must know to trust the steps. */
  notes: readonly string[];
  /** The ramp was not finished: the signal came, or the target stopped answering. */
  partial: boolean;
}>;

/**
 * Closed-loop saturation: some connections, each sending as soon as it has been answered, then
 * more, until more connections bring no more throughput. The steps are what a station is fitted to.
 *
 * @throws {UsageError} `REMOTE_TARGET`, `PROBE_URL` or `PROBE_RAMP`.
 * @throws {RunError} when the target does not answer at all.
 */
export async function runProbe(options: ProbeOptions): Promise<ProbeReport> {
  const { signal, body, method } = options;
  const url = checkTarget(options.url, options.allowRemote ?? false);
  const ramp = checkRamp(options.connections);
  const times = timesOf(options);
  const headers = options.headers ?? {};
  const target = await preflight(url, {
    method,
    body,
    headers,
    timeoutMs: times.timeoutMs,
    signal,
  }).catch((error: unknown) => {
    if (signal?.aborted) return undefined;
    throw error;
  });
  if (target === undefined) {
    return {
      url: url.href,
      method: method ?? "GET",
      steps: [],
      connectMs: 0,
      notes: [],
      partial: true,
    };
  }
  const next = (steps: readonly ProbeStep[]) =>
    ramp === undefined ? nextConnections(steps) : ramp[steps.length];
  const { steps, partial } = await climb(target.request, next, times, options);
  return {
    url: url.href,
    method: target.request.method,
    steps: steps.toSorted((a, b) => a.connections - b.connections),
    connectMs: target.connectMs,
    notes: notesOn(target, steps),
    partial,
  };
}

/** One step after the other, until `next` has no more, the signal comes or the target is gone. */
async function climb(
  request: ProbeRequest,
  next: (steps: readonly ProbeStep[]) => number | undefined,
  times: StepTimes,
  { signal, onStep }: ProbeOptions,
): Promise<{ readonly steps: readonly ProbeStep[]; readonly partial: boolean }> {
  const steps: ProbeStep[] = [];
  for (;;) {
    const connections = next(steps);
    if (connections === undefined) return { steps, partial: false };
    const step = await runStep(request, connections, times, signal);
    if (step === undefined) return { steps, partial: true };
    steps.push(step);
    onStep?.(step);
    if (step.cutShort || step.answerCount === 0) return { steps, partial: true };
  }
}

function timesOf({ stepMs = 2_000, warmupMs, timeoutMs = 10_000 }: ProbeOptions): StepTimes {
  return { stepMs, warmupMs: warmupMs ?? Math.min(500, stepMs / 4), timeoutMs };
}

function checkRamp(connections: readonly number[] | undefined): readonly number[] | undefined {
  if (connections === undefined) return undefined;
  const wrong = connections.filter((it) => !Number.isInteger(it) || it < 1 || it > 10_000);
  if (connections.length > 0 && wrong.length === 0) return [...new Set(connections)];
  throw new UsageError("PROBE_RAMP", [
    {
      what: `connections: ${wrong.length > 0 ? wrong.join(", ") : "none given"}`,
      hint: "write whole numbers from 1 to 10000, such as 1,2,4,8,16",
    },
  ]);
}

function notesOn(target: Preflight, steps: readonly ProbeStep[]): readonly string[] {
  const notes = [...target.notes];
  for (const step of steps) {
    const at = `At ${step.connections} connection${step.connections === 1 ? "" : "s"}`;
    if (step.cutShort) notes.push(`${at} the target stopped answering: the ramp ends there.`);
    else if (step.answerCount === 0) notes.push(`${at} nothing was answered: the ramp ends there.`);
  }
  const lostCount = steps.reduce((sum, step) => sum + step.lostCount, 0);
  if (lostCount > 0) {
    notes.push(`Requests whose connection was closed without an answer: ${lostCount}.`);
  }
  const busiest = Math.max(0, ...steps.map((step) => (step.cutShort ? 0 : step.clientBusyRatio)));
  if (busiest > 0.85) {
    const percent = Math.round(busiest * 100);
    notes.push(
      `The probe itself was up to ${percent} % busy: the target may be faster than measured.`,
    );
  }
  return notes;
}
