import { DurationDistribution } from "../kernel/distribution.ts";
import { BalancerSpec } from "../policy/balancer.ts";
import { BulkheadSpec } from "../policy/bulkhead.ts";
import { CircuitBreakerSpec } from "../policy/circuit-breaker.ts";
import { HealthSpec } from "../policy/health.ts";
import { HedgeSpec } from "../policy/hedge.ts";
import { OutlierEjectionSpec } from "../policy/outlier-ejection.ts";
import { RetrySpec } from "../policy/retry.ts";
import { ThrottleSpec } from "../policy/throttle.ts";

/**
 * The remedies that whoever makes a call may switch on: the same keys for the call of a stage and
 * for a stream of traffic. Each is absent unless it is written, and a chain without them runs as
 * if they did not exist.
 */
export const callPolicies = {
  balancer: BalancerSpec.prefault("round-robin"),
  deadline: DurationDistribution.optional().describe(
    "All attempts together must be answered within this; drawn for each request. What is left of " +
      "it travels with the request, and a server drops work whose deadline has passed. Absent: none.",
  ),
  retry: RetrySpec.optional().describe("Asks again after a failed attempt. Absent: never."),
  breaker: CircuitBreakerSpec.optional().describe(
    "Stops calling a service that keeps failing, one breaker for each service. Absent: none.",
  ),
  bulkhead: BulkheadSpec.optional().describe(
    "Limits how many calls are under way at once. Absent: no limit.",
  ),
  hedge: HedgeSpec.optional().describe(
    "Asks a second replica while the first is slow, and takes the answer that comes first. " +
      "Refused for operations that post a credit. Absent: never.",
  ),
  throttle: ThrottleSpec.optional().describe(
    "Holds calls back by itself while the other side turns many away. Absent: never.",
  ),
  ejection: OutlierEjectionSpec.optional().describe(
    "Leaves a replica out for a while after it failed more than the others. Absent: never.",
  ),
  health: HealthSpec.optional().describe(
    "Asks every replica regularly whether it is well, and leaves out those that are not. " +
      "Absent: never.",
  ),
};

/** The policies of one call site, validated. */
export type CallPolicies = {
  readonly balancer: BalancerSpec;
  readonly deadline?: DurationDistribution | undefined;
  readonly retry?: RetrySpec | undefined;
  readonly breaker?: CircuitBreakerSpec | undefined;
  readonly bulkhead?: BulkheadSpec | undefined;
  readonly hedge?: HedgeSpec | undefined;
  readonly throttle?: ThrottleSpec | undefined;
  readonly ejection?: OutlierEjectionSpec | undefined;
  readonly health?: HealthSpec | undefined;
};

/** Whether a call needs more than one attempt through one caller. */
export function needsCallSite(policies: CallPolicies): boolean {
  const { deadline, retry, breaker, bulkhead, hedge, throttle } = policies;
  return [deadline, retry, breaker, bulkhead, hedge, throttle].some((it) => it !== undefined);
}
