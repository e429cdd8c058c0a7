import { z } from "zod";
import { checkKinds } from "../domain/credentials.ts";
import { PositiveDuration, Share } from "../kernel/units.ts";

const none = "0%";

/**
 * The signed links through which merchants activate, and how many are none of the operator's. What
 * is not genuine is rightly stopped, and never counts as uncredited.
 */
export const LinksSpec = z
  .strictObject({
    lifetime: PositiveDuration.default(600_000).describe(
      "A link is issued when its activation is due and valid for this long. Default: 10m, our own choice.",
    ),
    forged: Share.prefault(none).describe("Share of links that somebody else has signed."),
    expired: Share.prefault(none).describe("Share of links whose time is over."),
    replayed: Share.prefault(none).describe("Share of links that another activation has used."),
    missing: Share.prefault(none).describe("Share of requests without a link."),
  })
  .refine((it) => it.forged + it.expired + it.replayed + it.missing <= 1, {
    error: "expected shares that add up to at most 100%",
  })
  .describe("Activations start from a signed link. Absent: they show nothing that can be checked.");
export type LinksSpec = z.output<typeof LinksSpec>;

export const PagesSpec = z
  .strictObject({
    noCaptcha: Share.prefault(none).describe("Share of requests that pass the captcha by."),
    noSecondFactor: Share.prefault(none).describe("Share of requests without a code."),
    wrongCode: Share.prefault(none).describe("Share of requests whose code is guessed."),
  })
  .refine((it) => it.noCaptcha + it.noSecondFactor + it.wrongCode <= 1, {
    error: "expected shares that add up to at most 100%",
  })
  .describe("What requests with a good link lack of the page behind it. Absent: nothing.");
export type PagesSpec = z.output<typeof PagesSpec>;

export const ChecksSpec = z
  .array(z.enum(checkKinds, { error: () => `expected one of ${checkKinds.join(", ")}` }), {
    error: () => "expected a list such as [signature, expiry, single-use]",
  })
  .default([])
  .describe(
    "What the end of this stage checks of who sends the request; who fails is answered 63. " +
      "signature, expiry and single-use: of the link. captcha: of the page. second-factor: the " +
      "code, by RFC 6238 with steps of 30 seconds, one before and after.",
  );
