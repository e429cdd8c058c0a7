import { setFlagsFromString } from "node:v8";
import type { Span } from "../chain/span.ts";
import type { Scenario } from "../scenario/schema.ts";
import { expectedCount } from "../traffic/plan.ts";

/** From so many activations to a thread on, the run gains more than the compiling costs. */
const longCount = 1_000_000;
/** Bytecodes of called functions that V8 puts in place in one; by itself 920. */
const inlinedMaxBytes = 2_500;

let isThorough = false;

/**
 * Has V8 compile more thoroughly, if so many activations are to be simulated in each thread.
 *
 * An activation passes through hundreds of short functions, more than the usual budget puts in place
 * where they are called. With a greater one long runs are up to a fifth faster; short ones are over
 * before that has paid for the compiling, a fifth of a second. No result depends on it. It holds for
 * all threads of the process and stays, so call it before the first of the activations.
 *
 * @returns Whether V8 compiles thoroughly from now on.
 */
export function compileFor(activationCount: number): boolean {
  if (!isThorough && activationCount >= longCount) {
    setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${inlinedMaxBytes}`);
    isThorough = true;
  }
  return isThorough;
}

/** Activations that a run is expected to have, as far as its plan says: a recording counts as none. */
export function expectedActivationCount({ traffic }: Scenario, span: Span): number {
  return Object.values(traffic).reduce((sum, { arrivals }) => {
    const count = expectedCount(arrivals, span.scenarioMs, span);
    return Number.isFinite(count) ? sum + count : sum;
  }, 0);
}
