import { z } from "zod";
import { formatDuration, PositiveDuration } from "../kernel/units.ts";

/** When a fault acts, beside `at` and `for`: again and again, at random, or growing. */
export const timingShape = {
  every: PositiveDuration.optional().describe(
    "It begins anew this often, from `at` on, and lasts `for` each time.",
  ),
  ramp: PositiveDuration.optional().describe(
    "Its strength rises in a straight line from nothing over this time, in 20 equal steps. " +
      "Absent: it is there at once.",
  ),
  random: z
    .strictObject({
      mtbf: PositiveDuration.describe("Mean time of health before it strikes (again)."),
      mttr: PositiveDuration.describe("Mean time that it then lasts."),
    })
    .optional()
    .describe(
      "It strikes and goes at random, after exponential times, the first of them of health from " +
        "`at` on. `for` is then the whole time in which it may. Same seed, same times.",
    ),
};

type Timing = { [K in keyof typeof timingShape]?: z.output<(typeof timingShape)[K]> };

/** The timing in a reader's words, such as `for 10s every 1m`; none where it acts once, at once. */
export function describeTiming(it: Timing & { readonly for?: number | undefined }): string[] {
  const { every, random, ramp } = it;
  const length = it.for === undefined ? "" : `for ${formatDuration(it.for)} `;
  const words = [
    every === undefined ? undefined : `${length}every ${formatDuration(every)}`,
    random === undefined
      ? undefined
      : `at random, for ${formatDuration(random.mttr)} after ${formatDuration(random.mtbf)} on average`,
    ramp === undefined ? undefined : `growing over ${formatDuration(ramp)}`,
  ];
  return words.filter((it) => it !== undefined);
}
