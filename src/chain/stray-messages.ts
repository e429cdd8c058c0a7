import type { Cause } from "../domain/outcome.ts";
import type { ChainSpec } from "./chain-spec.ts";
import { streamTarget } from "./chain-spec.ts";
import { KeyedMap } from "./keyed-map.ts";
import { terminalEnd } from "./network.ts";
import { servicesOf } from "./service-spec.ts";

/**
 * What a link with faults is to blame for, which nobody who waits can know: a message that it loses,
 * or holds for longer than its sender waits, looks to them like a service that does not answer.
 */
export type WayBlame = {
  readonly cause: Cause;
  /** The shortest time that anybody who calls this way waits for one answer. [ms] */
  readonly patienceMs: number;
};

/** Null for a way that only notices take: no activation waits for those. */
export function wayBlame(chain: ChainSpec, from: string, to: string): WayBlame | null {
  if (from === terminalEnd) {
    const waits = Object.values(chain.traffic)
      .filter((stream) => streamTarget(stream).service === to)
      .flatMap(({ timeout, patience }) => [timeout ?? never, patience?.wait ?? never]);
    return { cause: "network", patienceMs: Math.min(never, ...waits) };
  }
  const calls = Object.values(chain.services[from]?.stages ?? {}).flatMap(({ call }) =>
    call !== undefined && servicesOf(call.to).includes(to) ? [call] : [],
  );
  if (calls.length === 0) return null;
  const waits = calls.map(({ timeout }) => timeout ?? never);
  return { cause: "communication", patienceMs: Math.min(...waits) };
}

const never = Number.POSITIVE_INFINITY;

/** The activations that lost a message on a link with faults, or had one held for too long. */
export class StrayMessages {
  readonly #blames = new KeyedMap<Cause>();

  strayed(blame: WayBlame, streamKey: number, index: number): void {
    this.#blames.set(streamKey, index, blame.cause);
  }

  /** What its way is to blame for; `undefined`: nothing. Forgets it. */
  take(streamKey: number, index: number): Cause | undefined {
    return this.#blames.take(streamKey, index);
  }
}
