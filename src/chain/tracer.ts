import type { TraceEvent } from "../domain/trace-event.ts";
import type { PaymentKey } from "./payment.ts";

/** Which activation something happens to. */
export type Traced = {
  readonly payment: PaymentKey;
  /** Which of its requests; absent: it happens to the activation itself. */
  readonly attempt?: number;
};

/**
 * Hears, at one place of the chain, what happens to activations there. In most runs nobody does: so
 * every place writes `tracer?.note(…)`, which is one look at a null, and makes nothing.
 */
export interface Tracer {
  /**
   * @param value - How many, or how long in ms, as the event has it; NaN: it has none.
   * @param word - A response code, a state, the name of an operation, as the event has it.
   * @param peer - Who else takes part, such as `bank#2`.
   */
  note(of: Traced, event: TraceEvent, value?: number, word?: string, peer?: string): void;
}
