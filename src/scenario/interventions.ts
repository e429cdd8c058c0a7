import type { CallSpec, ServiceSpec, StageSpec } from "../chain/service-spec.ts";
import type { StreamSpec } from "../chain/stream-spec.ts";
import { scaleDistribution } from "../kernel/scale-distribution.ts";
import type { Scenario } from "./schema.ts";

export const interventionKinds = ["faster", "worker", "replica", "link", "retries"] as const;
export type InterventionKind = (typeof interventionKinds)[number];

/** One small change of a scenario, to see what it would be worth. */
export type Intervention = {
  readonly kind: InterventionKind;
  /** Stage, service, link or call site: `bank.risk`, `bank`, `terminal-operator`. */
  readonly target: string;
  readonly scenario: Scenario;
};

/** What is 10 % faster does 1.1 times as much in the same time. */
const speedUp = 1.1;

/**
 * Every small change that a profile tries: each stage 10 % faster, or with one worker more; one
 * replica more of each service; each link 10 % faster; half of the retries, rounded down, of each
 * who asks again. What would change nothing (a stage or link that takes no time) is left out.
 */
export function interventionsOf(scenario: Scenario): readonly Intervention[] {
  const services = Object.entries(scenario.services);
  const stages = services.flatMap(([service, spec]) =>
    Object.entries(spec.stages).map(([stage, it]) => ({ service, spec, stage, it })),
  );
  const withStage = (service: string, spec: ServiceSpec, stage: string, it: StageSpec): Scenario =>
    withService(scenario, service, { ...spec, stages: { ...spec.stages, [stage]: it } });
  return [
    ...stages
      .filter(({ it }) => it.time !== 0)
      .map(({ service, spec, stage, it }): Intervention => {
        const time = scaleDistribution(it.time, 1 / speedUp);
        const changed = withStage(service, spec, stage, { ...it, time });
        return { kind: "faster", target: `${service}.${stage}`, scenario: changed };
      }),
    ...stages.map(({ service, spec, stage, it }): Intervention => {
      const changed = withStage(service, spec, stage, { ...it, workers: it.workers + 1 });
      return { kind: "worker", target: `${service}.${stage}`, scenario: changed };
    }),
    ...services.map(([service, spec]): Intervention => {
      const changed = withService(scenario, service, { ...spec, replicas: spec.replicas + 1 });
      return { kind: "replica", target: service, scenario: changed };
    }),
    ...Object.entries(scenario.network)
      .filter(([, { latency }]) => latency !== 0)
      .map(([link, spec]): Intervention => {
        const latency = scaleDistribution(spec.latency, 1 / speedUp);
        const network = { ...scenario.network, [link]: { ...spec, latency } };
        return { kind: "link", target: link, scenario: { ...scenario, network } };
      }),
    ...stages.flatMap(({ service, spec, stage, it }): Intervention[] => {
      const { call } = it;
      if (call?.retry === undefined) return [];
      const changed = withStage(service, spec, stage, { ...it, call: fewerRetries(call) });
      return [{ kind: "retries", target: `${service}.${stage}`, scenario: changed }];
    }),
    ...Object.entries(scenario.traffic).flatMap(([name, stream]): Intervention[] => {
      const isAskedAgain = stream.retry !== undefined || (stream.patience?.retries ?? 0) > 0;
      if (!isAskedAgain) return [];
      const traffic = { ...scenario.traffic, [name]: fewerTaps(fewerRetries(stream)) };
      return [{ kind: "retries", target: `traffic.${name}`, scenario: { ...scenario, traffic } }];
    }),
  ];
}

function withService(scenario: Scenario, name: string, spec: ServiceSpec): Scenario {
  return { ...scenario, services: { ...scenario.services, [name]: spec } };
}

/** With one retry, half of it is none. */
function fewerRetries<C extends Pick<CallSpec, "retry">>(caller: C): C {
  const { retry, ...rest } = caller;
  if (retry === undefined) return caller;
  const retryCount = Math.floor((retry.attempts - 1) / 2);
  if (retryCount === 0) return rest as C; // `retry` is optional.
  return { ...caller, retry: { ...retry, attempts: 1 + retryCount } };
}

function fewerTaps(stream: StreamSpec): StreamSpec {
  const { patience } = stream;
  if (patience === undefined) return stream;
  return { ...stream, patience: { ...patience, retries: Math.floor(patience.retries / 2) } };
}
