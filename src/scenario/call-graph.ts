import { servicesOf } from "../chain/service-spec.ts";
import type { Scenario } from "./schema.ts";

/** Which services each station calls, by its name, such as `operator.forward`. */
export type CallGraph = Readonly<Record<string, readonly string[]>>;

/** The stations of a scenario that call, and whom. */
export function callGraphOf({ services }: Pick<Scenario, "services">): CallGraph {
  return Object.fromEntries(
    Object.entries(services).flatMap(([service, { stages }]) =>
      Object.entries(stages).flatMap(([stage, { call }]) =>
        call === undefined ? [] : [[`${service}.${stage}`, servicesOf(call.to)]],
      ),
    ),
  );
}
