import { roundMs } from "../kernel/units.ts";
import { episodesOf, joinEpisodes } from "./episodes.ts";
import { type Fault, faultKind, type NumberedFault } from "./fault.ts";
import { StallGate } from "./line.ts";
import { includesWay, Way } from "./link-effects.ts";
import { Site, Trouble } from "./link-trouble.ts";

/** What becomes of a message. */
export type MessageFate = {
  /**
   * lost: it never arrives. reset: the connection breaks, and the caller learns it after `delayMs`.
   * corrupted: it arrives after `delayMs` and cannot be read.
   */
  kind: "delivered" | "lost" | "reset" | "corrupted";
  /** What the faults add to its way. [ms, whole microseconds; 0 where it is lost] */
  delayMs: number;
  /** It arrives twice, at one instant. Requests alone. */
  isDoubled: boolean;
};

export type LinkFaultsOptions = {
  /** Its name, as `network` writes it, or else as the first fault does. It keys the draws. */
  readonly link: string;
  /** Those of this link, as `linkFaultsOf` selects them. */
  readonly faults: readonly NumberedFault[];
  readonly seed: string;
  /** End of the scenario and of its drain. [ms of the scenario] */
  readonly untilMs: number;
  /** Where in the scenario the run starts. [ms] */
  readonly windowFromMs: number;
};

/** The faults that are aimed at the link between two ends, whichever of them `on` names first. */
export function linkFaultsOf(
  faults: readonly Fault[],
  a: string,
  b: string,
): readonly NumberedFault[] {
  return faults.flatMap((fault, index) => {
    const isOurs = fault.on === `${a}-${b}` || fault.on === `${b}-${a}`;
    return isOurs && faultKind(fault) === "link" ? [{ fault, index }] : [];
  });
}

/**
 * What the faults of one link do to each message, in both worlds. In the order of its way:
 *
 *   cut or lost | wait for the stall's end | reset | line of small bandwidth | dropped, damaged,
 *   doubled | latency, jitter | held back, to be overtaken | wait, if it would arrive in a stall
 *
 * What was on its way in a stall keeps its order. Draws are keyed by fault, effect, way and message.
 */
export class LinkFaults {
  readonly #troubles: readonly Trouble[];
  /** By way. */
  readonly #gates: readonly [StallGate, StallGate];
  readonly #lastHeldMs: [number, number] = [0, 0];
  readonly #fate: MessageFate = { kind: "delivered", delayMs: 0, isDoubled: false };

  constructor(options: LinkFaultsOptions) {
    const { link, faults, seed, untilMs, windowFromMs } = options;
    this.#troubles = faults.map((it) => new Trouble(it, link, seed, untilMs, windowFromMs));
    const gate = (way: Way): StallGate => {
      const stalls = faults.filter(({ fault }) => fault.stall && includesWay(fault.way, way));
      const episodes = stalls.flatMap((it) => episodesOf(it.fault, seed, it.index, untilMs));
      return new StallGate(joinEpisodes(episodes), windowFromMs);
    };
    this.#gates = [gate(Way.ask), gate(Way.answer)];
  }

  /**
   * What becomes of one message that enters the link now. The object that it returns is reused.
   *
   * @param nowMs - Of the run. It never decreases from call to call.
   */
  decide(
    way: Way,
    streamKey: number,
    index: number,
    attempt: number,
    nowMs: number,
    bytes: number,
  ): MessageFate {
    const fate = this.#fate;
    fate.kind = "delivered";
    fate.delayMs = 0;
    fate.isDoubled = false;
    const gate = this.#gates[way];
    gate.advanceTo(nowMs);
    for (const trouble of this.#troubles) {
      trouble.course.advanceTo(nowMs);
      if (trouble.cuts(way) || trouble.strikes(Site.loss, way, streamKey, index, attempt)) {
        fate.kind = "lost";
      }
    }
    if (fate.kind === "lost") return fate;
    let atMs = gate.doneMs(nowMs, 0);
    if (atMs === Number.POSITIVE_INFINITY) {
      fate.kind = "lost"; // Held until the run is over.
      return fate;
    }
    for (const trouble of this.#troubles) {
      if (!trouble.strikes(Site.reset, way, streamKey, index, attempt)) continue;
      fate.kind = "reset";
      fate.delayMs = roundMs(atMs - nowMs);
      return fate;
    }
    for (const { lines } of this.#troubles) {
      if (lines !== null) atMs = lines[way].passedMs(atMs, bytes, gate);
    }
    let addedMs = 0;
    let heldBackMs = 0;
    for (const trouble of this.#troubles) {
      if (trouble.course.strength === 0) continue;
      if (trouble.strikes(Site.drop, way, streamKey, index, attempt)) fate.kind = "lost";
      if (trouble.strikes(Site.corrupt, way, streamKey, index, attempt)) {
        if (fate.kind === "delivered") fate.kind = "corrupted";
      }
      if (trouble.strikes(Site.duplicate, way, streamKey, index, attempt)) fate.isDoubled = true;
      if (trouble.strikes(Site.reorder, way, streamKey, index, attempt)) {
        heldBackMs += trouble.reorderByMs;
      }
      addedMs += trouble.delayMs(way, streamKey, index, attempt);
    }
    if (fate.kind !== "delivered") fate.isDoubled = false;
    if (fate.kind === "lost") return fate;
    atMs = gate.doneMs(atMs + addedMs, 0);
    if (heldBackMs > 0 && !gate.isShutBefore(atMs)) atMs = gate.doneMs(atMs + heldBackMs, 0);
    if (atMs === Number.POSITIVE_INFINITY) {
      fate.kind = "lost";
      fate.isDoubled = false;
      return fate;
    }
    const isHeld = gate.isShutBefore(atMs);
    fate.delayMs = isHeld ? this.#inOrder(way, nowMs, atMs) : roundMs(atMs - nowMs);
    return fate;
  }

  /** The delay until `atMs`, or until what was held before it has arrived. */
  #inOrder(way: Way, nowMs: number, atMs: number): number {
    const lastMs = this.#lastHeldMs[way];
    let delayMs = roundMs(Math.max(atMs, lastMs) - nowMs);
    // The last bit of a sum must not let it overtake.
    if (nowMs + delayMs < lastMs) delayMs = roundMs(delayMs + 0.001);
    this.#lastHeldMs[way] = nowMs + delayMs;
    return delayMs;
  }
}
