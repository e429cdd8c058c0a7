import { UsageError } from "../kernel/errors.ts";
import { CertainActivation } from "../record/certain-activation.ts";
import { WorstActivations } from "../record/worst-activations.ts";
import type { ScenarioCase } from "../scenario/loader.ts";
import { nearestHint } from "../scenario/nearest.ts";
import { streamKey } from "../traffic/plan.ts";

/** What `--explain` asks for: the worst activations of each case, or one certain one. */
export type Wish =
  | { readonly kind: "worst"; readonly count: number }
  | { readonly kind: "certain"; readonly stream: string; readonly index: number };

const worstMaxCount = 100;
/** Numbers of activations fit into 32 bits, as keyed draws do. */
const indexMax = 2 ** 32 - 1;

/**
 * Reads `5` or `activations#4711`.
 *
 * @param cases - Those that are run: one of them has such a stream.
 * @throws {UsageError} `FLAG_INVALID`, or `STREAM_UNKNOWN`.
 */
export function readWish(text: string, cases: readonly ScenarioCase[]): Wish {
  const streams = [...new Set(cases.flatMap(({ scenario }) => Object.keys(scenario.traffic)))];
  const [, stream = "", digits = ""] = /^(?:([^#]+)#)?(\d+)$/.exec(text) ?? [];
  const number = digits === "" ? Number.NaN : Number(digits);
  if (stream === "" && number >= 1 && number <= worstMaxCount) {
    return { kind: "worst", count: number };
  }
  if (stream === "" || !(number <= indexMax)) {
    const what = `--explain ${text}: expected how many, 1 to ${worstMaxCount}, or stream#number`;
    const hint = `write --explain 5 or --explain ${streams[0] ?? "activations"}#0`;
    throw new UsageError("FLAG_INVALID", [{ what, hint }]);
  }
  if (!streams.includes(stream)) {
    const what = `--explain ${text}: there is no stream ${stream}`;
    const hint = nearestHint(stream, streams, "", (it) => `--explain ${it}#${digits}`);
    throw new UsageError("STREAM_UNKNOWN", [{ what, hint }]);
  }
  return { kind: "certain", stream, index: number };
}

/** Picks what is wished for from the activations of one case, as it is told of them. */
export function pickerOf(wish: Wish, { scenario }: ScenarioCase): Picker {
  if (wish.kind === "worst") return new WorstActivations(wish.count);
  return new CertainActivation(streamKey(scenario.seed, wish.stream), wish.index);
}

export type Picker = WorstActivations | CertainActivation;

/** `activations#4711`. */
export function nameOfWish({ stream, index }: Extract<Wish, { kind: "certain" }>): string {
  return `${stream}#${index}`;
}
