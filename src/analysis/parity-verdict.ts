import type { Result } from "../record/result.ts";
import { decideVerdict } from "./verdict.ts";

/**
 * Pass: both worlds agree. Gates and broken books are shown too, but `run` and `simulate` ask about
 * them: here they decide only where the two worlds differ in them. Inconclusive, as ever, where the
 * live run cannot be trusted or did not finish.
 */
export function decideParityVerdict(
  result: Pick<Result, "mode" | "partial" | "reasons" | "variants" | "parity">,
): Result["verdict"] {
  const integrity = { doubleCredited: 0, phantom: 0, missing: 0, leaked: 0 };
  const variants = result.variants.map((it) => ({ ...it, gates: [], integrity, money: undefined }));
  const verdict = decideVerdict({ ...result, variants });
  if (verdict !== "pass") return verdict;
  return (result.parity ?? []).every(({ agrees }) => agrees) ? "pass" : "fail";
}
