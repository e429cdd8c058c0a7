import assert from "node:assert/strict";
import type { Fault } from "../fault/fault.ts";
import type { Clock } from "../kernel/clock.ts";
import { buildBalancer } from "../policy/balancer.ts";
import { Customers } from "../traffic/merchant.ts";
import { streamKey } from "../traffic/plan.ts";
import type { Transport } from "./call.ts";
import { Caller } from "./caller.ts";
import type { Ledger } from "./ledger.ts";
import { buildLink, operatorName, terminalEnd } from "./network.ts";
import { Replica } from "./replica.ts";
import type { CallSpec, LinkSpec, ServiceSpec } from "./service-spec.ts";
import { Station, type StationCall } from "./station.ts";
import type { StationMeter } from "./station-meter.ts";
import type { StreamSpec } from "./stream-spec.ts";
import { type SessionSink, Terminals } from "./terminals.ts";

/** What the chain is built from: the validated parts of a scenario. */
export type ChainSpec = {
  readonly services: Readonly<Record<string, ServiceSpec>>;
  readonly network: Readonly<Record<string, LinkSpec>>;
  readonly traffic: Readonly<Record<string, StreamSpec>>;
  readonly faults: readonly Fault[];
};

/** How one world is made: its clock, its luck, and its way to each service. */
export type World = {
  readonly clock: Clock;
  readonly seed: string;
  readonly transportTo: (service: string) => Transport;
};

/** The spec of a service that is known to exist. */
export function serviceOf(chain: ChainSpec, name: string): ServiceSpec {
  const spec = chain.services[name];
  assert(spec !== undefined, `the loader lets no unknown service through: ${name}`);
  return spec;
}

/** The number of an operation within its service: what travels with a call. */
function operationNumber(spec: ServiceSpec, operation: string): number {
  const number = Object.keys(spec.operations).indexOf(operation);
  assert(number >= 0, `the loader lets no unknown operation through: ${operation}`);
  return number;
}

/** Builds one replica of a service with its stations and their call sites. */
export function buildReplica(
  chain: ChainSpec,
  world: World,
  service: string,
  number: number,
  ledger: Ledger,
  meterOf: (stage: string) => StationMeter,
): Replica {
  const { clock, seed } = world;
  const spec = serviceOf(chain, service);
  const stations = new Map<string, Station>();
  for (const [stage, stageSpec] of Object.entries(spec.stages)) {
    const call =
      stageSpec.call === undefined ? null : buildStationCall(chain, world, service, stageSpec.call);
    const name = `${service}.${stage}`;
    stations.set(stage, new Station(name, stageSpec, seed, clock, meterOf(stage), call));
  }
  return new Replica({ service, number, spec, seed, clock, stations, ledger });
}

function buildStationCall(
  chain: ChainSpec,
  world: World,
  from: string,
  call: CallSpec,
): StationCall {
  const target = serviceOf(chain, call.to);
  return {
    caller: new Caller(
      world.clock,
      world.transportTo(call.to),
      buildLink(chain.network, world.seed, from, call.to),
      buildBalancer(call.balancer, target.replicas),
      call.timeout ?? Number.POSITIVE_INFINITY,
    ),
    operationOf: (operation) => operationNumber(target, call.operation ?? operation),
  };
}

/** What a stream asks for: the operation of its journey, or its plain request. */
export function streamTarget(stream: StreamSpec): { service: string; operation: string } {
  if (stream.journey !== undefined) return { service: operatorName, operation: stream.journey };
  const [service = "", operation = ""] = (stream.calls ?? "").split(".");
  return { service, operation };
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
  const target = serviceOf(chain, service);
  const { clock, seed } = world;
  return new Terminals({
    clock,
    caller: new Caller(
      clock,
      world.transportTo(service),
      buildLink(chain.network, seed, terminalEnd, service),
      buildBalancer(stream.balancer, target.replicas),
      stream.patience?.wait ?? Number.POSITIVE_INFINITY,
    ),
    operation: operationNumber(target, operation),
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

/** Whether a stage that posts lies on the way of an operation, here or in what it calls. */
function operationPosts(chain: ChainSpec, service: string, operation: string): boolean {
  const spec = serviceOf(chain, service);
  return (spec.operations[operation] ?? []).some((stage) => {
    const { posts, call } = spec.stages[stage] ?? {};
    if (posts === true) return true;
    return call !== undefined && operationPosts(chain, call.to, call.operation ?? operation);
  });
}
