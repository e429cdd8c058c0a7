import type { PaymentKey } from "./payment.ts";

/**
 * What a request shows of who sends it: the signed link that the merchant opened, the parts of the
 * page behind it, the code of the second factor. Live, it is read from the wire and its signature
 * and code are checked by real cryptography (`live/credentials-wire.ts`); simulated, the terminal
 * says what a check would find. What is refused, and why, is decided here for both.
 */
export type Credentials = {
  readonly link: ShownLink | null;
  /** The page had its captcha, and it was solved. */
  readonly hasCaptcha: boolean;
  /** The time step of the second factor's code; `noCode`, or `wrongCode` if it fits none. */
  readonly codeStep: number;
  /** When the terminal sent it, by its own clock. [ms of the run] */
  readonly terminalMs: number;
};

export type ShownLink = {
  /** The signature is the operator's, over just this link and this merchant. */
  readonly isSigned: boolean;
  /** Not to be used from then on. [ms of the run] */
  readonly expiresMs: number;
  /** Unique to a link: the stream and number of the activation that it was issued for. */
  readonly nonceStream: number;
  readonly nonceIndex: number;
};

export const noCode = -1;
export const wrongCode = -2;

/** Time step of the second factor. RFC 6238, section 5.2, recommends 30 seconds. [ms] */
export const codeStepMs = 30_000;
/** Steps before and after the present one whose codes are taken. RFC 6238, section 5.2: at most one. */
export const codeStepsAround = 1;

/**
 * What instant 0 of every run stands for: codes are made from a date, and the same scenario must
 * have the same codes. 2026-01-01T00:00:00Z. [ms since 1970]
 */
export const runEpochMs = 1_767_225_600_000;

/** The time step of RFC 6238 that an instant of the run lies in. */
export function codeStepAt(atMs: number): number {
  return Math.floor((runEpochMs + atMs) / codeStepMs);
}

/**
 * What the end of a stage can check of a request, in the order in which it is checked. A link is used
 * up last: who has stolen one cannot burn it with a wrong code.
 */
export const checkKinds = [
  "signature",
  "expiry",
  "captcha",
  "second-factor",
  "single-use",
] as const;
export type CheckKind = (typeof checkKinds)[number];

/** Which links were used, and by which activation: shared by all replicas of a service. */
export interface UsedLinks {
  /** Uses a link. @returns False if another activation has used it. */
  use(nonceStream: number, nonceIndex: number, streamKey: number, index: number): boolean;
}

/**
 * Holds what a request shows against the checks that are switched on.
 *
 * @param checks - In the order of `checkKinds`.
 * @returns The first check that it fails, or `null`. What shows nothing fails every check.
 */
export function failedCheck(
  checks: readonly CheckKind[],
  shown: Credentials | null,
  of: PaymentKey,
  nowMs: number,
  used: UsedLinks,
): CheckKind | null {
  for (const check of checks) {
    if (shown === null || !passes(check, shown, of, nowMs, used)) return check;
  }
  return null;
}

function passes(
  check: CheckKind,
  shown: Credentials,
  { streamKey, index }: PaymentKey,
  nowMs: number,
  used: UsedLinks,
): boolean {
  const { link } = shown;
  switch (check) {
    case "signature":
      return link?.isSigned === true;
    case "expiry":
      // A terminal whose clock is ahead finds its link expired before the operator does.
      return link !== null && Math.max(nowMs, shown.terminalMs) < link.expiresMs;
    case "single-use":
      return link !== null && used.use(link.nonceStream, link.nonceIndex, streamKey, index);
    case "captcha":
      return shown.hasCaptcha;
    case "second-factor":
      return shown.codeStep >= 0 && Math.abs(shown.codeStep - codeStepAt(nowMs)) <= codeStepsAround;
  }
}
