import type { FaultKind } from "../fault/fault.ts";
import type { MapNode, SourceNode } from "./source-tree.ts";

/** One entry of `faults`, as it was written. */
export type WrittenFault = {
  readonly root: MapNode;
  readonly services: MapNode;
  readonly node: SourceNode;
  /** `faults.0` */
  readonly of: string;
  readonly index: number;
  /** Its effects in the order in which they were written. */
  readonly effects: readonly string[];
  /** What they act on; `undefined` where there are none, or of several kinds. */
  readonly kind: FaultKind | undefined;
};

/** What an effect acts on, as a part of a sentence. */
export const actsOn: Readonly<Record<FaultKind, string>> = {
  service: "acts on a service",
  link: "acts on a link",
  traffic: "acts on traffic",
};
