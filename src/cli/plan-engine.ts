import { findBottlenecks } from "../analysis/bottlenecks.ts";
import { readFigure } from "../analysis/figure.ts";
import { excessOf, type PlanGate, testGate } from "../analysis/plan-gate-test.ts";
import type { Probe } from "../analysis/plan-headroom.ts";
import type { RunFigures, SimulateRuns, WantedRuns } from "../analysis/plan-trial.ts";
import { brokenBooksCount } from "../analysis/verdict.ts";
import { type Span, spanMs } from "../chain/span.ts";
import { callGraphOf } from "../scenario/call-graph.ts";
import type { Gate } from "../scenario/gate-expression.ts";
import { type PlanCondition, underCondition } from "../scenario/plan-conditions.ts";
import type { Scenario } from "../scenario/schema.ts";
import { cannotHold } from "../sim/capacity-bound.ts";
import type { Grid } from "../sim/grid.ts";
import type { Figures } from "../sim/grid-wire.ts";

/** No plan is bought whose books are broken: this gate stands behind those of the plan. */
export const booksGate: PlanGate & { readonly text: string } = {
  operator: "==",
  limit: 0,
  text: "broken books == 0",
};

export type EngineOptions = {
  readonly file: string;
  readonly span: Span;
  /** Of what is verified. */
  readonly longSpan: Span;
  readonly gates: readonly Gate[];
  readonly conditions: readonly PlanCondition[];
  /** The scenario of a configuration, before any condition. */
  readonly scenarioOf: (configuration: number) => Scenario;
  readonly grid: Grid;
  readonly onRun: () => void;
};

/** Simulates what a search asks for, and counts it. */
export class PlanEngine {
  runCount = 0;
  activationCount = 0;
  readonly #options: EngineOptions;
  readonly #scenarios = new Map<number, Scenario>();

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  readonly simulate: SimulateRuns = async (configuration, condition, wanted) => {
    const under = this.#options.conditions[condition];
    if (under === undefined) throw new Error(`no condition ${condition}`);
    const scenario = underCondition(this.#scenarioOf(configuration), under);
    return this.#runs(scenario, wanted);
  };

  /** Whether a short calculation shows that a configuration fails under some condition. */
  readonly cannotHold = (configuration: number): boolean => {
    const { conditions, span, gates } = this.#options;
    const scenario = this.#scenarioOf(configuration);
    return conditions.some((it) => cannotHold(underCondition(scenario, it), span, gates));
  };

  /** Whether the mean of every gate's figure holds, under the first few seeds. */
  async probe(configuration: number, under: PlanCondition, seeds: number): Promise<Probe | null> {
    const scenario = underCondition(this.#scenarioOf(configuration), under);
    const runs = await this.#runs(scenario, { first: 0, count: seeds });
    if (runs === null) return null;
    const judged = [...this.#options.gates, booksGate].map((gate, place) => {
      const samples = runs.map((it) => it.gates[place] ?? null);
      const isMeasured = !samples.includes(null);
      const mean = isMeasured
        ? samples.reduce<number>((sum, it) => sum + (it ?? 0), 0) / samples.length
        : null;
      const isOfMean = gate.operator !== "==" && gate.operator !== "!=";
      // An even chance of either error asks of the mean alone.
      const holds =
        isMeasured && testGate(gate, isOfMean ? [mean, mean] : samples, 0.5) === "holds";
      return { holds, gate: place, observed: mean, excess: excessOf(gate, mean) };
    });
    const worst = judged.reduce((most, it) => {
      if (it.holds !== most.holds) return it.holds ? most : it;
      return it.excess > most.excess ? it : most;
    });
    return { holds: worst.holds, gate: worst.gate, observed: worst.observed };
  }

  /** The station that was the bottleneck for most of the run; null where none was at its limit. */
  async bottleneck(configuration: number, under: PlanCondition): Promise<string | null> {
    const { grid, file, span } = this.#options;
    const scenario = underCondition(this.#scenarioOf(configuration), under);
    const run = await grid.record({ scenario, file, variant: "planned", span, seedIndex: 0 });
    if (run === null || run.isPartial) return null;
    const context = { calls: callGraphOf(scenario), durationMs: spanMs(span) };
    const [first] = findBottlenecks(run.summary, context).bottleneckShares;
    return first?.station ?? null;
  }

  async #runs(
    scenario: Scenario,
    { first, count, isLong = false }: WantedRuns,
  ): Promise<readonly RunFigures[] | null> {
    const { grid, file } = this.#options;
    const span = isLong ? this.#options.longSpan : this.#options.span;
    const seeds = Array.from({ length: count }, (_, index) => first + index);
    const runs = await Promise.all(
      seeds.map((seedIndex) =>
        grid.figures({ scenario, file, variant: "planned", span, seedIndex }),
      ),
    );
    const figures = runs.flatMap((it) => (it === null || it.isPartial ? [] : [it.figures]));
    this.runCount += figures.length;
    this.activationCount += figures.reduce((sum, it) => sum + it.planned, 0);
    this.#options.onRun();
    return figures.length < runs.length ? null : figures.map((it) => this.#read(it));
  }

  #read(figures: Figures): RunFigures {
    const { credited, late, lost } = figures.outcomes;
    const gates = this.#options.gates.map((gate) => readFigure(gate, figures));
    return {
      gates: [...gates, brokenBooksCount(figures)],
      uncreditedRatio: credited + late + lost === 0 ? null : figures.uncreditedRatio,
      activationCount: figures.planned,
    };
  }

  #scenarioOf(configuration: number): Scenario {
    const known = this.#scenarios.get(configuration);
    const scenario = known ?? this.#options.scenarioOf(configuration);
    this.#scenarios.set(configuration, scenario);
    return scenario;
  }
}
