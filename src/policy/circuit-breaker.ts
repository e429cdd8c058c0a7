import assert from "node:assert/strict";
import { z } from "zod";
import { PositiveCount, PositiveDuration, Share } from "../kernel/units.ts";
import { type CallWindow, CountWindow, TimeWindow } from "./call-window.ts";

const SomeShare = Share.refine((it) => it > 0, { error: "expected a share above 0%, such as 50%" });

const SlowSpec = z.strictObject({
  share: SomeShare.default(1).describe(
    "Share of slow calls that opens it. Default: 100%, as in resilience4j.",
  ),
  above: PositiveDuration.default(60_000).describe(
    "A call that took longer than this is slow. Default: 60s, as in resilience4j.",
  ),
});

const WindowSpec = z
  .strictObject({
    calls: PositiveCount.optional().describe("The last so many calls."),
    time: PositiveDuration.optional().describe("The calls of the last so long, in ten buckets."),
  })
  .refine((it) => (it.calls === undefined) !== (it.time === undefined), {
    error: "expected exactly one of calls, time",
  });

/**
 * When to stop calling a service that keeps failing, and how to try it again.
 *
 * The defaults are resilience4j's: 50 % failures, or 100 % slower than 60 s, of the last 100 calls,
 * at least 100; 60 s open; 10 probes. They trip late and recover late. Others, to write out instead:
 *
 * - Polly: 10 % of the last 30 s, at least 100 calls; 5 s open; 1 probe.
 * - opossum: 50 % of the last 10 s in ten buckets, at least 0 calls, so that a first failure alone
 *   opens it; 30 s open; 1 probe.
 * - cockatiel: share, window and pause have no default; a window of time judges from a call rate at
 *   which the share is 5 failures a second, a window of calls when it is full; 1 probe.
 */
export const CircuitBreakerSpec = z.strictObject({
  failures: SomeShare.default(0.5).describe(
    "Share of failed calls that opens it. Default: 50%, as in resilience4j.",
  ),
  slow: SlowSpec.default(SlowSpec.parse({})).describe("Slow calls open it too."),
  window: WindowSpec.default({ calls: 100 }).describe(
    "The calls that it judges: exactly one of calls, time. Default: calls: 100, as in resilience4j.",
  ),
  least: PositiveCount.default(100).describe(
    "It does not judge fewer calls; a window of fewer calls judges when it is full. " +
      "Default: 100, as in resilience4j.",
  ),
  open: PositiveDuration.default(60_000).describe(
    "No call goes out for so long; then come the probes. Default: 60s, as in resilience4j.",
  ),
  probes: PositiveCount.default(10).describe(
    "Calls that try the service before it closes. Default: 10, as in resilience4j.",
  ),
});
export type CircuitBreakerSpec = z.output<typeof CircuitBreakerSpec>;

type CircuitState = "closed" | "open" | "half-open";

/**
 * Circuit breaker: stops calling a service that keeps failing or being slow, then tries it with a
 * few probes.
 *
 *   closed --too many of the window failed or slow--> open --pause--> half-open --good--> closed
 *                                                      ^---too many of the probes---+
 *
 * Every admitted call comes back exactly once, by `settled` or by `withdrawn`; one that timed out
 * is settled too. So the probes cannot run out. As in resilience4j, the pause ends with the first
 * call after it, not by itself.
 */
export class CircuitBreaker {
  /** How often it opened. */
  openedCount = 0;
  readonly #failureShare: number;
  readonly #slowShare: number;
  readonly #slowAboveMs: number;
  readonly #window: CallWindow;
  readonly #leastCount: number;
  readonly #openMs: number;
  readonly #probeCount: number;
  #state: CircuitState = "closed";
  #generation = 0;
  #openUntilMs = 0;
  #probesAdmitted = 0;
  #probesSettled = 0;
  #probesFailed = 0;
  #probesSlow = 0;

  constructor(spec: CircuitBreakerSpec) {
    const { calls = Number.POSITIVE_INFINITY, time } = spec.window;
    this.#failureShare = spec.failures;
    this.#slowShare = spec.slow.share;
    this.#slowAboveMs = spec.slow.above;
    this.#window = time === undefined ? new CountWindow(calls) : new TimeWindow(time);
    this.#leastCount = Math.min(spec.least, calls);
    this.#openMs = spec.open;
    this.#probeCount = spec.probes;
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** Counts transitions: tells a late result from the probes' own. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Whether a call may go out. On true it counts as admitted: `settled` or `withdrawn` must follow
   * exactly once, with the generation that is read right after.
   */
  admits(nowMs: number): boolean {
    if (this.#state === "closed") return true;
    if (this.#state === "open") {
      if (nowMs < this.#openUntilMs) return false;
      this.#halfOpen();
    }
    if (this.#probesAdmitted === this.#probeCount) return false;
    this.#probesAdmitted += 1;
    return true;
  }

  /** Accounts for one admitted call. A result older than the last transition changes nothing. */
  settled(generation: number, failed: boolean, elapsedMs: number, nowMs: number): void {
    if (generation > this.#generation) assert.fail("a result from the future");
    if (generation < this.#generation) return;
    const slow = elapsedMs > this.#slowAboveMs;
    if (this.#state === "closed") this.#settleCall(failed, slow, nowMs);
    else if (this.#state === "half-open") this.#settleProbe(failed, slow, nowMs);
    else assert.fail("an open circuit admits no call, so none can settle in it");
  }

  /** Admitted but never sent, as when the bulkhead was full: gives a probe's place back. */
  withdrawn(generation: number): void {
    if (generation > this.#generation) assert.fail("a call from the future");
    if (generation < this.#generation || this.#state !== "half-open") return;
    assert(this.#probesAdmitted > this.#probesSettled, "more probes came back than went out");
    this.#probesAdmitted -= 1;
  }

  #settleCall(failed: boolean, slow: boolean, nowMs: number): void {
    const window = this.#window;
    window.record(failed, slow, nowMs);
    if (window.callCount < this.#leastCount) return;
    if (this.#isTooMuch(window.failedCount, window.slowCount, window.callCount)) this.#open(nowMs);
  }

  #settleProbe(failed: boolean, slow: boolean, nowMs: number): void {
    assert(this.#probesAdmitted > this.#probesSettled, "more probes came back than went out");
    this.#probesSettled += 1;
    if (failed) this.#probesFailed += 1;
    if (slow) this.#probesSlow += 1;
    // Shares of all the probes: once they are reached, those still out cannot change the outcome.
    if (this.#isTooMuch(this.#probesFailed, this.#probesSlow, this.#probeCount)) this.#open(nowMs);
    else if (this.#probesSettled === this.#probeCount) this.#close();
  }

  #isTooMuch(failedCount: number, slowCount: number, callCount: number): boolean {
    return (
      failedCount / callCount >= this.#failureShare || slowCount / callCount >= this.#slowShare
    );
  }

  #open(nowMs: number): void {
    this.#state = "open";
    this.#generation += 1;
    this.#openUntilMs = nowMs + this.#openMs;
    this.openedCount += 1;
  }

  #halfOpen(): void {
    this.#state = "half-open";
    this.#generation += 1;
    this.#probesAdmitted = 0;
    this.#probesSettled = 0;
    this.#probesFailed = 0;
    this.#probesSlow = 0;
  }

  #close(): void {
    this.#state = "closed";
    this.#generation += 1;
    this.#window.clear();
  }
}
