import {
  describeTrial,
  fewSampleDoubts,
  markFront,
  type PlanNames,
  planVerdict,
  uncreditedMean,
} from "../analysis/plan-findings.ts";
import { findHeadroom } from "../analysis/plan-headroom.ts";
import {
  freshSeedFactor,
  nearestOf,
  type SearchOutcome,
  searchPlan,
} from "../analysis/plan-search.ts";
import { looksUpTo, Trial, type TrialRules } from "../analysis/plan-trial.ts";
import { type Span, spanMs } from "../chain/span.ts";
import type {
  PlanConfiguration,
  PlanHeadroom,
  PlanPoint,
  PlanResult,
} from "../record/plan-result.ts";
import type { LoadedScenario } from "../scenario/loader.ts";
import type { LoadedPlan } from "../scenario/plan.ts";
import { conditionsOf, healthy, type PlanCondition } from "../scenario/plan-conditions.ts";
import type { Scenario } from "../scenario/schema.ts";
import type { Grid } from "../sim/grid.ts";
import { booksGate, PlanEngine } from "./plan-engine.ts";

export type MakePlanOptions = {
  readonly loaded: LoadedScenario;
  readonly plan: LoadedPlan;
  readonly span: Span;
  readonly seed: string;
  readonly grid: Grid;
  readonly onProgress: (text: string) => void;
};

/** What a plan says, but for where and when it was made. */
export type PlanFindings = Omit<
  PlanResult,
  "schema" | "environment" | "scenario" | "reasons" | "partial" | "verdict"
> &
  Pick<PlanResult, "reasons" | "partial" | "verdict">;

/** Runs of one configuration that is only compared, not judged. */
const fewSeeds = 4;
/** Of those that fail, so many are measured under every condition to find the nearest. */
const nearestMaxCount = 3;
/** The scenario as it is has no number in the lattice where it has none of the values. */
const presentNumber = -1;

/** Searches the cheapest configuration, and finds what a buyer wants to know besides. */
export async function makePlan(options: MakePlanOptions): Promise<PlanFindings> {
  return new PlanMaker(options).make();
}

class PlanMaker {
  readonly #options: MakePlanOptions;
  readonly #conditions: readonly PlanCondition[];
  readonly #engine: PlanEngine;
  readonly #rules: TrialRules;
  readonly #names: PlanNames;
  #search: SearchOutcome | undefined;

  constructor(options: MakePlanOptions) {
    const { plan, loaded, span, grid, onProgress } = options;
    const { spec, gates } = plan;
    this.#options = options;
    const services = Object.keys(loaded.baseline.scenario.services);
    this.#conditions = conditionsOf(spec, services);
    this.#names = {
      gates: [...gates.map(({ text }) => text), booksGate.text],
      conditions: this.#conditions.map(({ name }) => name),
    };
    this.#rules = {
      gates: [...gates, booksGate],
      confidenceRatio: spec.confidence,
      looks: looksUpTo(spec.budget.seeds),
    };
    this.#engine = new PlanEngine({
      ...{ file: loaded.file, span, gates, conditions: this.#conditions, grid },
      longSpan: longerSpan(span),
      scenarioOf: (it) => this.#scenarioOf(it),
      onRun: () => {
        const { runCount, activationCount } = this.#engine;
        const millions = (activationCount / 1e6).toFixed(1);
        onProgress(`planning: ${runCount} runs, ${millions} million activations`);
      },
    });
  }

  async make(): Promise<PlanFindings> {
    const { plan, onProgress } = this.#options;
    const { spec, knobs } = plan;
    const search = await searchPlan({
      knobs: knobs.map(({ values, isCapacity }) => ({
        costs: values.map(({ cost }) => cost),
        isCapacity,
      })),
      ...{ gates: this.#rules.gates, conditions: this.#likelyOrder() },
      ...{ confidenceRatio: spec.confidence, seedMaxCount: spec.budget.seeds },
      configurationMaxCount: spec.budget.configurations,
      simulate: this.#engine.simulate,
      cannotHold: this.#engine.cannotHold,
      onStep: ({ simulatedCount, openCount }) =>
        onProgress(`planning: ${simulatedCount} configurations tried, ${openCount} undecided`),
    });
    this.#search = search;
    const { cheapest, verification, reject, rejectVerification } = search;
    const present = await this.#presentTrial(search);
    const nearest = cheapest === null ? await this.#nearest(search) : null;
    const front = await this.#front(search, present);
    const headroom = await this.#headroom(search, present);
    const freshOf = (trial: Trial) => (trial === reject ? rejectVerification : null);
    return {
      verdict: planVerdict(search),
      partial: search.isPartial,
      reasons: [...search.reasons, ...this.#sampleDoubts([...search.trials, present])],
      question: this.#question(),
      cheapest: cheapest && this.#describe(cheapest, verification),
      ties: search.ties.map((it) => this.#describe(it, freshOf(it))),
      reject: reject && this.#describe(reject, rejectVerification),
      nearest: nearest && this.#describe(nearest, null),
      present: this.#describe(present, null),
      headroom,
      front,
      effort: this.#effort(search),
      patch: this.#patch(cheapest),
    };
  }

  #scenarioOf(configuration: number): Scenario {
    const { loaded, plan, seed } = this.#options;
    const of =
      configuration === presentNumber
        ? loaded.baseline
        : plan.configure(this.#choiceOf(configuration));
    return { ...of.scenario, seed, plan: undefined };
  }

  /** Also while the search runs: places count down from the last knob. */
  #choiceOf(configuration: number): readonly number[] {
    const choice: number[] = [];
    let rest = configuration;
    for (const { values } of this.#options.plan.knobs.toReversed()) {
      choice.unshift(rest % values.length);
      rest = Math.floor(rest / values.length);
    }
    return choice;
  }

  /** Before anything is known: the heaviest load first, and failures before health. */
  #likelyOrder(): readonly number[] {
    const weight = ({ load, failure }: PlanCondition) => load * 2 + (failure === null ? 0 : 1);
    return this.#conditions
      .map((condition, place) => ({ place, weight: weight(condition) }))
      .toSorted((a, b) => b.weight - a.weight)
      .map(({ place }) => place);
  }

  async #presentTrial(search: SearchOutcome): Promise<Trial> {
    const places = this.#options.plan.knobs.map(({ presentPlace }) => presentPlace);
    const number = places.includes(-1) ? presentNumber : search.lattice.indexOf(places);
    const known = search.trials.find(({ configuration }) => configuration === number);
    const trial = known ?? new Trial(number, this.#rules);
    if (known === undefined) await trial.run(search.hardestFirst, this.#engine.simulate);
    return trial;
  }

  /** Where none passes: of those that failed by least, measured under every condition, the nearest. */
  async #nearest(search: SearchOutcome): Promise<Trial | null> {
    const { lattice, trials, hardestFirst } = search;
    const failed = trials.filter(({ outcome }) => outcome === "fail");
    const candidates: Trial[] = [];
    for (let left = failed; candidates.length < nearestMaxCount; ) {
      const next = nearestOf(left);
      if (next === null) break;
      candidates.push(next);
      left = left.filter((it) => it !== next);
    }
    // Where all was ruled out by calculation, the one with the most of everything is measured.
    if (candidates.length === 0)
      candidates.push(new Trial(lattice.atRank(lattice.size - 1), this.#rules));
    for (const trial of candidates) {
      for (const condition of hardestFirst) {
        const isDone = await trial.measure(condition, fewSeeds, this.#engine.simulate);
        if (!isDone) return null;
      }
      if (trial.outcome === "partial") trial.outcome = "fail";
    }
    return nearestOf(candidates);
  }

  #sampleDoubts(trials: readonly Trial[]): readonly string[] {
    const counts = trials.flatMap((trial) =>
      this.#conditions.flatMap((_, it) => trial.runsOf(it).map((run) => run.activationCount)),
    );
    return fewSampleDoubts(this.#options.plan.gates, Math.min(...counts));
  }

  /** Cost against the uncredited rate, all under the condition that stopped most. */
  async #front(search: SearchOutcome, present: Trial): Promise<PlanResult["front"]> {
    const [condition = 0] = search.hardestFirst;
    const trials = search.trials.includes(present) ? search.trials : [...search.trials, present];
    const points: Omit<PlanPoint, "isOnFront">[] = [];
    for (const trial of trials) {
      const { cost, values } = this.#wordsOf(trial.configuration);
      const isDone = await trial.measure(condition, fewSeeds, this.#engine.simulate);
      const fresh = trial.outcome === "fail" ? search.verified.get(trial.configuration) : undefined;
      // Where longer runs found out what the short ones did not see, they have the say.
      const refuted = fresh === undefined ? null : uncreditedMean(fresh, condition);
      const uncreditedRatio = refuted ?? uncreditedMean(trial, condition);
      if (!isDone || cost === null || uncreditedRatio === null) continue;
      points.push({ values: [...values], cost, uncreditedRatio, outcome: trial.outcome });
    }
    return { condition: this.#names.conditions[condition] ?? "", points: markFront(points) };
  }

  async #headroom(search: SearchOutcome, present: Trial): Promise<PlanHeadroom[]> {
    const { scenario } = this.#options.loaded.baseline;
    // A recording that is played faster is elsewhere when a window begins.
    const isFixed = Object.values(scenario.traffic).some(({ arrivals }) => arrivals.trace);
    if (isFixed && this.#options.span.fromMs > 0) return [];
    const failures = this.#conditions.filter(
      (it, place, all) =>
        it.failure !== null && all.findIndex((one) => sameFailure(one, it)) === place,
    );
    const wanted = [
      { of: "present" as const, trial: present, under: [healthy(1)] },
      ...(search.cheapest === null || search.cheapest === present
        ? []
        : [{ of: "cheapest" as const, trial: search.cheapest, under: [healthy(1), ...failures] }]),
    ];
    const rows: PlanHeadroom[] = [];
    for (const { of, trial, under } of wanted) {
      for (const condition of under) {
        const row = await this.#headroomOf(of, trial, condition);
        if (row === null) return rows;
        rows.push(row);
      }
    }
    return rows;
  }

  async #headroomOf(
    of: PlanHeadroom["of"],
    { configuration }: Trial,
    condition: PlanCondition,
  ): Promise<PlanHeadroom | null> {
    const at = (load: number): PlanCondition => ({ ...condition, load });
    const found = await findHeadroom((load) =>
      this.#engine.probe(configuration, at(load), fewSeeds),
    );
    if (found === null) return null;
    const { failsAt, gate } = found;
    const station =
      failsAt === null ? null : await this.#engine.bottleneck(configuration, at(failsAt));
    return {
      of,
      failure: condition.failure === null ? null : condition.name.replace(/^[^,]*, /, ""),
      holdsTo: found.holdsTo,
      failsAt,
      gate: gate === null ? null : (this.#names.gates[gate] ?? null),
      observed: found.observed,
      station,
    };
  }

  #describe(trial: Trial, verification: Trial | null): PlanConfiguration {
    return describeTrial(trial, verification, this.#wordsOf(trial.configuration), this.#names);
  }

  #wordsOf(configuration: number): {
    readonly values: readonly string[];
    readonly cost: number | null;
  } {
    const { knobs } = this.#options.plan;
    if (configuration === presentNumber) {
      const costs = knobs.map(({ presentCost }) => presentCost);
      const cost = costs.reduce((sum, it) => (sum === null || it === null ? null : sum + it), 0);
      return { values: knobs.map(({ presentText }) => presentText), cost };
    }
    const choice = this.#choiceOf(configuration);
    const values = knobs.map((knob, place) => knob.values[choice[place] ?? 0]?.text ?? "");
    return { values, cost: this.#search?.lattice.costOf(configuration) ?? null };
  }

  #question(): PlanResult["question"] {
    const { spec, knobs, gates } = this.#options.plan;
    return {
      costUnit: spec.costUnit,
      confidenceRatio: spec.confidence,
      verifySeeds: freshSeedFactor * spec.budget.seeds,
      verifyMs: spanMs(longerSpan(this.#options.span)),
      gates: [
        ...gates.map(({ text, unit }) => ({ expression: text, unit })),
        { expression: booksGate.text, unit: "count" as const },
      ],
      conditions: [...this.#names.conditions],
      knobs: knobs.map((knob) => ({
        path: knob.path,
        isCapacity: knob.isCapacity,
        values: knob.values.map(({ text, cost }) => ({ text, cost })),
        present: { text: knob.presentText, place: knob.presentPlace, cost: knob.presentCost },
      })),
    };
  }

  #effort(search: SearchOutcome): PlanResult["effort"] {
    const { lattice, trials, pruned } = search;
    const ruledOut = pruned.stability + pruned.monotone + pruned.cost;
    return {
      configurations: lattice.size,
      simulated: trials.length,
      prunedByStability: pruned.stability,
      prunedByMonotony: pruned.monotone,
      prunedByCost: pruned.cost,
      undecided: Math.max(0, lattice.size - trials.length - ruledOut),
      monotoneChecked: search.monotoneCheckedCount,
      isMonotoneBroken: search.isMonotoneBroken,
      runs: this.#engine.runCount,
      activations: this.#engine.activationCount,
    };
  }

  #patch(cheapest: Trial | null): PlanResult["patch"] {
    const { plan } = this.#options;
    if (cheapest === null) return null;
    const lines = plan.linesOf(this.#choiceOf(cheapest.configuration));
    if (lines.length === 0) return null;
    return { variant: plan.withVariant(lines).name, overrides: lines.map((it) => ({ ...it })) };
  }
}

/** Twice as long, as far as the scenario lasts: queues that grow slowly show only then. */
function longerSpan(span: Span): Span {
  return { ...span, toMs: Math.min(span.scenarioMs, span.toMs + spanMs(span)) };
}

function sameFailure(a: PlanCondition, b: PlanCondition): boolean {
  return a.failure === b.failure && a.replicaDown === b.replicaDown;
}
