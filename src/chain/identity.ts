import { type Credentials, codeStepAt, noCode, wrongCode } from "../domain/credentials.ts";
import type { Intent } from "../domain/intent.ts";
import type { TrafficTroubles } from "../fault/traffic-troubles.ts";
import { draw, siteKey } from "../kernel/draw.ts";
import type { LinksSpec, PagesSpec } from "./identity-spec.ts";
import { usedBeforeStream } from "./journals.ts";

export type IdentityParts = {
  readonly seed: string;
  readonly streamKey: number;
  readonly links: LinksSpec;
  readonly pages: PagesSpec | undefined;
  readonly troubles: TrafficTroubles;
};

/** Links that were used before the run began: so many, and a replayed link is one of them. */
export const usedBeforeCount = 64;
/** An expired link was valid until this long before its activation was due. [ms] */
const expiredForMs = 60_000;

/** How a link can be bad, in the order in which it is drawn. */
const badLinks = ["forged", "expired", "replayed", "missing"] as const;
type BadLink = (typeof badLinks)[number];

/** Who really starts the activations of one stream, and what their requests show. */
export class Identity {
  readonly #parts: IdentityParts;
  readonly #linkSite: number;
  readonly #pageSite: number;
  readonly #badLinks: readonly { readonly kind: BadLink; readonly share: number }[];

  constructor(parts: IdentityParts) {
    this.#parts = parts;
    this.#badLinks = badLinks.map((kind) => ({ kind, share: parts.links[kind] }));
    this.#linkSite = siteKey(parts.seed, "traffic/link");
    this.#pageSite = siteKey(parts.seed, "traffic/page");
  }

  /** What an activation is meant to be: drawn once, whatever is tried against it. */
  intentOf(index: number, plannedMs: number): Intent {
    const { streamKey, pages, troubles } = this.#parts;
    if (troubles.forges(streamKey, index, plannedMs)) return "forged";
    let u = draw(this.#linkSite, streamKey, index, 0);
    for (const { kind, share } of this.#badLinks) {
      if (u < share) return kind;
      u -= share;
    }
    if (pages === undefined) return "genuine";
    u = draw(this.#pageSite, streamKey, index, 0);
    if (u < pages.noCaptcha) return "no-captcha";
    u -= pages.noCaptcha;
    if (u < pages.noSecondFactor) return "no-second-factor";
    u -= pages.noSecondFactor;
    return u < pages.wrongCode ? "wrong-code" : "genuine";
  }

  /** What a request shows that leaves at `nowMs`. A code is typed anew at each tap. */
  show(intent: Intent, index: number, plannedMs: number, nowMs: number): Credentials {
    const { streamKey, links, troubles } = this.#parts;
    const lost = troubles.lostParts(streamKey, index, plannedMs);
    const terminalMs = nowMs + troubles.skewMs(streamKey, index, plannedMs);
    const isUsed = intent === "replayed";
    const expiresMs = intent === "expired" ? plannedMs - expiredForMs : plannedMs + links.lifetime;
    const hasLink = intent !== "missing" && !lost.link;
    return {
      link: hasLink
        ? {
            isSigned: intent !== "forged",
            expiresMs: Math.round(expiresMs),
            nonceStream: isUsed ? usedBeforeStream : streamKey,
            nonceIndex: isUsed ? index % usedBeforeCount : index,
          }
        : null,
      hasCaptcha: intent !== "no-captcha" && !lost.captcha,
      codeStep: codeStepOf(intent, lost.code, terminalMs),
      terminalMs,
    };
  }
}

function codeStepOf(intent: Intent, isLost: boolean, terminalMs: number): number {
  if (isLost || intent === "no-second-factor") return noCode;
  return intent === "wrong-code" ? wrongCode : codeStepAt(terminalMs);
}

/** What a notice shows: that the bank has signed it. */
export function signedNotice(streamKey: number, index: number, nowMs: number): Credentials {
  const link = {
    isSigned: true,
    expiresMs: Math.round(nowMs) + expiredForMs,
    nonceStream: streamKey,
    nonceIndex: index,
  };
  return { link, hasCaptcha: false, codeStep: noCode, terminalMs: nowMs };
}
