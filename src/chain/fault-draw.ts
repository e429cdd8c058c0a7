import type { ResponseCode } from "../domain/response-code.ts";
import type { Condition } from "../fault/condition.ts";
import { drawMs } from "../kernel/distribution.ts";
import { draw } from "../kernel/draw.ts";
import type { Visit } from "./visit.ts";

/** Faults that act together draw apart: each adds its place to the site. */
const golden = 0x9e3779b9;

/** The code of the first error fault that strikes this visit, if one does. */
export function strikes(
  condition: Condition,
  site: number,
  visit: Visit,
): ResponseCode | undefined {
  const { payment, attempt } = visit;
  for (let i = 0; i < condition.errors.length; i += 1) {
    const error = condition.errors[i];
    const u = draw(site + i * golden, payment.streamKey, payment.index, attempt);
    if (error !== undefined && u < error.rate) return error.code;
  }
  return undefined;
}

/** The delays of all faults that act, added up. [ms] */
export function drawFaultDelayMs(condition: Condition, site: number, visit: Visit): number {
  const { payment, attempt } = visit;
  let delayMs = 0;
  condition.delays.forEach((delay, i) => {
    delayMs += drawMs(delay, draw(site + i * golden, payment.streamKey, payment.index, attempt));
  });
  return delayMs;
}
