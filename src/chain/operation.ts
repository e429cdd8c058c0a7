import assert from "node:assert/strict";
import type { Station } from "./station.ts";

/** What a replica can be asked to do: its stations in order. */
export type Operation = {
  readonly name: string;
  /** Its place among the operations of its service. */
  readonly number: number;
  readonly stations: readonly Station[];
  /** The first step that posts; -1 where none does. */
  readonly postingStep: number;
  /** Before which step it may be declined: the posting one, or at the end; -1: never. */
  readonly decidingStep: number;
  /** Whether its answer says in which batch the credit is: it posts, or looks it up. */
  readonly namesBatch: boolean;
};

/** @param stages - Their names, in order. */
export function buildOperation(
  name: string,
  number: number,
  stages: readonly string[],
  byName: ReadonlyMap<string, Station>,
): Operation {
  const stations = stages.map((stage) => {
    const station = byName.get(stage);
    assert(station !== undefined, `operation ${name} names a stage that exists`);
    return station;
  });
  const postingStep = stations.findIndex((station) => station.posts);
  // What is about a batch is about no payment that could be declined.
  const isOfBatch = stations.some((station) => station.reconciles);
  const decidingStep = postingStep >= 0 ? postingStep : stations.length;
  return {
    name,
    number,
    stations,
    postingStep,
    decidingStep: isOfBatch ? -1 : decidingStep,
    namesBatch: stations.some(({ posts, reads }) => posts || reads),
  };
}
