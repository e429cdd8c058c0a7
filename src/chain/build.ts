import assert from "node:assert/strict";
import { type Fault, parseFaultTarget } from "../fault/fault.ts";
import { Customers } from "../traffic/merchant.ts";
import { streamKey } from "../traffic/plan.ts";
import { buildCallMaker } from "./build-call.ts";
import {
  type ChainSpec,
  operationNumber,
  operationPosts,
  serviceOf,
  servicePosts,
  streamTarget,
} from "./chain-spec.ts";
import { Forwarder } from "./forwarder.ts";
import type { Ledger } from "./ledger.ts";
import { operatorName, terminalEnd } from "./network.ts";
import type { PolicyCounts } from "./policy-counts.ts";
import { Replica } from "./replica.ts";
import type { Routine } from "./routine.ts";
import { type CallSpec, servicesOf } from "./service-spec.ts";
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
  ledger: Ledger,
  meterOf: (stage: string) => StationMeter,
): Replica {
  const { clock, seed, life } = world;
  const spec = serviceOf(chain, service);
  const gathered: Gathered = { counts: [], routines: [], forwarders: [] };
  const operations = Object.keys(spec.operations);
  const stations = new Map<string, Station>();
  for (const [stage, stageSpec] of Object.entries(spec.stages)) {
    const name = `${service}.${stage}`;
    const call =
      stageSpec.call === undefined
        ? null
        : buildStationCall(chain, world, service, name, stageSpec.call, gathered);
    const meter = meterOf(stage);
    const canFreeze = chain.faults.some((it) => strikes(it, "freeze", service));
    stations.set(
      stage,
      new Station({ name, spec: stageSpec, operations, seed, clock, meter, call, canFreeze }),
    );
  }
  const canDie = chain.faults.some((it) => strikes(it, "crash", service));
  return new Replica({
    service,
    number,
    spec,
    seed,
    clock,
    stations,
    ledger,
    life,
    canDie,
    policyCounts: gathered.counts,
    routines: gathered.routines,
    forwarders: gathered.forwarders,
  });
}

function strikes(fault: Fault, down: NonNullable<Fault["down"]>, service: string): boolean {
  return fault.down === down && parseFaultTarget(fault.on)?.service === service;
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
  return {
    maker,
    operationOf: (operation) => operationNumber(target, call.operation ?? operation),
    forwarder,
    storesAlways: store?.when === "always",
    posts: servicesOf(to).some((service) => servicePosts(chain, service)),
  };
}

/** Builds the terminals of one stream. */
export function buildTerminals(
  chain: ChainSpec,
  world: World,
  name: string,
  streamIndex: number,
  sink: SessionSink,
): Terminals {
  const stream = chain.traffic[name];
  assert(stream !== undefined, `there is a stream ${name}`);
  const { service, operation } = streamTarget(stream);
  const { clock, seed } = world;
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
    operation: operationNumber(serviceOf(chain, service), operation),
    streamIndex,
    streamKey: streamKey(seed, name),
    patience: stream.patience ?? null,
    customers: new Customers({
      seed,
      stream: name,
      merchants: stream.merchants,
      amount: stream.amount,
    }),
    posts: operationPosts(chain, service, operation),
    isOperator: service === operatorName,
    sink,
  });
}
