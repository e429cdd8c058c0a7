import { z } from "zod";
import {
  declineCodes,
  declinesPayment,
  type ResponseCode,
  responseCodeOf,
} from "../domain/response-code.ts";
import { DurationDistribution } from "../kernel/distribution.ts";
import { Name } from "../kernel/name.ts";
import { Count, PositiveCount, PositiveDuration, Share } from "../kernel/units.ts";
import { AdaptiveLimitSpec } from "../policy/adaptive-limit.ts";
import { ShedSpec } from "../policy/shed.ts";
import { RateLimitSpec } from "../policy/token-bucket.ts";
import { QueueSpec } from "../policy/waiting-line.ts";
import { IdempotencySpec, NoticesSpec, SettlementSpec } from "./bank-spec.ts";
import { callPolicies } from "./call-policies.ts";
import { ChecksSpec } from "./identity-spec.ts";
import { ReconciliationSpec } from "./reconciliation-spec.ts";
import { PollSpec } from "./reversal-spec.ts";
import { StoreSpec } from "./store-spec.ts";

/** Several services: by weight, or the first that can be asked. */
const SeveralServices = z
  .strictObject({
    weights: z
      .record(Name, z.number({ error: () => "expected a number such as 3" }).positive())
      .refine((it) => Object.keys(it).length >= 2, { error: "expected at least two services" })
      .optional()
      .describe("Services and their weights; each activation keeps the one that it drew."),
    failover: z
      .array(Name, { error: () => "expected a list of services such as [bank, second-bank]" })
      .min(2, { error: () => "expected at least two services" })
      .max(16, { error: () => "expected at most 16 services" })
      .optional()
      .describe(
        "The first that is thought well is asked; after an attempt that surely did nothing, the next.",
      ),
  })
  .refine((it) => (it.weights === undefined) !== (it.failover === undefined), {
    error: "expected exactly one of weights, failover",
  });

const CallTarget = z
  .union([Name, SeveralServices], {
    error: () =>
      "expected a service, { weights: { bank: 3, second-bank: 1 } } or { failover: [bank, second-bank] }",
  })
  .describe("The service that is called, or the services.");
export type CallTarget = z.output<typeof CallTarget>;

/** The services that a call may reach, in their order. */
export function servicesOf(to: CallTarget): readonly string[] {
  if (typeof to === "string") return [to];
  return to.failover ?? Object.keys(to.weights ?? {});
}

/** A call from a stage to another service, with the policies of the caller. */
export const CallSpec = z.strictObject({
  to: CallTarget,
  operation: Name.optional().describe("Its operation. Absent: the one that is running here."),
  timeout: PositiveDuration.optional().describe(
    "The caller stops waiting for one attempt after this. Absent: never.",
  ),
  ...callPolicies,
  store: StoreSpec.optional().describe(
    "Store and forward: acknowledges what cannot be delivered, and delivers it later. Absent: it fails.",
  ),
});
export type CallSpec = z.output<typeof CallSpec>;

const Flag = z.boolean({ error: () => "expected true or false" }).default(false);

/** A station: workers, one queue, a service time. */
export const StageSpec = z.strictObject({
  workers: PositiveCount.describe("Requests served at once, by each replica."),
  queue: QueueSpec.optional(),
  shed: ShedSpec.optional().describe(
    "Turns arrivals away before the queue is full. Absent: never.",
  ),
  time: DurationDistribution.default(0).describe("Service time."),
  call: CallSpec.optional().describe("Another service, asked after the own service time."),
  release: Flag.describe(
    "true: the worker is free while the call is under way, as with asynchronous I/O.",
  ),
  posts: Flag.describe("true: the end of this stage posts the credit, once per idempotency key."),
  reverses: Flag.describe(
    "true: the end of this stage takes the credit of that key back; what was never posted is " +
      "remembered (answer 25), and refused (12) if it comes later.",
  ),
  reads: Flag.describe(
    "true: the end of this stage looks whether the credit of that key stands; if not, it answers 25.",
  ),
  reconciles: z
    .boolean({ error: () => "expected true or false" })
    .optional()
    .describe(
      "true: the end of this stage holds the total that it is sent against that of its own ledger " +
        "for the batch, and answers 95 where they differ. Asked by `reconciliation`. Absent: it does not.",
    ),
  hears: Flag.describe("true: the end of this stage tells the merchant, who hears of the credit."),
  checks: ChecksSpec,
});
export type StageSpec = z.output<typeof StageSpec>;

const Rejects = z
  .record(z.string(), Share)
  .superRefine((shares, context) => {
    for (const name of Object.keys(shares)) {
      const code = responseCodeOf(name);
      if (code !== undefined && declinesPayment(code)) continue;
      context.addIssue({
        code: "custom",
        path: [name],
        params: { at: "key", names: declineCodes },
        message: 'expected a declining response code in quotes, such as "05" or "51"',
      });
    }
    const sum = Object.values(shares).reduce((total, share) => total + share, 0);
    if (sum > 1) {
      context.addIssue({ code: "custom", message: "expected shares that add up to at most 100%" });
    }
  })
  .transform((shares) => shares as Partial<Record<ResponseCode, number>>);

/** A service: replicas of the same stages, and what they can be asked to do. */
export const ServiceSpec = z.strictObject({
  replicas: z
    .int({ error: () => "expected a whole number from 1" })
    .min(1, { error: () => "expected a whole number from 1" })
    .max(64, { error: () => "expected at most 64 replicas" })
    .default(1)
    .describe("Copies of the service; live, each is a process."),
  stages: z.record(Name, StageSpec).describe("The stations of each replica."),
  operations: z
    .record(
      Name,
      z
        .array(Name, { error: () => "expected a list of stages such as [identity, risk, post]" })
        .min(1, { error: "expected at least one stage" }),
    )
    .describe("What can be asked of it: the stages in order."),
  rejects: Rejects.default({}).describe(
    "Shares of the requests that it declines, by response code; drawn before the posting stage, " +
      "or after the last stage where none posts.",
  ),
  rateLimit: RateLimitSpec.optional().describe(
    "Each replica takes no more than so many requests. Absent: no limit.",
  ),
  triggers: z
    .enum(["cents"], { error: () => "expected cents" })
    .optional()
    .describe(
      "cents: an amount whose cents are a response code that does not approve (10.51, 10.91 …) is " +
        "answered with it, for users who test their own client. Absent: amounts mean nothing.",
    ),
  idempotency: IdempotencySpec.prefault({}).describe(
    "How a request is treated that was seen before. Default: a repeat posts nothing twice.",
  ),
  notices: NoticesSpec.optional().describe(
    "Tells merchants of their credit when it is posted. Absent: only the answer does.",
  ),
  settlement: SettlementSpec.optional().describe(
    "Makes credits spendable in batches at cut-offs. Absent: at once.",
  ),
  reconciliation: ReconciliationSpec.optional().describe(
    "Sends the totals of each batch to the bank that it calls, and uploads a batch that differs. " +
      "Absent: bank and operator are compared after the run, and no message is sent.",
  ),
  adaptiveLimit: AdaptiveLimitSpec.optional().describe(
    "Each replica limits how many requests it works on at once, by how long they take. Absent: no limit.",
  ),
});
export type ServiceSpec = z.output<typeof ServiceSpec>;

/** The services that this one sends anything to: its stages call them, or notices go there. */
export function servicesAsked({ stages, notices }: ServiceSpec): readonly string[] {
  const called = Object.values(stages).flatMap(({ call }) =>
    call === undefined ? [] : servicesOf(call.to),
  );
  return notices === undefined ? called : [...called, notices.to];
}

/** What lies between two ends; it works in both directions. */
export const LinkSpec = z.strictObject({
  latency: DurationDistribution.default(0).describe("One way, each message drawn by itself."),
  loss: Share.default(0).describe("Share of the messages, either way, that never arrive."),
});
export type LinkSpec = z.output<typeof LinkSpec>;

/** The people at the terminals. */
export const PatienceSpec = z.strictObject({
  wait: PositiveDuration.describe("How long a merchant waits for an answer before tapping again."),
  retries: Count.default(0).describe("How often they tap again before giving up."),
  pause: PositiveDuration.default(1_000).describe("Pause before tapping again after a failure."),
  poll: PollSpec.optional().describe(
    "Who was not told asks whether the money is there. Absent: they give up.",
  ),
});
export type PatienceSpec = z.output<typeof PatienceSpec>;
