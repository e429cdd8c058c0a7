import { z } from "zod";
import { DurationDistribution } from "../kernel/distribution.ts";
import { Duration, PositiveCount, PositiveDuration, Rate } from "../kernel/units.ts";
import { Window } from "../kernel/window.ts";

const spacing = z
  .enum(["poisson", "even"], { error: () => "expected poisson or even" })
  .default("poisson")
  .describe("poisson: random arrivals at that rate. even: the integral of the rate, exactly.");

const kinds = {
  even: z.strictObject({ rate: Rate.describe("Arrivals per second.") }).describe("Equal gaps."),
  poisson: z
    .strictObject({ rate: Rate.describe("Mean rate; the gaps are exponential.") })
    .describe("Independent arrivals at a constant rate."),
  curve: z
    .strictObject({
      points: z
        .array(z.tuple([Duration, Rate], { error: () => "expected a point such as [10m, 120/s]" }))
        .min(2, { error: "expected at least two points" })
        .refine((points) => points.every(([at], i) => i === 0 || at > (points[i - 1]?.[0] ?? 0)), {
          error: "expected points in the order of their times",
        })
        .describe("[time, rate] corners; the rate runs in straight lines between them."),
      spacing,
    })
    .describe("A rate that rises and falls. Before the first and after the last point it is flat."),
  profile: z
    .strictObject({
      counts: z
        .array(z.number({ error: () => "expected a number" }).nonnegative())
        .min(1, { error: "expected at least one count" })
        .refine((counts) => counts.some((it) => it > 0), { error: "expected a count above 0" })
        .describe("Arrivals in each interval, or their proportions where `peak` is given."),
      every: PositiveDuration.default(3_600_000).describe("Length of one interval."),
      peak: Rate.optional().describe("Rate of the busiest interval; scales the counts."),
      spacing,
    })
    .describe("An hourly profile, constant within each interval, repeated when it ends."),
  trace: z
    .strictObject({
      file: z
        .string({ error: () => "expected the path of a CSV file" })
        .min(1, { error: "expected the path of a CSV file" })
        .describe("CSV with a header line; its path is relative to the scenario."),
      column: z.string().default("time_s").describe("Column of the arrival times, ascending."),
      unit: z.enum(["s", "ms"]).default("s").describe("Unit of that column."),
      amount: z.string().optional().describe("Column of the amounts. Absent: drawn."),
      speed: z
        .number({ error: () => "expected a number such as 60" })
        .gt(0, { error: "expected a number above 0" })
        .default(1)
        .describe("How many times faster than recorded it is played."),
      window: Window.optional().describe("Part of the recording, in its own time: 0s..1h."),
    })
    .describe("Recorded arrivals, played back one for one."),
  closed: z
    .strictObject({
      terminals: PositiveCount.describe("Terminals that each do one thing at a time."),
      think: DurationDistribution.describe("Pause of a terminal before each activation."),
    })
    .describe("A closed population: who waits for an answer sends nothing meanwhile."),
};

/** When activations start. Exactly one kind. */
export const Arrivals = z
  .strictObject(z.object(kinds).partial().shape, {
    error: (issue) =>
      issue.code === "invalid_type"
        ? "expected arrivals such as { poisson: { rate: 80/s } }"
        : undefined,
  })
  .refine((it) => Object.values(it).filter((kind) => kind !== undefined).length === 1, {
    error: `expected exactly one of ${Object.keys(kinds).join(", ")}`,
  })
  .describe("When activations start: exactly one kind.");
export type Arrivals = z.output<typeof Arrivals>;
export type Trace = z.output<typeof kinds.trace>;
export type Closed = z.output<typeof kinds.closed>;
