import { z } from "zod";

/** What time of an activation can be spent on, from its planned instant to its end at the terminal. */
export const timeKinds = ["wait", "service", "link", "pause", "timeout", "fault"] as const;
export type TimeKind = (typeof timeKinds)[number];

const count = z.int().nonnegative();
const ms = z.number();

const TailPart = z.strictObject({
  part: z.string().describe("Stage, link or call site: bank.risk, terminal-operator, terminal."),
  kind: z
    .enum(timeKinds)
    .describe(
      "wait: in a queue. service: in a worker's hands. link: messages under way. pause: between taps, " +
        "and backing off. timeout: waiting for an answer that did not come in time. fault: held up by a " +
        "fault at a door or stage.",
    ),
  medianMeanMs: ms.describe("Mean over the activations around the median."),
  tailMeanMs: ms.describe("Mean over the slowest."),
  differenceMs: ms,
});
export type TailPart = z.infer<typeof TailPart>;

/**
 * Where the slowest 1 % of the activations lost their time, against those around the median. With
 * several seeds: of the first run alone.
 */
export const Tail = z.strictObject({
  p99Ms: ms.describe("Latency from which on an activation is among the slowest: exact quantile."),
  medianMs: ms,
  count: count.describe("Activations with a latency of at least p99Ms."),
  sampledCount: count.describe("Those that were taken apart: all, or evenly spaced by latency."),
  medianCount: count.describe("Activations from the 45th to the 55th percentile that were taken."),
  tailMeanMs: ms.describe("Mean latency of those of the slowest that were taken apart."),
  medianMeanMs: ms,
  parts: z
    .array(TailPart)
    .describe("The greatest difference first. They add up to the means and to their difference."),
});
export type Tail = z.infer<typeof Tail>;
