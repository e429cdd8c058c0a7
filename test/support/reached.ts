import { ReconciliationSpec } from "../../src/chain/reconciliation-spec.ts";
import { CallSpec, ServiceSpec, StageSpec } from "../../src/chain/service-spec.ts";
import { StreamSpec } from "../../src/chain/stream-spec.ts";
import { closingStates } from "../../src/domain/closing.ts";
import { causes, endings, outcomes } from "../../src/domain/outcome.ts";
import { policyCountNames } from "../../src/domain/policy-count.ts";
import { DownKind, Fault } from "../../src/fault/fault.ts";
import type { BalancerSpec } from "../../src/policy/balancer.ts";
import type { VariantSummary } from "../../src/record/run-record.ts";
import type { Written } from "./random-policies.ts";

/** Keeps the compiler's eye on it: a balancer more, and this does not compile. */
const balancers: Readonly<Record<BalancerSpec["kind"], true>> = {
  ...{ "round-robin": true, random: true, "least-requests": true, p2c: true },
  ...{ "peak-ewma": true, sticky: true, weighted: true },
};

/** What the virtual world cannot bring about: nothing is unsent. */
const impossible: readonly string[] = ["unsent"];

const prefixed = (prefix: string, names: readonly string[]): readonly string[] =>
  names.map((name) => `${prefix} ${name}`);

/**
 * All that random chains have to come past: every key that a scenario may write in these places, and
 * all that may happen in a run. Keys come from the schemas, so that a new one is missed at once.
 */
export const everything: readonly string[] = [
  ...prefixed("call", Object.keys(CallSpec.shape)),
  ...prefixed("stream", Object.keys(StreamSpec.shape)),
  ...prefixed("stage", Object.keys(StageSpec.shape)),
  ...prefixed("service", Object.keys(ServiceSpec.shape)),
  ...prefixed("reconciliation", Object.keys(ReconciliationSpec.shape)),
  ...prefixed("closing", closingStates),
  ...prefixed("fault", Object.keys(Fault.shape)),
  ...prefixed("down", DownKind.options),
  ...prefixed("balancer", Object.keys(balancers)),
  ...prefixed("queue", ["limit", "lifo", "priority", "codel"]),
  ...prefixed("to", ["weights", "failover"]),
  ...prefixed("arrivals", ["even", "poisson", "curve", "profile", "closed"]),
  ...prefixed("ending", endings),
  ...prefixed("outcome", outcomes),
  ...prefixed("cause", causes),
  ...prefixed("station", ["dropped", "failed", "expired", "killed"]),
  ...prefixed("counted", policyCountNames),
].filter((it) => !impossible.includes(it.split(" ")[1] ?? ""));

/** What one scenario writes, in the words of `everything`. */
export function writtenIn({ traffic, services, faults }: Written): readonly string[] {
  const streams = valuesOf(traffic);
  const all = valuesOf(services);
  const stages = all.flatMap((it) => valuesOf(it.stages));
  const calls = stages.flatMap((it) => (it.call === undefined ? [] : [objectOf(it.call)]));
  const troubles = Array.isArray(faults) ? faults.map(objectOf) : [];
  return [
    ...named("call", calls),
    ...named("stream", streams),
    ...named("stage", stages),
    ...named("service", all),
    ...named("reconciliation", pick("reconciliation", all)),
    ...named("fault", troubles),
    ...named("down", pick("down", troubles)),
    ...named("balancer", pick("balancer", [...calls, ...streams])),
    ...named("queue", pick("queue", stages)),
    ...named("to", pick("to", calls)),
    ...named("arrivals", pick("arrivals", streams)),
  ];
}

/** What happened in one run, in the words of `everything`. */
export function happenedIn(summary: VariantSummary): readonly string[] {
  const policies = (summary.policies ?? []).map(({ counts }) => counts);
  const closings = (summary.money?.batches ?? []).flatMap(({ closing }) => {
    return closing === undefined ? [] : [closing.state];
  });
  const stations = summary.stations.map(({ dropped, failed, expired = 0, killed = 0 }) => {
    return { dropped, failed, expired, killed };
  });
  return [
    ...prefixed("ending", above0(summary.accounting)),
    ...prefixed("closing", closings),
    ...prefixed("outcome", above0(summary.outcomes)),
    ...prefixed("cause", above0(summary.causes)),
    ...prefixed("station", stations.flatMap(above0)),
    ...prefixed("counted", policies.flatMap(above0)),
  ];
}

function objectOf(value: unknown): Written {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function valuesOf(value: unknown): readonly Written[] {
  return Object.values(objectOf(value)).map(objectOf);
}

function pick(key: string, places: readonly Written[]): readonly unknown[] {
  return places.map((it) => it[key]);
}

/** What stands there: a name by itself, or the keys that have a value. */
function named(prefix: string, places: readonly unknown[]): readonly string[] {
  const names = places.flatMap((it) => {
    if (typeof it === "string") return [it];
    return Object.entries(objectOf(it)).flatMap(([key, value]) =>
      value === undefined ? [] : [key],
    );
  });
  return prefixed(prefix, names);
}

function above0(counts: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [name] : []));
}
