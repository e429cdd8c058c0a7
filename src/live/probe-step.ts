import { performance } from "node:perf_hooks";
import autocannon from "autocannon";
import { Times } from "./probe-times.ts";
import { parseServerMs } from "./probe-timing.ts";

export type ProbeMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

/** One request, as every connection repeats it. `[<id>]` in it becomes a fresh id each time. */
export type ProbeRequest = Readonly<{
  url: string;
  method: ProbeMethod;
  body?: string;
  headers: Readonly<Record<string, string>>;
}>;

export type StepTimes = Readonly<{
  /** Least time that is not measured, so that the step before can drain. [ms] */
  warmupMs: number;
  /** Measured time. A step with few answers lasts up to five times as long. [ms] */
  stepMs: number;
  /** A connection that waits longer gives up and connects again; whole seconds count. [ms] */
  timeoutMs: number;
}>;

/** What a fixed number of connections came to, each sending as soon as it has been answered. */
export type ProbeStep = Readonly<{
  connections: number;
  /** From the last answer of the warm-up to the last answer of the step. [ms] */
  measuredMs: number;
  /** Answers of whatever status. [1/s] */
  throughputPerSecond: number;
  /** From the write to the last byte of the answer; null when nothing was answered. [ms] */
  latencyMeanMs: number | null;
  latencyP50Ms: number | null;
  latencyP90Ms: number | null;
  latencyP99Ms: number | null;
  latencyMaxMs: number | null;
  /** What the server itself says, in a Server-Timing header; null where most answers lack one. [ms] */
  serverMeanMs: number | null;
  serverP50Ms: number | null;
  serverP99Ms: number | null;
  answerCount: number;
  answered2xxCount: number;
  answeredOtherCount: number;
  /** Answers by class of status, `{ "2xx": 812, "5xx": 3 }`. */
  answerCountByClass: Readonly<Record<string, number>>;
  /** Connections refused or reset. */
  errorCount: number;
  timeoutCount: number;
  /** Requests whose connection the server closed without answering. */
  lostCount: number;
  /** Share of the step that the probe itself was busy: near 1, the probe was the bottleneck. */
  clientBusyRatio: number;
  /** Failures in a row ended the step before its time. */
  cutShort: boolean;
}>;

/** After so many failures without an answer the target is taken to be gone. */
const failuresInRowMax = 1_000;
/** A step lasts on until it has so many answers, up to `stretchMax` times its length. */
const answersMin = 20;
const stretchMax = 5;
const everyMs = 10;
/** Of fewer answers with a Server-Timing header than this, the rest may well be different. [ratio] */
const timedMin = 0.9;

/**
 * Drives one step with autocannon and counts for ourselves, for autocannon 9
 *
 * - knows nothing of a request whose connection was closed without an answer, and from then on
 *   times each answer of that connection from the request before;
 * - keeps timeouts out of its histogram, and ends only at the tick of a sample.
 *
 * Its correction for coordinated omission takes part only where it limits a rate; we set none
 * (and it refuses `ignoreCoordinatedOmission` there).
 *
 * @returns The step, or `undefined` if the signal ended it.
 */
export function runStep(
  request: ProbeRequest,
  connections: number,
  times: StepTimes,
  signal: AbortSignal | undefined,
): Promise<ProbeStep | undefined> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      resolve(undefined);
      return;
    }
    const tally = new Tally(connections, times, performance.now());
    const idle = performance.eventLoopUtilization();
    let watch: NodeJS.Timeout | undefined;
    const instance = autocannon(
      {
        ...request,
        headers: { ...request.headers },
        connections,
        pipelining: 1,
        duration: 86_400,
        timeout: Math.max(1, Math.ceil(times.timeoutMs / 1_000)),
        sampleInt: everyMs,
        skipAggregateResult: true,
        ...(needsIds(request) ? { idReplacement: true } : {}),
        setupClient: (client) => follow(client, tally),
      },
      (error: unknown) => {
        clearInterval(watch);
        if (error) reject(error);
        else if (signal?.aborted) resolve(undefined);
        else resolve(tally.result(performance.eventLoopUtilization(idle).utilization));
      },
    );
    watch = setInterval(() => {
      if (signal?.aborted || tally.isOver(performance.now())) instance.stop();
    }, everyMs);
  });
}

function needsIds({ url, body, headers }: ProbeRequest): boolean {
  const texts = [url, body ?? "", ...Object.values(headers)];
  return texts.some((text) => /\[(<|%3C)id(>|%3E)\]/i.test(text));
}

/** The part of http-parser-js's `info` that is read here. */
type Head = Readonly<{ shouldKeepAlive: boolean; headers?: readonly unknown[] }>;

/** Reads one connection's events. autocannon calls this before the connection's first request. */
function follow(client: autocannon.Client, tally: Tally): void {
  const events: NodeJS.EventEmitter = client;
  let sentAtMs = 0;
  let isWaiting = false;
  // After an answer with `Connection: close` autocannon still writes a request onto that connection.
  let isClosing = false;
  let isDoomed = false;
  let wasLost = false;
  let serverMs: number | undefined;
  events.on("request", () => {
    // A second request while one is out: the connection was closed, and opened again.
    wasLost = isWaiting && !isDoomed;
    if (wasLost) tally.fail("lost");
    isWaiting = true;
    isDoomed = isClosing;
    isClosing = false;
    sentAtMs = performance.now();
  });
  events.on("headers", (head: Head) => {
    isClosing = !head.shouldKeepAlive;
    serverMs = parseServerMs(head.headers ?? []);
  });
  events.on("response", (status: number) => {
    isWaiting = false;
    const nowMs = performance.now();
    tally.answer(status, nowMs - sentAtMs, serverMs, nowMs);
  });
  events.on("connError", () => {
    if (isWaiting && !isDoomed) tally.fail("errors");
    isWaiting = false;
  });
  // Told only after the new connection's request, which took the old one for lost.
  events.on("timeout", () => {
    if (wasLost) tally.lostByTimeout();
  });
}

/** Counts one step: first the warm-up, then, from an answer on, the measured part. */
class Tally {
  readonly #connections: number;
  readonly #times: StepTimes;
  readonly #latencies = new Times();
  readonly #serverTimes = new Times();
  #sinceMs: number;
  #lastMs: number;
  #isMeasuring = false;
  #isClosed = false;
  #failuresInRow = 0;
  #answers = 0;
  #byClass: Record<string, number> = {};
  #failed = { errors: 0, timeouts: 0, lost: 0 };

  constructor(connections: number, times: StepTimes, nowMs: number) {
    this.#connections = connections;
    this.#times = times;
    this.#sinceMs = nowMs;
    this.#lastMs = nowMs;
  }

  answer(status: number, latencyMs: number, serverMs: number | undefined, nowMs: number): void {
    if (this.#isClosed) return;
    this.#failuresInRow = 0;
    this.#answers += 1;
    this.#lastMs = nowMs;
    if (!this.#isMeasuring) {
      if (this.#isWarm(nowMs - this.#sinceMs)) this.#measureFrom(nowMs);
      return;
    }
    const statusClass = `${Math.floor(status / 100)}xx`;
    this.#byClass[statusClass] = (this.#byClass[statusClass] ?? 0) + 1;
    this.#latencies.add(latencyMs);
    if (serverMs !== undefined) this.#serverTimes.add(serverMs);
  }

  fail(how: "errors" | "lost"): void {
    if (this.#isClosed) return;
    this.#failuresInRow += 1;
    this.#failed[how] += 1;
  }

  lostByTimeout(): void {
    if (this.#isClosed) return;
    this.#failed.lost -= 1;
    this.#failed.timeouts += 1;
  }

  isOver(nowMs: number): boolean {
    const elapsedMs = nowMs - this.#sinceMs;
    const { stepMs, warmupMs } = this.#times;
    const enough = this.#isMeasuring && this.#answers >= answersMin;
    const limitMs = enough ? stepMs : stretchMax * stepMs + (this.#isMeasuring ? 0 : warmupMs);
    if (elapsedMs >= limitMs || this.#failuresInRow >= failuresInRowMax) this.#isClosed = true;
    return this.#isClosed;
  }

  /** What the step before left in the server's queue has been served when everyone had an answer. */
  #isWarm(elapsedMs: number): boolean {
    const { stepMs, warmupMs } = this.#times;
    if (elapsedMs < warmupMs) return false;
    return this.#answers >= this.#connections || elapsedMs >= warmupMs + stepMs;
  }

  #measureFrom(nowMs: number): void {
    this.#isMeasuring = true;
    this.#sinceMs = nowMs;
    this.#answers = 0;
    this.#failed = { errors: 0, timeouts: 0, lost: 0 };
  }

  result(clientBusyRatio: number): ProbeStep {
    const answerCount = this.#isMeasuring ? this.#answers : 0;
    const measuredMs = answerCount > 0 ? this.#lastMs - this.#sinceMs : 0;
    const answered2xxCount = this.#byClass["2xx"] ?? 0;
    const latencies = this.#latencies;
    const timedEnough = this.#serverTimes.count >= timedMin * answerCount;
    const serverTimes = timedEnough ? this.#serverTimes : new Times();
    return {
      connections: this.#connections,
      measuredMs,
      throughputPerSecond: measuredMs > 0 ? (answerCount / measuredMs) * 1_000 : 0,
      latencyMeanMs: latencies.meanMs(),
      latencyP50Ms: latencies.percentileMs(50),
      latencyP90Ms: latencies.percentileMs(90),
      latencyP99Ms: latencies.percentileMs(99),
      latencyMaxMs: latencies.maxMs(),
      serverMeanMs: serverTimes.meanMs(),
      serverP50Ms: serverTimes.percentileMs(50),
      serverP99Ms: serverTimes.percentileMs(99),
      answerCount,
      answered2xxCount,
      answeredOtherCount: answerCount - answered2xxCount,
      answerCountByClass: this.#byClass,
      errorCount: this.#failed.errors,
      timeoutCount: this.#failed.timeouts,
      lostCount: this.#failed.lost,
      clientBusyRatio,
      cutShort: this.#failuresInRow >= failuresInRowMax,
    };
  }
}
