import type { Transport } from "../chain/call.ts";
import { serviceOf } from "../chain/chain-spec.ts";
import { linkName } from "../chain/network.ts";
import { StrayMessages, wayBlame } from "../chain/stray-messages.ts";
import { LinkFaults, linkFaultsOf } from "../fault/link-faults.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { DirectTransport } from "./direct-transport.ts";
import { FaultyLink } from "./faulty-link.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** The links of a simulated run that have faults. */
export class SimulatedLinks {
  /** Whose messages went astray on them. */
  readonly strays = new StrayMessages();
  readonly #scenario: Scenario;
  readonly #clock: VirtualClock;
  readonly #seed: string;
  readonly #windowFromMs: number;
  readonly #untilMs: number;
  /** By the two ends: all who use a link share what it does, such as the line of small bandwidth. */
  readonly #faults = new Map<string, LinkFaults | null>();

  /** @param untilMs - The end of the run, in the scenario's time. */
  constructor(
    scenario: Scenario,
    clock: VirtualClock,
    seed: string,
    windowFromMs: number,
    untilMs: number,
  ) {
    this.#scenario = scenario;
    this.#clock = clock;
    this.#seed = seed;
    this.#windowFromMs = windowFromMs;
    this.#untilMs = untilMs;
  }

  /** The way between two ends: the plain one, or one with the faults of its link. */
  between(from: string, to: string, way: DirectTransport): Transport {
    const key = `${from} ${to}`;
    let faults = this.#faults.get(key);
    if (faults === undefined) {
      faults = this.#build(from, to);
      this.#faults.set(key, faults);
    }
    if (faults === null) return way;
    const operations = Object.keys(serviceOf(this.#scenario, to).operations);
    const blame = wayBlame(this.#scenario, from, to);
    return new FaultyLink(this.#clock, faults, way, operations, blame, this.strays);
  }

  #build(from: string, to: string): LinkFaults | null {
    const faults = linkFaultsOf(this.#scenario.faults, from, to);
    if (faults.length === 0) return null;
    return new LinkFaults({
      link: linkName(this.#scenario.network, from, to, faults[0]?.fault.on),
      faults,
      seed: this.#seed,
      untilMs: this.#untilMs,
      windowFromMs: this.#windowFromMs,
    });
  }
}
