import { z } from "zod";
import { formatDuration, PositiveDuration, Share } from "../kernel/units.ts";
import { renderShare } from "./link-effects.ts";

const everyone = "100%";

/** What a fault can do to the activations of a stream that shows signed links. */
export const trafficEffectsShape = {
  forged: Share.optional().describe(
    "Traffic: share of the activations whose link is forged: a wave of forged links.",
  ),
  losesPart: z
    .strictObject({
      part: z
        .enum(["link", "captcha", "code"], { error: () => "expected link, captcha or code" })
        .describe("What the page lacks."),
      share: Share.prefault(everyone).describe("Share of the activations that meet such a page."),
    })
    .optional()
    .describe(
      "Traffic: the page through which merchants activate is broken, and a part is missing.",
    ),
  skew: z
    .strictObject({
      by: PositiveDuration.describe("How far the clock is ahead."),
      share: Share.prefault(everyone).describe("Share of the activations from such terminals."),
    })
    .optional()
    .describe("Traffic: clocks of terminals are ahead, so that codes and links do not fit."),
};

export type TrafficEffects = {
  readonly [K in keyof typeof trafficEffectsShape]?: z.output<(typeof trafficEffectsShape)[K]>;
};

/** The effects on who activates; `surge` is about how many. */
export const identityEffects = ["forged", "losesPart", "skew"] as const;

/** The effects in a reader's words, such as `30 % forged`. */
export function describeTrafficEffects({ forged, losesPart, skew }: TrafficEffects): string[] {
  return [
    forged === undefined ? undefined : `${renderShare(forged)} forged`,
    losesPart && `page without ${losesPart.part}${ofSome(losesPart.share)}`,
    skew && `clocks ${formatDuration(skew.by)} ahead${ofSome(skew.share)}`,
  ].filter((it) => it !== undefined);
}

function ofSome(share: number): string {
  return share === 1 ? "" : ` for ${renderShare(share)}`;
}
