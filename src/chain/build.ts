import assert from "node:assert/strict";
import { confirmsReversal, verdictOf } from "../domain/response-code.ts";
import { type Fault, parseFaultTarget } from "../fault/fault.ts";
import { TrafficTroubles } from "../fault/traffic-troubles.ts";
import { siteKey } from "../kernel/draw.ts";
import { Customers } from "../traffic/merchant.ts";
import { streamKey } from "../traffic/plan.ts";
import { buildCallMaker } from "./build-call.ts";
import {
  type ChainSpec,
  operationNumber,
  operationPosts,
  operationReverses,
  serviceOf,
  streamTarget,
} from "./chain-spec.ts";
import { Duties, hasDuties } from "./duties.ts";
import { Forwarder, type ForwarderParts } from "./forwarder.ts";
import { Identity } from "./identity.ts";
import type { Journals } from "./journals.ts";
import { operatorName, terminalEnd } from "./network.ts";
import { Notifier } from "./notifier.ts";
import type { PaymentKey } from "./payment.ts";
import type { PolicyCounts } from "./policy-counts.ts";
import { Reconciler } from "./reconciler.ts";
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
  // Replicas share the book: one of them speaks for all.
  const reconciler =
    number === 1 ? buildReconciler(chain, world, service, journals, gathered) : null;
  const stations = new Map<string, Station>();
  for (const [stage, stageSpec] of Object.entries(spec.stages)) {
    const name = `${service}.${stage}`;
    const tracer = world.tracerAt(name);
    const call =
      stageSpec.call === undefined
        ? null
        : buildStationCall(chain, world, service, name, stageSpec.call, journals, gathered);
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
    reconciler,
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
  const hasPosted = ({ streamKey, index }: PaymentKey) => journals.ledger.has(streamKey, index);
  const parts = { spec, clock, maker, operation, store, hasPosted, counts, life };
  const notifier = new Notifier(parts);
  gathered.counts.push(counts);
  gathered.routines.push(notifier);
  return notifier;
}

/** Who closes the batches of the bank that a service calls; null: nobody does. */
function buildReconciler(
  chain: ChainSpec,
  world: World,
  service: string,
  journals: Journals,
  gathered: Gathered,
): Reconciler | null {
  const spec = serviceOf(chain, service).reconciliation;
  if (spec === undefined) return null;
  const bank = serviceOf(chain, spec.with);
  assert(bank.settlement !== undefined, "the loader lets no bank without settlement through");
  const site = `${service}.reconciliation`;
  const { maker, counts } = buildCallMaker(chain, world, {
    site,
    from: service,
    isTerminal: false,
    to: spec.with,
    policies: { balancer: { kind: "round-robin" } },
    timeoutMs: spec.timeout,
    limitMs: Number.POSITIVE_INFINITY,
  });
  const { clock, life, seed } = world;
  const { book, closings } = journals;
  const reconciler = new Reconciler({
    spec,
    settlement: bank.settlement,
    streamKey: siteKey(seed, site),
    ...{ clock, maker, book, closings, counts, life },
    totalsOperation: operationNumber(bank, spec.totals),
    uploadOperation: operationNumber(bank, spec.upload),
  });
  gathered.counts.push(counts);
  gathered.routines.push(reconciler);
  return reconciler;
}

function buildStationCall(
  chain: ChainSpec,
  world: World,
  from: string,
  site: string,
  call: CallSpec,
  journals: Journals,
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
  const targets = servicesOf(to);
  const target = serviceOf(chain, targets[0] ?? "");
  const namesThat = (does: typeof operationPosts) =>
    new Set(
      targets.flatMap((service) =>
        Object.keys(serviceOf(chain, service).operations).filter((it) => does(chain, service, it)),
      ),
    );
  const posting = namesThat(operationPosts);
  const reversing = namesThat(operationReverses);
  let forwarder: Forwarder | null = null;
  if (store !== undefined) {
    const kept = world.storeOf(site);
    const reconciles = serviceOf(chain, from).reconciliation !== undefined;
    const operations = Object.keys(target.operations);
    const onDecided: ForwarderParts["onDecided"] = (request, code, batch) => {
      const operation = operations[request.operation] ?? "";
      const isApproved = verdictOf(code) === "approved";
      const state = reversing.has(operation) ? "reversed" : "approved";
      const isMeant = state === "reversed" ? confirmsReversal(code) : isApproved && reconciles;
      if (!isMeant || (state === "approved" && !posting.has(operation))) return;
      journals.book.write(request.payment, state, batch, clock.nowMs());
    };
    const parts = { spec: store, clock, maker, store: kept, counts, life, onDecided };
    forwarder = new Forwarder(parts);
    gathered.routines.push(forwarder);
    gathered.forwarders.push(forwarder);
  }
  const downstream = Object.keys(serviceOf(chain, from).operations).map((own) => {
    const name = call.operation ?? own;
    if (target.operations[name] === undefined) return null;
    const operation = operationNumber(target, name);
    return { operation, posts: posting.has(name), reverses: reversing.has(name) };
  });
  return { maker, downstream, forwarder, storesAlways: store?.when === "always" };
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
    reversals: world.reversals ?? null,
    identity,
    streamName: name,
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
