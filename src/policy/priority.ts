import { z } from "zod";
import { Name } from "../kernel/name.ts";

const rankMaxCount = 16;
const tooMany = { error: () => `expected at most ${rankMaxCount} of them` };

export const PrioritySpec = z
  .strictObject({
    journeys: z
      .array(Name, { error: () => "expected a list of operations such as [pay, activate]" })
      .min(1, { error: () => "expected at least one operation" })
      .max(rankMaxCount, tooMany)
      .refine((names) => new Set(names).size === names.length, {
        error: "expected each operation once",
      })
      .optional()
      .describe("Operations, the most important first; those that are not listed come last."),
    amounts: z
      .array(
        z
          .number({ error: () => "expected an amount such as 1000" })
          .positive({ error: () => "expected an amount above 0" }),
        { error: () => "expected a list of amounts such as [1000, 100]" },
      )
      .min(1, { error: () => "expected at least one amount" })
      .max(rankMaxCount, tooMany)
      .refine((amounts) => amounts.every((it, i) => i === 0 || it < (amounts[i - 1] ?? 0)), {
        error: "expected falling amounts such as [1000, 100]",
      })
      .optional()
      .describe(
        "Falling amounts, in units of the currency: who has as much or more comes before the rest.",
      ),
  })
  .refine((it) => (it.journeys === undefined) !== (it.amounts === undefined), {
    error: "expected exactly one of journeys, amounts",
  })
  .describe("Who is taken first from the line. Work that has begun is never interrupted.");
export type PrioritySpec = z.output<typeof PrioritySpec>;

/** Says in which lane of the line a request waits. Lane 0 is taken from first. */
export class PriorityRule {
  readonly laneCount: number;
  readonly #laneByOperation = new Map<string, number>();
  /** Falling. [minor units] */
  readonly #leastMinor: Float64Array;

  /** @param operationNames - What the service can be asked; other names in the rule have no lane. */
  constructor({ journeys = [], amounts = [] }: PrioritySpec, operationNames: readonly string[]) {
    for (const name of journeys) {
      if (operationNames.includes(name)) {
        this.#laneByOperation.set(name, this.#laneByOperation.size);
      }
    }
    this.#leastMinor = Float64Array.from(amounts, (amount) => Math.round(amount * 100));
    this.laneCount = this.#laneByOperation.size + this.#leastMinor.length + 1;
  }

  laneOf(operation: string, amountMinor: number): number {
    const leastMinor = this.#leastMinor;
    if (leastMinor.length === 0) return this.#laneByOperation.get(operation) ?? this.laneCount - 1;
    let lane = 0;
    while (lane < leastMinor.length && amountMinor < (leastMinor[lane] as number)) lane += 1;
    return lane;
  }
}
