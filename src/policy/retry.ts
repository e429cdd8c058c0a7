import { z } from "zod";
import { BackoffSpec } from "./backoff.ts";
import { RetryBudgetSpec } from "./retry-budget.ts";

const RetryReason = z.enum(["timeout", "refused", "broken", "rejected", "retriable"], {
  error: () => "expected timeout, refused, broken, rejected or retriable",
});

/**
 * Asking again after an attempt that came to nothing, under the same idempotency key: a timeout
 * tells nobody whether the bank has posted, so no other repetition is safe.
 */
export const RetrySpec = z.strictObject({
  attempts: z
    .int({ error: () => "expected a whole number from 2" })
    .min(2, { error: () => "expected a whole number from 2" })
    .max(1_000, { error: () => "expected a whole number up to 1000" })
    .default(3)
    .describe(
      "Attempts in all, the first included. Default: 3, as in Polly and resilience4j; Google SRE " +
        "advises no more.",
    ),
  on: z
    .array(RetryReason, { error: () => "expected a list such as [timeout, refused]" })
    .min(1, { error: "expected at least one reason" })
    .refine((it) => new Set(it).size === it.length, { error: "expected each reason once" })
    .default(["timeout", "refused", "broken", "retriable"])
    .describe(
      "What is tried again. timeout: no answer in time. refused: the connection was refused. " +
        "broken: it broke before the answer. retriable: answered 68, 91 or 96. rejected: the " +
        "caller's own breaker, bulkhead or throttle did not let it out. Default: all but rejected.",
    ),
  backoff: BackoffSpec.default("exponential"),
  budget: RetryBudgetSpec.optional().describe(
    "Bounds the retries by the first attempts. Absent: no bound.",
  ),
});
export type RetrySpec = z.output<typeof RetrySpec>;

/** How one attempt ended for the caller. `rejected`: it was never sent. */
export type AttemptEnd = "answered" | "timeout" | "refused" | "broken" | "rejected";

/** Whether an attempt that ended so is tried again, as long as attempts and budget last. */
export function retriesOn(spec: RetrySpec, end: AttemptEnd, isRetriableCode: boolean): boolean {
  if (end === "answered") return isRetriableCode && spec.on.includes("retriable");
  return spec.on.includes(end);
}
