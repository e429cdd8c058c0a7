import assert from "node:assert/strict";
import type { Fault } from "../fault/fault.ts";
import type { JournalTerms } from "./journals.ts";
import { operatorName } from "./network.ts";
import { type LinkSpec, type ServiceSpec, servicesOf } from "./service-spec.ts";
import type { StreamSpec } from "./stream-spec.ts";

/** What the chain is built from: the validated parts of a scenario. */
export type ChainSpec = {
  readonly services: Readonly<Record<string, ServiceSpec>>;
  readonly network: Readonly<Record<string, LinkSpec>>;
  readonly traffic: Readonly<Record<string, StreamSpec>>;
  readonly faults: readonly Fault[];
};

/** The spec of a service that is known to exist. */
export function serviceOf(chain: ChainSpec, name: string): ServiceSpec {
  const spec = chain.services[name];
  assert(spec !== undefined, `the loader lets no unknown service through: ${name}`);
  return spec;
}

/** The number of an operation within its service: what travels with a call. */
export function operationNumber(spec: ServiceSpec, operation: string): number {
  const number = Object.keys(spec.operations).indexOf(operation);
  assert(number >= 0, `the loader lets no unknown operation through: ${operation}`);
  return number;
}

/** What a stream asks for: the operations of its journey in order, or its plain request. */
export function streamTarget(stream: StreamSpec): {
  readonly service: string;
  readonly operations: readonly string[];
} {
  const { journey, calls = "" } = stream;
  if (journey !== undefined) {
    return { service: operatorName, operations: typeof journey === "string" ? [journey] : journey };
  }
  const [service = "", operation = ""] = calls.split(".");
  return { service, operations: [operation] };
}

/** Whether a stage that posts lies on the way of an operation, here or in what it calls. */
export function operationPosts(chain: ChainSpec, service: string, operation: string): boolean {
  return reaches(chain, service, operation, "posts");
}

/** Whether a stage that takes credits back does. */
export function operationReverses(chain: ChainSpec, service: string, operation: string): boolean {
  return reaches(chain, service, operation, "reverses");
}

function reaches(
  chain: ChainSpec,
  service: string,
  operation: string,
  kind: "posts" | "reverses",
): boolean {
  const spec = serviceOf(chain, service);
  return (spec.operations[operation] ?? []).some((stage) => {
    const found = spec.stages[stage];
    if (found?.[kind] === true) return true;
    const { call } = found ?? {};
    if (call === undefined) return false;
    return servicesOf(call.to).some((to) => reaches(chain, to, call.operation ?? operation, kind));
  });
}

/** What the journals of a service need to know of the scenario. */
export function journalTerms(chain: ChainSpec, service: string): JournalTerms {
  const { settlement, reconciliation } = serviceOf(chain, service);
  const isReconciled = Object.values(chain.services).some(
    (it) => it.reconciliation?.with === service,
  );
  return {
    settlement: settlement ?? null,
    isReconciled,
    reconciles: reconciliation !== undefined,
  };
}

/** Whether any operation of a service posts. */
export function servicePosts(chain: ChainSpec, service: string): boolean {
  return Object.keys(serviceOf(chain, service).operations).some((operation) =>
    operationPosts(chain, service, operation),
  );
}
