import { z } from "zod";
import { type ResponseCode, responseCodeOf, verdictOf } from "../domain/response-code.ts";
import { DurationDistribution } from "../kernel/distribution.ts";
import { Duration, Factor, PositiveDuration, Share } from "../kernel/units.ts";
import { describeLinkEffects, linkEffects, linkEffectsShape, renderShare } from "./link-effects.ts";
import { describeTiming, timingShape } from "./timing.ts";
import { describeTrafficEffects, identityEffects, trafficEffectsShape } from "./traffic-effects.ts";

export const DownKind = z
  .enum(["refuse", "hang", "maintenance", "crash", "freeze"], {
    error: () => "expected refuse, hang, maintenance, crash or freeze",
  })
  .describe(
    "refuse: connections are refused. hang: nothing is answered until the fault ends; what came " +
      "meanwhile is then taken up. maintenance: every request is answered 91 at once. crash: the " +
      "process is killed, and what it was doing dies with it; it comes back empty at the end. " +
      "freeze: the process stands still, and goes on where it was at the end.",
  );
export type DownKind = z.infer<typeof DownKind>;

const ErrorCode = z
  .string({ error: () => 'expected a response code in quotes, such as "96"' })
  .transform((text, context): ResponseCode => {
    const code = responseCodeOf(text);
    if (code !== undefined && verdictOf(code) !== "approved") return code;
    context.addIssue({
      code: "custom",
      message: 'expected a response code that does not approve, in quotes, such as "91" or "96"',
    });
    return z.NEVER;
  });

const serviceEffects = ["slow", "delay", "errors", "down"] as const;
const trafficEffects = ["surge", ...identityEffects] as const;
const effects = [...serviceEffects, ...linkEffects, ...trafficEffects] as const;

/** What a fault acts on. An entry has effects of one kind, and its `on` names one of that kind. */
export type FaultKind = "service" | "link" | "traffic";

/** What the effect of that name acts on; `undefined` where there is no such effect. */
export function kindOfEffect(name: string): FaultKind | undefined {
  if (serviceEffects.some((it) => it === name)) return "service";
  if (linkEffects.some((it) => it === name)) return "link";
  return trafficEffects.some((it) => it === name) ? "traffic" : undefined;
}

/** The effects that are there or not, and so cannot grow: `ramp` does not go with them. */
export const abruptEffects: readonly string[] = ["down", "stall", "partition", "bandwidth"];

/** One trouble, from `at` for a while; or again and again. */
export const Fault = z
  .strictObject({
    at: Duration.describe("When it begins, from the start of the scenario."),
    for: PositiveDuration.optional().describe("How long it lasts. Absent: to the end."),
    on: z
      .string({ error: () => "expected a target such as bank, bank.risk or bank#2" })
      .describe(
        "service, service.stage, service#replica or service#replica.stage; a link, by its two " +
          "ends, such as operator-bank; traffic.stream, or traffic for all streams.",
      ),
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
    ...linkEffectsShape,
    surge: Factor.refine((factor) => factor > 1, {
      error: "expected a factor above 1x: a lull is written as a curve of the arrivals",
    })
      .optional()
      .describe("Traffic: arrivals come at this many times their rate."),
    ...trafficEffectsShape,
    ...timingShape,
  })
  .refine((it) => effects.some((effect) => it[effect] !== undefined), {
    error: "expected an effect, such as slow, down, latency, loss or surge",
  });
export type Fault = z.output<typeof Fault>;

/** A fault with its place in the scenario's whole list, which keys its luck. */
export type NumberedFault = { readonly fault: Fault; readonly index: number };

/** What this fault acts on. Its effects say so: a service may be called `bank-eu`, like a link. */
export function faultKind(fault: Fault): FaultKind {
  if (trafficEffects.some((effect) => fault[effect] !== undefined)) return "traffic";
  return linkEffects.some((effect) => fault[effect] !== undefined) ? "link" : "service";
}

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

/** When the fault is over for good, `Infinity` when never. [ms from the start of the scenario] */
export function faultEndMs(fault: Fault): number {
  const isEndless = fault.for === undefined || fault.every !== undefined;
  return isEndless ? Number.POSITIVE_INFINITY : fault.at + (fault.for ?? 0);
}

const downWords: Readonly<Record<DownKind, string>> = {
  ...{ refuse: "down: refuse", maintenance: "down: maintenance" },
  ...{ hang: "hangs", crash: "crashes", freeze: "freezes" },
};

/** What a reader of the report sees, such as `bank.risk slow 3x`. */
export function describeFault(fault: Fault): string {
  const { slow, errors, down, surge } = fault;
  const parts = [
    slow === undefined ? undefined : `slow ${slow}x`,
    fault.delay === undefined ? undefined : "delayed",
    errors === undefined ? undefined : `${renderShare(errors.rate)} errors ${errors.code}`,
    down === undefined ? undefined : downWords[down],
    ...describeLinkEffects(fault),
    surge === undefined ? undefined : `at ${surge}x the rate`,
    ...describeTrafficEffects(fault),
    ...describeTiming(fault),
  ];
  return `${fault.on} ${parts.filter((part) => part !== undefined).join(", ")}`;
}
