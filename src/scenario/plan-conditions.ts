import { Fault } from "../fault/fault.ts";
import { scaleArrivals } from "./load-factor.ts";
import type { PlanSpec } from "./plan-spec.ts";
import type { Scenario } from "./schema.ts";

/** Under what the gates must hold: one load, and nothing or one failure besides. */
export type PlanCondition = {
  /** `2x`, `2x, slow-bank`, `1x, replica-down (bank)`. */
  readonly name: string;
  /** Times the load of the scenario. */
  readonly load: number;
  readonly failure: string | null;
  /** The service of which one replica is down. */
  readonly replicaDown: string | null;
  readonly down: Fault["down"];
  readonly faults: readonly Fault[];
};

/** Every load by itself, then each failure under each of its loads. */
export function conditionsOf(
  spec: Pick<PlanSpec, "loads" | "failures">,
  services: readonly string[],
): readonly PlanCondition[] {
  return [
    ...spec.loads.map((load) => healthy(load)),
    ...Object.entries(spec.failures).flatMap(([failure, it]) => {
      const { replicaDown: down } = it;
      const named = typeof down === "string" ? [down] : (down ?? [null]);
      const struck = down === "any" ? services : named;
      return (it.loads ?? spec.loads).flatMap((load) =>
        struck.map((replicaDown): PlanCondition => {
          const isOne = replicaDown === null || (typeof down === "string" && down !== "any");
          const name = `${load}x, ${failure}${isOne ? "" : ` (${replicaDown})`}`;
          return { name, load, failure, replicaDown, down: it.down, faults: it.faults ?? [] };
        }),
      );
    }),
  ];
}

/** A load without any failure but those of the scenario itself. */
export function healthy(load: number): PlanCondition {
  const none = { failure: null, replicaDown: null, down: undefined, faults: [] };
  return { name: `${load}x`, load, ...none };
}

/** The scenario under a condition. Its own faults keep their places, and so their luck. */
export function underCondition(scenario: Scenario, condition: PlanCondition): Scenario {
  const { load, replicaDown, down, faults } = condition;
  const traffic = Object.entries(scenario.traffic).map(([name, stream]) => [
    name,
    { ...stream, arrivals: scaleArrivals(stream.arrivals, load) },
  ]);
  const replicas = scenario.services[replicaDown ?? ""]?.replicas;
  const dead =
    replicas === undefined
      ? []
      : [Fault.parse({ at: "0s", on: `${replicaDown}#${replicas}`, down })];
  return {
    ...scenario,
    traffic: Object.fromEntries(traffic),
    faults: [...scenario.faults, ...faults, ...dead],
    plan: undefined,
  };
}

/** Terminals of a closed population at a load; 0 where that cannot be. */
export function terminalsAt(terminals: number, load: number): number {
  return Math.round(terminals * load);
}
