import { CircuitBreaker } from "../policy/circuit-breaker.ts";
import { HealthBoard } from "../policy/health.ts";
import type { CallMaker } from "./call.ts";
import { type CallPolicies, needsCallSite } from "./call-policies.ts";
import { CallSite } from "./call-site.ts";
import { Caller } from "./caller.ts";
import { type ChainSpec, operationNumber, serviceOf, servicePosts } from "./chain-spec.ts";
import { HealthChecker } from "./health-checker.ts";
import { buildLink, operatorName, terminalEnd } from "./network.ts";
import { PolicyCounts } from "./policy-counts.ts";
import { ReplicaChoice } from "./replica-choice.ts";
import { type Route, RouteChoice } from "./route.ts";
import type { Routine } from "./routine.ts";
import { type CallTarget, servicesOf } from "./service-spec.ts";
import type { World } from "./world.ts";

export type CallMakerSpec = {
  /** Where the call is made, such as `operator.forward`. */
  readonly site: string;
  /** The end of the chain that calls, and whether it is the terminals. */
  readonly from: string;
  readonly isTerminal: boolean;
  readonly to: CallTarget;
  readonly policies: CallPolicies;
  /** Of one attempt, and of all together; `Infinity`: none. [ms] */
  readonly timeoutMs: number;
  readonly limitMs: number;
};

export type BuiltCall = {
  readonly maker: CallMaker;
  readonly counts: PolicyCounts;
  readonly routines: readonly Routine[];
};

/** Builds the way through which one place of the chain makes its calls, with all its policies. */
export function buildCallMaker(chain: ChainSpec, world: World, spec: CallMakerSpec): BuiltCall {
  // Terminals are one place, whatever their stream is called: what is traced names its stream.
  const tracer = world.tracerAt(spec.isTerminal ? terminalEnd : spec.site);
  const counts = new PolicyCounts(spec.site, tracer);
  const services = servicesOf(spec.to);
  const routines: Routine[] = [];
  const callers = services.map((service) =>
    buildCaller(chain, world, spec, service, counts, routines),
  );
  const [first] = callers;
  if (first !== undefined && callers.length === 1 && !needsCallSite(spec.policies)) {
    return { maker: first, counts, routines };
  }
  const { site, to, policies, limitMs } = spec;
  const { clock, seed, life } = world;
  const routes = buildRoutes(chain, spec, callers, counts);
  const isOrdered = typeof to === "object" && to.failover !== undefined;
  const mode = isOrdered ? "failover" : "weighted";
  const posts = services.some((service) => servicePosts(chain, service));
  const choice = new RouteChoice(routes, mode, posts, seed, site, counts);
  const maker = new CallSite({
    name: site,
    seed,
    clock,
    routes: choice,
    policies,
    limitMs,
    silenceCause: to === operatorName ? "operator-capacity" : "bank-delay",
    counts,
    life,
  });
  return { maker, counts, routines };
}

function buildCaller(
  chain: ChainSpec,
  world: World,
  spec: CallMakerSpec,
  service: string,
  counts: PolicyCounts,
  routines: Routine[],
): Caller {
  const { site, from, isTerminal, policies, timeoutMs, limitMs } = spec;
  const { clock, seed, life } = world;
  const { replicas } = serviceOf(chain, service);
  const { health, balancer, ejection } = policies;
  const board = health === undefined ? null : new HealthBoard(health, replicas);
  // The way to the first service of a site keeps its luck, however many others are added.
  const isFirst = servicesOf(spec.to)[0] === service;
  const choice = new ReplicaChoice({
    balancer,
    ejection,
    replicaCount: replicas,
    healthy: board?.healthy ?? null,
    seed,
    site: isFirst ? site : `${site}>${service}`,
  });
  const caller = new Caller({
    clock,
    transport: world.transportTo(from, service),
    link: buildLink(chain.network, seed, from, service),
    choice,
    // Without a call site nobody else watches the limit.
    timeoutMs: needsCallSite(policies) ? timeoutMs : Math.min(timeoutMs, limitMs),
    isTerminal,
    life,
    tracer: counts.tracer,
    service,
  });
  if (health !== undefined && board !== null) {
    routines.push(
      new HealthChecker(clock, health, caller, board, seed, `${site}>${service}`, life),
    );
    counts.also(() => ({ healthChanges: board.changeCount }));
  }
  const { ejection: outliers } = choice;
  if (outliers !== null) counts.also(() => ({ ejections: outliers.ejectedCount }));
  return caller;
}

function buildRoutes(
  chain: ChainSpec,
  { to, policies }: CallMakerSpec,
  callers: readonly Caller[],
  counts: PolicyCounts,
): readonly Route[] {
  const services = servicesOf(to);
  const weights = services.map((service) =>
    typeof to === "object" ? (to.weights?.[service] ?? 1) : 1,
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const operations = Object.keys(serviceOf(chain, services[0] ?? "").operations);
  let below = 0;
  return callers.map((caller, place): Route => {
    const service = services[place] ?? "";
    below += (weights[place] ?? 0) / sum;
    const breaker = policies.breaker === undefined ? null : new CircuitBreaker(policies.breaker);
    if (breaker !== null) counts.also(() => ({ breakerOpened: breaker.openedCount }));
    const target = serviceOf(chain, service);
    const operationOf = operations.map((name) =>
      Object.hasOwn(target.operations, name) ? operationNumber(target, name) : 0,
    );
    return { service, caller, breaker, shareBelow: below, operationOf };
  });
}
