import type { Argv, CommandModule } from "yargs";
import { judgeCell, type ReadFigure } from "../analysis/sweep-cell.ts";
import { UsageError } from "../kernel/errors.ts";
import type { ExitCode } from "../kernel/exit-code.ts";
import { cellCountOf, type Sweep, type SweepCell } from "../record/sweep-result.ts";
import { parseVaried } from "../scenario/vary.ts";
import { openGrid } from "../sim/grid.ts";
import { inOrder } from "../sim/in-order.ts";
import { measuredMs } from "../sim/simulate.ts";
import { ranScenarioOf } from "./assemble.ts";
import { commandLine } from "./command-line.ts";
import { environmentOf } from "./environment.ts";
import { watchInterrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { loadScenario } from "./load-scenario.ts";
import { Progress } from "./progress.ts";
import { chooseCases, chooseSpan, type RunFlags } from "./run-flags.ts";
import { chooseWorkers } from "./simulate-cases.ts";
import { chooseFigures } from "./sweep-figures.ts";
import { cellsOf, checkCells, type SweptCell } from "./swept-cells.ts";
import { requireFixedWarmUp } from "./warm-up.ts";
import { handOverSweep } from "./write-sweep.ts";

export type SweepFlags = Pick<
  RunFlags,
  "scenario" | "seed" | "window" | "out" | "json" | "quiet" | "exit-zero"
> & {
  readonly vary: readonly string[];
  readonly metric?: readonly string[] | undefined;
  readonly variant: string;
  readonly seeds: number;
  readonly workers?: number | undefined;
  readonly csv?: string | undefined;
};

const cellMaxCount = 10_000;
const seedMaxCount = 1_000;

/** Simulates every combination of some values, under the same draws. */
async function sweepScenario(flags: SweepFlags, io: Io): Promise<ExitCode> {
  checkSeeds(flags.seeds);
  const workers = chooseWorkers(flags.workers);
  const keys = parseVaried(flags.vary);
  const cellCount = cellCountOf(keys);
  checkCellCount(
    cellCount,
    keys.map(({ values }) => values.length),
  );
  const startedAt = new Date();
  const loaded = await loadScenario(flags.scenario, io);
  const runFlags = { ...flags, variant: [flags.variant] };
  const [of = loaded.baseline] = chooseCases(loaded, runFlags);
  const span = chooseSpan(of.scenario, runFlags, false);
  requireFixedWarmUp(of);
  const figures = chooseFigures(flags.metric, of);
  const progress = new Progress(flags.quiet);
  const { signal, release } = watchInterrupt(() =>
    progress.say("interrupted: writing the cells that are finished"),
  );
  const cells: SweepCell[] = [];
  const grid = openGrid({ workers: Math.min(workers, cellCount), signal });
  const run = async ({ at, of: cell }: SweptCell) => {
    const { name: variant, scenario, gates } = cell;
    const job = { scenario, file: loaded.file, variant, span };
    const found = await grid.figures({ ...job, seedIndex: 0, seedCount: flags.seeds });
    if (found === null || found.isPartial) return null;
    const { figures: pooled, runs } = found;
    return judgeCell({ at, gates, pooled, runs }, figures, measuredMs(scenario, span));
  };
  try {
    await checkCells(loaded, of, keys, (doneCount) =>
      progress.update(`checking the values: ${doneCount} of ${cellCount} cells`),
    );
    const swept = cellsOf(loaded, of, keys);
    for await (const cell of inOrder(swept, openPerWorker * grid.workerCount, run)) {
      if (cell !== null) cells.push(cell);
      progress.update(`sweeping ${of.name}: ${cells.length} of ${cellCount} cells`);
      // Cells stand for themselves, so any that is finished counts; no more are begun.
      if (signal.aborted && cell === null) break;
    }
  } finally {
    progress.clear();
    await grid.close();
    release();
  }
  const sweep: Sweep = {
    schema: "tillstorm.sweep/1",
    partial: cells.length < cellCount,
    environment: environmentOf({
      startedAt,
      elapsedMs: Date.now() - startedAt.getTime(),
      command: commandLine(),
    }),
    scenario: ranScenarioOf(loaded, of.scenario, { span, seeds: flags.seeds }),
    variant: of.name,
    keys: keys.map(({ path, values }) => ({ path, values: values.map(({ text }) => text) })),
    figures: figures.map(({ name, unit, meaning }: ReadFigure) => ({ name, unit, meaning })),
    cells,
  };
  return handOverSweep(sweep, flags, io);
}

/** Results that wait for their turn, for each cell that is under way. */
const openPerWorker = 2;

function checkSeeds(seeds: number): void {
  if (Number.isInteger(seeds) && seeds >= 1 && seeds <= seedMaxCount) return;
  const what = `--seeds: expected a whole number from 1 to ${seedMaxCount}`;
  throw new UsageError("FLAG_INVALID", [{ what, hint: "write --seeds 5" }]);
}

function checkCellCount(cellCount: number, sizes: readonly number[]): void {
  if (cellCount <= cellMaxCount) return;
  const product = sizes.length > 1 ? `${sizes.join(" × ")} = ` : "";
  const what = `--vary: this would be ${product}${cellCount} cells; ${cellMaxCount} are the most`;
  throw new UsageError("FLAG_INVALID", [{ what, hint: "name fewer points: path=1..100:5" }]);
}

export const sweepCommand = (io: Io): CommandModule<object, SweepFlags> => ({
  command: "sweep <scenario>",
  describe: "Simulate a scenario for every combination of some values, and map what happens",
  builder: (yargs: Argv<object>) =>
    yargs
      .positional("scenario", {
        type: "string",
        demandOption: true,
        describe: "YAML file, or the name of a shipped scenario",
      })
      .option("vary", {
        type: "string",
        array: true,
        nargs: 1,
        demandOption: true,
        describe:
          "path=1..8 (whole numbers), path=50/s..500/s:10 (ten points), path=1ms..1s:7:log " +
          "(equal factors), or path=a,b,c; paths as in variants; up to 4 times",
      })
      .option("metric", {
        type: "string",
        array: true,
        nargs: 1,
        describe: "Show this figure instead, as a gate names it: p99(latency); may be repeated",
      })
      .option("variant", {
        type: "string",
        default: "baseline",
        describe: "The case whose values are changed",
      })
      .option("seeds", {
        type: "number",
        default: 1,
        describe: "Runs a cell; figures are their means, with 95 % intervals",
      })
      .option("seed", { type: "string", describe: "Use this seed instead of the scenario's" })
      .option("window", {
        type: "string",
        describe: "Run only this part of the scenario, such as 8m..10m",
      })
      .option("workers", {
        type: "number",
        describe: "Threads that share the cells; the result is the same (default: one a core)",
      })
      .option("out", {
        type: "string",
        describe:
          "Folder for sweep.json and report.html (default: reports/<scenario>-sweep-<time>)",
      })
      .option("csv", {
        type: "string",
        describe: "Write the cells as CSV to this file; alone, to stdout instead of the table",
      })
      .option("json", {
        type: "boolean",
        default: false,
        describe: "Print the sweep as JSON on stdout; write files only with --out",
      })
      .option("quiet", { type: "boolean", default: false, describe: "No progress on stderr" })
      .option("exit-zero", {
        type: "boolean",
        default: false,
        describe: "Exit with 0 although gates fail in some cells",
      })
      .example("$0 sweep lunch-rush --vary services.bank.replicas=1..4", "How many are enough?")
      .example(
        "$0 sweep lunch-rush --vary services.bank.replicas=1..4 " +
          "--vary traffic.activations.patience.wait=2s..16s:5 --window 7m..13m --seeds 5",
        "A heat map, with intervals",
      )
      .example(
        "$0 sweep my.yaml --vary services.bank.stages.risk.workers=4,8,16 " +
          "--metric 'utilisation(bank.risk)' --csv",
        "One figure, for a spreadsheet",
      ),
  handler: async (flags) => {
    process.exitCode = await sweepScenario(flags, io);
  },
});
