import type { Span } from "../chain/span.ts";
import { UsageError } from "../kernel/errors.ts";
import type { OnActivation } from "../record/activation-record.ts";
import { CertainActivation } from "../record/certain-activation.ts";
import { renderTimeline } from "../report/timeline.ts";
import type { ScenarioCase } from "../scenario/loader.ts";
import { explainActivations } from "../sim/explain.ts";
import { traceOpener } from "../sim/open-trace.ts";
import { nameOfWish, type Picker, pickerOf, readWish, type Wish } from "./explain-flag.ts";
import type { Io } from "./io.ts";
import { Progress } from "./progress.ts";
import type { RunFlags } from "./run-flags.ts";

/** The run whose activations are explained. */
export type ExplainedRun = {
  readonly file: string;
  readonly span: Span;
  readonly seeds: number;
  /** What was picked was measured: the timelines are what the simulation makes of the same draws. */
  readonly isLive: boolean;
};

const maxWidth = 100;

/**
 * Prints, for `--explain`, the timelines of some activations of each case that ran. It picks them as
 * it hears of them; what happened to them is noted in a second, simulated run of the case.
 */
export class Explainer {
  readonly #wish: Wish;
  readonly #cases: { readonly of: ScenarioCase; readonly picker: Picker }[] = [];

  /** Null where nothing is to be explained. @throws {UsageError} for a flag that means nothing. */
  static of({ explain }: RunFlags, cases: readonly ScenarioCase[]): Explainer | null {
    return explain === undefined ? null : new Explainer(readWish(explain, cases));
  }

  private constructor(wish: Wish) {
    this.#wish = wish;
  }

  /** A case is about to run: what to tell of each of its activations. */
  hear(of: ScenarioCase): OnActivation {
    const picker = pickerOf(this.#wish, of);
    this.#cases.push({ of, picker });
    return picker.add;
  }

  /**
   * Prints the timelines; with `--json` they go to standard error.
   *
   * @throws {UsageError} `ACTIVATION_UNKNOWN` when no case had the one that was asked for.
   */
  async print(run: ExplainedRun, flags: RunFlags, io: Io): Promise<void> {
    this.#checkFound();
    const progress = new Progress(flags.quiet);
    for (const { of, picker } of this.#cases) {
      progress.update(`explaining ${of.name}`);
      const lines = await this.#explain(run, of, picker);
      progress.clear();
      (flags.json ? io.note : io.print)(`\n${lines.join("\n")}`);
    }
  }

  async #explain(
    { file, span, seeds, isLive }: ExplainedRun,
    { name, scenario }: ScenarioCase,
    { list: picked }: Picker,
  ): Promise<readonly string[]> {
    const title = `${name}: ${this.#titleOf(picked.length)}`;
    if (picked.length === 0) return [title];
    const openTrace = traceOpener(scenario, file);
    const options = { scenario, variant: name, openTrace, span, seeds };
    const timelines = await explainActivations(options, picked);
    const blocks = picked.map(({ outcome, latencyMs }, place) => {
      const timeline = timelines[place];
      if (timeline === undefined) return [unpredicted];
      return renderTimeline(timeline, isLive ? { outcome, latencyMs } : null, maxWidth);
    });
    return [`${title}${isLive ? liveSource : ""}`, ...blocks.flatMap((it) => ["", ...it])];
  }

  #titleOf(found: number): string {
    const wish = this.#wish;
    if (wish.kind === "certain") return `${found === 0 ? "there is no " : ""}${nameOfWish(wish)}`;
    if (found === 0) return "no activation was to be credited";
    return found === 1 ? "its worst activation" : `its ${found} worst activations`;
  }

  #checkFound(): void {
    const wish = this.#wish;
    const pickers = this.#cases.map(({ picker }) => picker);
    if (wish.kind !== "certain" || pickers.some(({ list }) => list.length > 0)) return;
    const what = `--explain ${nameOfWish(wish)}: there was no such activation in this run`;
    const nearest = pickers
      .map((it) => (it instanceof CertainActivation ? it.nearestIndex : undefined))
      .find((it) => it !== undefined);
    const hint =
      nearest === undefined
        ? `the stream ${wish.stream} had none: name another, or a longer --window`
        : `write --explain ${wish.stream}#${nearest}, the nearest that there was`;
    throw new UsageError("ACTIVATION_UNKNOWN", [{ what, hint }]);
  }
}

/** What was measured has no timeline of its own. */
const liveSource = ", as measured; the timelines are simulated, under the same draws";
const unpredicted =
  "one that the simulation does not have: terminals came to it by other answers than predicted";
