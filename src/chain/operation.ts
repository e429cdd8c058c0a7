import assert from "node:assert/strict";
import type { Station } from "./station.ts";

/** What a replica can be asked to do: its stations in order. */
export type Operation = {
  readonly name: string;
  readonly stations: readonly Station[];
  /** The first step that posts; -1 where none does. */
  readonly postingStep: number;
  /** Whether its answer says in which batch the credit is: it posts, or looks it up. */
  readonly namesBatch: boolean;
  /** Whether it is about a batch, and not about a payment that could be declined. */
  readonly reconciles: boolean;
};

/** @param stages - Their names, in order. */
export function buildOperation(
  name: string,
  stages: readonly string[],
  byName: ReadonlyMap<string, Station>,
): Operation {
  const stations = stages.map((stage) => {
    const station = byName.get(stage);
    assert(station !== undefined, `operation ${name} names a stage that exists`);
    return station;
  });
  return {
    name,
    stations,
    postingStep: stations.findIndex((station) => station.posts),
    namesBatch: stations.some(({ posts, reads }) => posts || reads),
    reconciles: stations.some((station) => station.reconciles),
  };
}
