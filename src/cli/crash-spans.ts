import { serviceOf } from "../chain/chain-spec.ts";
import { type Span, spanMs } from "../chain/span.ts";
import { crashEpisodes } from "../fault/crash.ts";
import type { ExcludedSpan } from "../record/parity-result.ts";
import type { Scenario } from "../scenario/schema.ts";

/** Left out around a kill: which requests it strikes is decided by single milliseconds. [ms] */
const beforeMs = 1_000;
/** Left out after the replica is back: callers find that out one by one. [ms] */
const afterMs = 3_000;

/** The seconds around each kill of a process, in the time of the run; those that touch are one. */
export function crashSpans(scenario: Scenario, span: Span): ExcludedSpan[] {
  const { faults, seed, drain } = scenario;
  const untilMs = span.toMs + drain;
  const spans = Object.keys(scenario.services).flatMap((service) =>
    Array.from({ length: serviceOf(scenario, service).replicas }, (_, index) => index + 1).flatMap(
      (number) =>
        crashEpisodes(faults, seed, service, number, span.fromMs, untilMs).map((it) => ({
          who: `${service}#${number}`,
          fromMs: Math.max(0, it.fromMs - beforeMs),
          toMs: Math.min(spanMs(span), it.toMs + afterMs),
        })),
    ),
  );
  const merged: { who: Set<string>; fromMs: number; toMs: number }[] = [];
  for (const { who, fromMs, toMs } of spans.sort((a, b) => a.fromMs - b.fromMs)) {
    if (toMs <= fromMs) continue;
    const last = merged.at(-1);
    if (last === undefined || last.toMs < fromMs) {
      merged.push({ who: new Set([who]), fromMs, toMs });
      continue;
    }
    last.who.add(who);
    last.toMs = Math.max(last.toMs, toMs);
  }
  return merged.map(({ who, fromMs, toMs }) => ({
    why: `${[...who].join(", ")} killed and restarted`,
    fromMs,
    toMs,
  }));
}
