import { z } from "zod";
import { Name } from "../kernel/name.ts";
import { Duration, PositiveCount, PositiveDuration } from "../kernel/units.ts";

/**
 * What a terminal does about a payment of which it does not know whether it stands: it writes a
 * reversal (0420) to its store, sends it until it is acknowledged (repeats are 0421), and lists what
 * stays open for people to settle. A late approval is not honoured: the reversal stands.
 */
export const ReversalSpec = z.strictObject({
  operation: Name.default("reverse").describe("What is asked to take a payment back."),
  tries: PositiveCount.max(100, { error: () => "expected at most 100" })
    .default(3)
    .describe(
      "How often it is sent at most. Default: 3, as public POS applications have it (allowed: 1 to 3); " +
        "PayEx tries 6 times.",
    ),
  every: PositiveDuration.default(60_000).describe(
    "Pause between two tries. Default: 1m, the time that public POS applications wait for an answer.",
  ),
  exhausted: z
    .enum(["list", "delete"], { error: () => "expected list or delete" })
    .default("list")
    .describe(
      "After the last try. list: kept for people to settle. delete: forgotten, the mistake of a " +
        "public POS application that leaves one-sided entries.",
    ),
});
export type ReversalSpec = z.output<typeof ReversalSpec>;

/** What merchants do who were not told: they ask whether the money is there. */
export const PollSpec = z.strictObject({
  operation: Name.default("status").describe("What is asked."),
  first: Duration.default(90_000).describe(
    "Wait before the first question. Default: 90s, as NPCI demands since 2025.",
  ),
  every: PositiveDuration.default(30_000).describe(
    "Wait between two questions. Default: 30s, our own choice.",
  ),
  times: PositiveCount.max(1_000, { error: () => "expected at most 1000" })
    .default(3)
    .describe("How often they ask at most. Default: 3, as NPCI allows since 2025."),
});
export type PollSpec = z.output<typeof PollSpec>;
