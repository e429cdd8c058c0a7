import assert from "node:assert/strict";
import { type Fault, parseFaultTarget } from "../fault/fault.ts";
import { TrafficTroubles } from "../fault/traffic-troubles.ts";
import { Customers } from "../traffic/merchant.ts";
import { streamKey } from "../traffic/plan.ts";
import { buildCallMaker } from "./build-call.ts";
import {
  type ChainSpec,
  operationNumber,
  operationPosts,
  serviceOf,
  streamTarget,
} from "./chain-spec.ts";
import { Duties, hasDuties } from "./duties.ts";
import { Forwarder } from "./forwarder.ts";
import { Identity } from "./identity.ts";
import type { Journals } from "./journals.ts";
import { operatorName, terminalEnd } from "./network.ts";
import { Notifier } from "./notifier.ts";
import type { PolicyCounts } from "./policy-counts.ts";
import { Replica } from "./replica.ts";
import type { Routine } from "./routine.ts";
import { type CallSpec, servicesOf } from "./service-spec.ts";
import type { Span } from "./span.ts";
import { Station, type StationCall } from "./station.ts";
import type { StationMeter } from "./station-meter.ts";
import { type SessionSink, Terminals } from "./terminals.ts";
import type { World } from "./world.ts";

/** What the parts of a replica are gathered in while it is built. */
type Gathered = {
  readonly counts: PolicyCounts[];
  readonly routines: Routine[];
  readonly forwarders: Forwarder[];
};

/** Builds one replica of a service with its stations and their call sites. */
export function buildReplica(
  chain: ChainSpec,
  world: World,
  service: string,
  number: number,
  journals: Journals,
  meterOf: (stage: string) => StationMeter,
): Replica {
  const { clock, seed, life } = world;
  const spec = serviceOf(chain, service);
  const gathered: Gathered = { counts: [], routines: [], forwarders: [] };
  const operations = Object.keys(spec.operations);
  const notifier = buildNotifier(chain, world, service, journals, gathered);
  const stations = new Map<string, Station>();
  for (const [stage, stageSpec] of Object.entries(spec.stages)) {
    const name = `${service}.${stage}`;
    const tracer = world.tracerAt(name);
    const call =
      stageSpec.call === undefined
        ? null
        : buildStationCall(chain, world, service, name, stageSpec.call, gathered);
    const meter = meterOf(stage);
    const canFreeze = chain.faults.some((it) => strikes(it, "freeze", service));
    const duties = hasDuties(stageSpec)
      ? new Duties({
          spec: stageSpec,
          journals,
          isProtected: spec.idempotency.keeps !== "nothing",
          checksAmount: spec.idempotency.checksBody,
          notifier,
          tracer,
        })
      : null;
    const of = { name, spec: stageSpec, operations, seed, clock, meter, call, duties, canFreeze };
    stations.set(stage, new Station({ ...of, tracer }));
  }
  const canDie = chain.faults.some((it) => strikes(it, "crash", service));
  return new Replica({
    service,
    number,
    spec,
    seed,
    clock,
    stations,
    journals,
    life,
    canDie,
    policyCounts: gathered.counts,
    routines: gathered.routines,
    forwarders: gathered.forwarders,
    notifier,
    tracer: world.tracerAt(service),
  });
}

function strikes(fault: Fault, down: NonNullable<Fault["down"]>, service: string): boolean {
  return fault.down === down && parseFaultTarget(fault.on)?.service === service;
}

/** Who tells merchants of the credits of a service; null: nobody does. */
function buildNotifier(
  chain: ChainSpec,
  world: World,
  service: string,
  journals: Journals,
  gathered: Gathered,
): Notifier | null {
  const spec = serviceOf(chain, service).notices;
  if (spec === undefined) return null;
  const site = `${service}.notices`;
  const { maker, counts } = buildCallMaker(chain, world, {
    site,
    from: service,
    isTerminal: false,
    to: spec.to,
    policies: { balancer: { kind: "round-robin" } },
    timeoutMs: spec.timeout,
    limitMs: Number.POSITIVE_INFINITY,
  });
  const operation = operationNumber(serviceOf(chain, spec.to), spec.operation);
  const { clock, life } = world;
  const store = world.storeOf(site);
  const hasPosted = (key: number, index: number) => journals.ledger.has(key, index);
  const parts = { spec, clock, maker, operation, store, hasPosted, counts, life };
  const notifier = new Notifier(parts);
  gathered.counts.push(counts);
  gathered.routines.push(notifier);
  return notifier;
}

function buildStationCall(
  chain: ChainSpec,
  world: World,
  from: string,
  site: string,
  call: CallSpec,
  gathered: Gathered,
): StationCall {
  const { to, store, timeout } = call;
  const { maker, counts, routines } = buildCallMaker(chain, world, {
    site,
    from,
    isTerminal: false,
    to,
    policies: call,
    timeoutMs: timeout ?? Number.POSITIVE_INFINITY,
    limitMs: Number.POSITIVE_INFINITY,
  });
  const { clock, life } = world;
  gathered.counts.push(counts);
  gathered.routines.push(...routines);
  let forwarder: Forwarder | null = null;
  if (store !== undefined) {
    const kept = world.storeOf(site);
    forwarder = new Forwarder({ spec: store, clock, maker, store: kept, counts, life });
    gathered.routines.push(forwarder);
    gathered.forwarders.push(forwarder);
  }
  const target = serviceOf(chain, servicesOf(to)[0] ?? "");
  const posting = new Set(
    servicesOf(to).flatMap((service) =>
      Object.keys(serviceOf(chain, service).operations).filter((it) =>
        operationPosts(chain, service, it),
      ),
    ),
  );
  const numbers = new Map(
    Object.keys(target.operations).map((it) => [it, operationNumber(target, it)]),
  );
  return {
    maker,
    operationOf: (operation) => {
      const number = numbers.get(call.operation ?? operation);
      if (number === undefined) assert.fail("the loader lets no unknown operation through");
      return number;
    },
    forwarder,
    storesAlways: store?.when === "always",
    posts: (operation) => posting.has(call.operation ?? operation),
  };
}

/** Builds the terminals of one stream. */
export function buildTerminals(
  chain: ChainSpec,
  world: World,
  name: string,
  streamIndex: number,
  span: Span,
  sink: SessionSink,
): Terminals {
  const stream = chain.traffic[name];
  assert(stream !== undefined, `there is a stream ${name}`);
  const { service, operations } = streamTarget(stream);
  const { clock, seed } = world;
  const target = serviceOf(chain, service);
  const { reversal, patience, links, pages } = stream;
  const poll = patience?.poll;
  const key = streamKey(seed, name);
  const { fromMs, toMs } = span;
  const troubles = new TrafficTroubles(chain.faults, name, seed, fromMs, toMs);
  const identity =
    links === undefined ? null : new Identity({ seed, streamKey: key, links, pages, troubles });
  const { maker, counts, routines } = buildCallMaker(chain, world, {
    site: `traffic.${name}`,
    from: terminalEnd,
    isTerminal: true,
    to: service,
    policies: stream,
    timeoutMs: stream.timeout ?? Number.POSITIVE_INFINITY,
    limitMs: stream.patience?.wait ?? Number.POSITIVE_INFINITY,
  });
  return new Terminals({
    clock,
    maker,
    counts,
    routines,
    operations: operations.map((it) => operationNumber(target, it)),
    pollOperation: poll === undefined ? -1 : operationNumber(target, poll.operation),
    reversalOperation: reversal === undefined ? -1 : operationNumber(target, reversal.operation),
    reversal: reversal ?? null,
    identity,
    streamIndex,
    streamKey: key,
    patience: stream.patience ?? null,
    customers: new Customers({
      seed,
      stream: name,
      merchants: stream.merchants,
      amount: stream.amount,
    }),
    posts: operations.some((it) => operationPosts(chain, service, it)),
    isOperator: service === operatorName,
    sink,
  });
}
