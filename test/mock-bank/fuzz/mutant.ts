import type { CredentialKeys } from "../../../src/live/credentials-wire.ts";
import type { Luck } from "./luck.ts";
import type { Sender } from "./sender.ts";

/** What a mutant is made from. */
export type Origin = {
  readonly keys: CredentialKeys;
  readonly luck: Luck;
  /** The time step of the codes. */
  readonly step: number;
  /** A sender whose request was approved long ago: its link is used, its credit stands. */
  readonly victim: Sender;
  /** A sender of whom nobody has heard: what is good of it would be approved. */
  readonly fresh: Sender;
};

/** A request that must not be approved, nor post anything. */
export type Mutant = {
  readonly kind: string;
  readonly bytes: Buffer;
  /** It may still be the victim's own request, word for word as far as anybody checks: a repeat. */
  readonly mayRepeat: boolean;
};

/** Changes until something is changed. */
export function changed(text: string, change: () => string): string {
  for (let round = 0; round < 100; round += 1) {
    const it = change();
    if (it !== text) return it;
  }
  throw new Error("nothing is changed");
}
