import { z } from "zod";
import { DurationDistribution } from "../kernel/distribution.ts";
import {
  Bandwidth,
  Duration,
  formatBandwidth,
  formatDuration,
  PositiveDuration,
  Share,
} from "../kernel/units.ts";

/** Which of the two ways of a link: what is asked, and what is answered. */
export const Way = { ask: 0, answer: 1 } as const;
export type Way = (typeof Way)[keyof typeof Way];

const ways = z.enum(["both", "asks", "answers"], {
  error: () => "expected both, asks or answers",
});
type Ways = z.output<typeof ways>;

/** What a fault can do to the messages of a link. Shares are drawn for each message by itself. */
export const linkEffectsShape = {
  loss: Share.optional().describe("Link: share of the messages that never arrive."),
  latency: DurationDistribution.optional().describe("Link: time added to each message."),
  jitter: Duration.optional().describe("Link: 0 to this, evenly drawn, added to each message."),
  stall: z
    .literal(true, { error: () => "expected true" })
    .optional()
    .describe("Link: nothing passes; what is held is delivered in its order at the end."),
  partition: ways
    .optional()
    .describe("Link: every message of that way is lost: both, asks or answers."),
  bandwidth: Bandwidth.optional().describe(
    "Link: each way carries one message after the other, at this pace.",
  ),
  reset: Share.optional().describe(
    "Link: share of the messages whose connection breaks; the caller learns it at once.",
  ),
  drop: Share.optional().describe(
    "Link: share of the messages thrown away at the far end, when they have used the line.",
  ),
  duplicate: Share.optional().describe("Link: share of the requests that arrive twice."),
  reorder: z
    .strictObject({
      share: Share.describe("Share of the messages."),
      by: PositiveDuration.describe("How long each of them is held back."),
    })
    .optional()
    .describe("Link: a share of the messages is held back, so that later ones overtake."),
  corrupt: Share.optional().describe(
    "Link: share of the messages that arrive damaged, so that the exchange fails.",
  ),
  way: ways
    .optional()
    .describe(
      "Link: which messages loss, latency, jitter, stall, bandwidth, reset, drop, reorder and " +
        "corrupt act on: both, asks or answers. Absent: both.",
    ),
};

export type LinkEffects = {
  readonly [K in keyof typeof linkEffectsShape]?: z.output<(typeof linkEffectsShape)[K]>;
};

/** The keys of `LinkEffects` that do something; `way` only says to which messages. */
export const linkEffects = [
  ...(["loss", "latency", "jitter", "stall", "partition", "bandwidth"] as const),
  ...(["reset", "drop", "duplicate", "reorder", "corrupt"] as const),
] as const;

/** The effects that `way` can restrict. `partition` names its own; requests alone are duplicated. */
export const oneWayEffects: readonly string[] = linkEffects.filter(
  (it) => it !== "partition" && it !== "duplicate",
);

export function includesWay(ways: Ways | undefined, way: Way): boolean {
  return ways === "asks" ? way === Way.ask : ways === "answers" ? way === Way.answer : true;
}

/** `0.002` as `0.2 %`. */
export function renderShare(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(6))} %`;
}

/** The effects in a reader's words, such as `5 % lost`. */
export function describeLinkEffects(it: LinkEffects): string[] {
  const share = (ratio: number | undefined, what: string): string | undefined =>
    ratio === undefined ? undefined : `${renderShare(ratio)} ${what}`;
  const { latency, jitter, partition, bandwidth, reorder } = it;
  const added = typeof latency === "number" ? ` +${formatDuration(latency)}` : " added";
  const words = [
    share(it.loss, "lost"),
    latency === undefined ? undefined : `latency${added}`,
    jitter === undefined ? undefined : `jitter up to ${formatDuration(jitter)}`,
    it.stall === undefined ? undefined : "stalls",
    partition === undefined ? undefined : `cut${partition === "both" ? "" : ` for ${partition}`}`,
    bandwidth === undefined ? undefined : `at ${formatBandwidth(bandwidth)}`,
    share(it.reset, "reset"),
    share(it.drop, "dropped"),
    share(it.duplicate, "of asks doubled"),
    reorder && share(reorder.share, `held back ${formatDuration(reorder.by)}`),
    share(it.corrupt, "damaged"),
  ].filter((it) => it !== undefined);
  const only = it.way === undefined || it.way === "both" ? [] : [`${it.way} alone`];
  return [...words, ...only];
}
