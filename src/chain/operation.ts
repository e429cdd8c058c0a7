import type { Station } from "./station.ts";

/** What a replica can be asked to do: its stations in order. */
export type Operation = {
  readonly name: string;
  readonly stations: readonly Station[];
  /** The first step that posts; -1 where none does. */
  readonly postingStep: number;
};
