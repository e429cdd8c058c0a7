import { type Span, spanMs } from "../chain/span.ts";
import type { Scenario } from "./schema.ts";

/** How the books of a run are kept: the terms of the contingency, and when the run is over. */
export function moneyOptions({ advance, drain }: Pick<Scenario, "advance" | "drain">, span: Span) {
  return {
    advance: advance === undefined ? null : { afterMs: advance.after, feeRatio: advance.fee },
    endMs: spanMs(span) + drain,
  };
}
