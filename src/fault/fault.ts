import { z } from "zod";
import { isResponseCode, type ResponseCode, verdictOf } from "../domain/response-code.ts";
import { DurationDistribution } from "../kernel/distribution.ts";
import { Duration, Factor, PositiveDuration, Share } from "../kernel/units.ts";

export const DownKind = z
  .enum(["refuse", "hang", "maintenance"], {
    error: () => "expected refuse, hang or maintenance",
  })
  .describe(
    "refuse: connections are refused. hang: nothing is answered until the fault ends; what came " +
      "meanwhile is then taken up. maintenance: every request is answered 91 at once.",
  );
export type DownKind = z.infer<typeof DownKind>;

const ErrorCode = z
  .string({ error: () => 'expected a response code in quotes, such as "96"' })
  .transform((text, context): ResponseCode => {
    if (isResponseCode(text) && verdictOf(text) !== "approved") return text;
    context.addIssue({
      code: "custom",
      message: 'expected a response code that does not approve, in quotes, such as "91" or "96"',
    });
    return z.NEVER;
  });

const effects = ["slow", "delay", "errors", "down"] as const;

/** One trouble, from `at` for a while. */
export const Fault = z
  .strictObject({
    at: Duration.describe("When it begins, from the start of the scenario."),
    for: PositiveDuration.optional().describe("How long it lasts. Absent: to the end."),
    on: z
      .string({ error: () => "expected a target such as bank, bank.risk or bank#2" })
      .describe("service, service.stage, service#replica or service#replica.stage."),
    slow: Factor.optional().describe("Service times are this many times as long."),
    delay: DurationDistribution.optional().describe("Time added before each request is taken up."),
    errors: z
      .strictObject({
        rate: Share.describe("Share of the requests that fail."),
        code: ErrorCode.default("96").describe("ISO 8583 response code of the failures."),
      })
      .optional()
      .describe("A share of the requests fails at once."),
    down: DownKind.optional(),
  })
  .refine((it) => effects.some((effect) => it[effect] !== undefined), {
    error: "expected an effect: slow, delay, errors or down",
  });
export type Fault = z.output<typeof Fault>;

/** What `on` names, taken apart. `replica` counts from 1, as users write it. */
export type FaultTarget = {
  readonly service: string;
  readonly stage: string | undefined;
  readonly replica: number | undefined;
};

/** Takes `bank#2.risk` apart; `undefined` if it has not that form. */
export function parseFaultTarget(on: string): FaultTarget | undefined {
  const match = /^([A-Za-z][\w-]*)(?:#([1-9]\d*))?(?:\.([A-Za-z][\w-]*))?$/.exec(on);
  if (match === null) return undefined;
  const [, service = "", replica, stage] = match;
  return { service, stage, replica: replica === undefined ? undefined : Number(replica) };
}

/** When the fault is over, `Infinity` when never. [ms from the start of the scenario] */
export function faultEndMs(fault: Fault): number {
  return fault.for === undefined ? Number.POSITIVE_INFINITY : fault.at + fault.for;
}

/** What a reader of the report sees, such as `bank.risk slow 3x`. */
export function describeFault(fault: Fault): string {
  const parts = [
    fault.slow === undefined ? undefined : `slow ${fault.slow}x`,
    fault.delay === undefined ? undefined : "delayed",
    fault.errors === undefined
      ? undefined
      : `${Number((fault.errors.rate * 100).toPrecision(6))} % errors ${fault.errors.code}`,
    fault.down === undefined ? undefined : fault.down === "hang" ? "hangs" : `down: ${fault.down}`,
  ];
  return `${fault.on} ${parts.filter((part) => part !== undefined).join(", ")}`;
}
