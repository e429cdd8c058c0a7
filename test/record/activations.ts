import { causes, endings } from "../../src/domain/outcome.ts";
import { bookStates, reversalStates } from "../../src/domain/payment.ts";
import { type ActivationRecord, newActivationRecord } from "../../src/record/activation-record.ts";
import { fc } from "../support/property.ts";

/** An activation as the plan has it: sent, approved and credited at once. */
export function activation(change: Partial<ActivationRecord> = {}): ActivationRecord {
  return {
    ...newActivationRecord(),
    amountMinor: 8_600,
    postedAtMs: 80,
    spendableAtMs: 80,
    book: "approved",
    ending: "answered",
    endedMs: 100,
    sendLagMs: 0,
    toldApproved: true,
    toldDeclined: false,
    creditedAtMs: 80,
    creditCount: 1,
    posts: true,
    attempts: 1,
    cause: "bank-delay",
    lateCause: "bank-delay",
    ...change,
  };
}

const maybeMs = (max: number) => fc.option(fc.nat(max), { nil: Number.NaN, freq: 3 });

/** Any activation of a minute of traffic, likely or not; what follows its plan comes after it. */
export const anyActivation: fc.Arbitrary<ActivationRecord> = fc
  .record({
    plannedMs: fc.nat(59_999),
    ending: fc.constantFrom(...endings),
    latencyMs: maybeMs(200_000),
    sendLagMs: maybeMs(500),
    told: fc.constantFrom("approved", "declined", "nothing"),
    creditMs: maybeMs(30_000),
    creditCount: fc.nat(3),
    posts: fc.boolean(),
    attempts: fc.nat(5),
    cause: fc.constantFrom(...causes),
    lateCause: fc.constantFrom(...causes),
    isBad: fc.boolean(),
    amountMinor: fc.nat(100_000),
    book: fc.constantFrom(...bookStates, undefined),
    reversal: fc.constantFrom(...reversalStates),
    reversalMs: maybeMs(30_000),
    heardMs: maybeMs(30_000),
  })
  .map(({ latencyMs, told, creditMs, reversalMs, heardMs, ...it }) => ({
    ...newActivationRecord(),
    ...it,
    postedAtMs: it.plannedMs + creditMs,
    spendableAtMs: it.plannedMs + creditMs,
    reversedAtMs: it.plannedMs + reversalMs,
    heardAtMs: it.plannedMs + heardMs,
    endedMs: it.plannedMs + latencyMs,
    toldApproved: told === "approved",
    toldDeclined: told === "declined",
    creditedAtMs: it.plannedMs + creditMs,
  }));
