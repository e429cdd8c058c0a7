import type { Way } from "../fault/link-effects.ts";
import type { LinkFaults, MessageFate } from "../fault/link-faults.ts";
import { siteKey } from "../kernel/draw.ts";
import type { DrawKey } from "./draw-key.ts";
import type { LinkCounts } from "./messages.ts";
import type { WallClock } from "./wall-clock.ts";

/** Decides what becomes of each message of a link. */
export type FateSource = Pick<LinkFaults, "decide">;

export const untouched: Readonly<MessageFate> = {
  kind: "delivered",
  delayMs: 0,
  isDoubled: false,
};
/** Of the first so many messages that went astray it is remembered whose they were. */
const strayMaxCount = 100_000;

const keylessStream = siteKey("tillstorm", "messages without a key");

/** Asks for the fate of every message of a link while the run goes on, and counts what it was. */
export class LinkFates {
  readonly counts: LinkCounts = {
    messages: 0,
    lost: 0,
    reset: 0,
    corrupted: 0,
    doubled: 0,
    delayed: 0,
  };
  /** Stream and number of each activation whose message was lost or held too long, pair by pair. */
  readonly strayKeys: number[] = [];
  readonly #clock: WallClock;
  readonly #source: FateSource;
  readonly #patienceMs: number;
  #keylessCount = 0;

  /** @param patienceMs - Held longer than this, a message is as good as lost. */
  constructor(clock: WallClock, source: FateSource, patienceMs: number) {
    this.#patienceMs = patienceMs;
    this.#clock = clock;
    this.#source = source;
  }

  /** The key of a request's draws. One that brings none is a new activation each time. */
  keyOf(drawKey: DrawKey | undefined): DrawKey {
    if (drawKey !== undefined) return drawKey;
    this.#keylessCount += 1;
    return { streamKey: keylessStream, index: this.#keylessCount, attempt: 0 };
  }

  /** To be read before the next one is asked for. Outside the run every message passes. */
  decide(way: Way, { streamKey, index, attempt }: DrawKey, bytes: number): Readonly<MessageFate> {
    const clock = this.#clock;
    if (!clock.isRunning) return untouched;
    clock.catchUp();
    const fate = this.#source.decide(way, streamKey, index, attempt, clock.nowMs(), bytes);
    const { counts } = this;
    counts.messages += 1;
    if (fate.kind !== "delivered") counts[fate.kind] += 1;
    const isStray = fate.kind === "lost" || fate.delayMs >= this.#patienceMs;
    if (isStray && this.strayKeys.length < 2 * strayMaxCount) {
      this.strayKeys.push(streamKey, index);
    }
    if (fate.kind !== "lost" && fate.delayMs > 0) counts.delayed += 1;
    if (fate.isDoubled) counts.doubled += 1;
    return fate;
  }
}
