import { meanOf } from "./mean-interval.ts";
import { countToDecide, type Need } from "./ocba.ts";
import {
  type Decision,
  type Estimate,
  estimate,
  excessOf,
  type PlanGate,
  testGate,
} from "./plan-gate-test.ts";

/** What one run says of each gate. */
export type RunFigures = {
  readonly gates: readonly (number | null)[];
  readonly uncreditedRatio: number | null;
  readonly activationCount: number;
};

/** Which runs: seeds `first` to `first + count - 1`, of the usual length or longer. */
export type WantedRuns = {
  readonly first: number;
  readonly count: number;
  /** @default false */
  readonly isLong?: boolean;
};

/**
 * Runs one configuration under one condition. The same seeds have the same luck in every
 * configuration. Null: the search was stopped.
 */
export type SimulateRuns = (
  configuration: number,
  condition: number,
  runs: WantedRuns,
) => Promise<readonly RunFigures[] | null>;

/** `partial`: not measured to the end. */
export type Outcome = "pass" | "fail" | "tie" | "partial";

/** How a configuration is tried. */
export type TrialRules = {
  readonly gates: readonly PlanGate[];
  readonly confidenceRatio: number;
  readonly looks: Looks;
};

/**
 * Runs of one condition after each look; ascending. Each may err by an equal part of what the confidence
 * leaves, so all of them together err no more often (Bonferroni), whichever of them come to pass.
 */
export type Looks = {
  /** Every configuration gets these where it is undecided. */
  readonly own: readonly number[];
  /** These are given out of a common stock: see `shareRuns`. */
  readonly shared: readonly number[];
};

/** Runs after which a gate may be found to fail, and those after which it may be found to hold. */
const failMinCount = 4;
const holdMinCount = 10;

/** Of a search: after 4 runs, 10, 20, 40 … and at the most; of the last candidates after twice as many. */
export function looksUpTo(seedMaxCount: number): Looks {
  const own = failMinCount < seedMaxCount ? [failMinCount] : [];
  for (let count = holdMinCount; count < seedMaxCount; count *= 2) own.push(count);
  return { own: [...own, seedMaxCount], shared: [2 * seedMaxCount] };
}

/** One gate under one condition, as far as it was measured. */
export type TrialCheck = Estimate & {
  readonly condition: number;
  readonly gate: number;
  readonly seedCount: number;
  readonly decision: Decision;
  readonly excess: number;
};

/** All that is known of one configuration, and how more is learned of it. */
export class Trial {
  readonly configuration: number;
  outcome: Outcome = "partial";
  /** The condition that stopped it. */
  failedAt: number | null = null;
  readonly #rules: TrialRules;
  readonly #runs = new Map<number, RunFigures[]>();
  /** What was decided at an earlier look stays decided. */
  readonly #decided = new Map<string, Decision>();

  constructor(configuration: number, rules: TrialRules) {
    this.configuration = configuration;
    this.#rules = rules;
  }

  /**
   * Tries the conditions in this order, few seeds first; it is dropped where a gate clearly fails,
   * and more seeds are spent only where a limit lies inside its interval.
   *
   * @returns False when the search was stopped meanwhile.
   */
  async run(conditions: readonly number[], simulate: SimulateRuns): Promise<boolean> {
    for (const look of this.#rules.looks.own) {
      for (const condition of conditions) {
        if (this.runsOf(condition).length > 0 && this.#openCount(condition) === 0) continue;
        if (!(await this.measure(condition, look, simulate))) return false;
        this.#decide(condition);
        if (this.failedAt === null) continue;
        this.outcome = "fail";
        return true;
      }
      if (conditions.every((it) => this.#openCount(it) === 0)) {
        this.outcome = "pass";
        return true;
      }
    }
    this.outcome = "tie";
    return true;
  }

  /** Adds runs of a condition until there are so many. @returns False when stopped meanwhile. */
  async measure(condition: number, count: number, simulate: SimulateRuns): Promise<boolean> {
    const own = this.#runs.get(condition) ?? [];
    this.#runs.set(condition, own);
    if (own.length >= count) return true;
    const seeds = { first: own.length, count: count - own.length };
    const more = await simulate(this.configuration, condition, seeds);
    if (more === null) return false;
    own.push(...more);
    return true;
  }

  /**
   * Gives one condition the runs of its next look, of one that `run` could not decide.
   *
   * @returns False when stopped meanwhile.
   */
  async lookAgain(condition: number, simulate: SimulateRuns): Promise<boolean> {
    const look = this.lookAfter(this.runsOf(condition).length);
    if (look === undefined) return true;
    if (!(await this.measure(condition, look, simulate))) return false;
    this.#decide(condition);
    if (this.failedAt !== null) this.outcome = "fail";
    else if ([...this.#runs.keys()].every((it) => this.#openCount(it) === 0)) this.outcome = "pass";
    return true;
  }

  /** Runs of a condition after the look that follows on so many; `undefined` after the last. */
  lookAfter(count: number): number | undefined {
    return this.#looks().find((it) => it > count);
  }

  /** What is open yet, and how many runs it takes to decide it. */
  needs(): readonly (Need & { readonly condition: number })[] {
    const { gates } = this.#rules;
    return [...this.#runs].flatMap(([condition, runs]) =>
      gates.flatMap((gate, place) => {
        if (this.#decided.get(key(condition, place)) !== "open") return [];
        const values = runs.map((it) => it.gates[place] ?? Number.NaN);
        const needCount = countToDecide({ values, limit: gate.limit }, this.#errorOfLook());
        const isBeyond = excessOf(gate, meanOf(values)) > 0;
        return [{ condition, hasCount: runs.length, needCount, isBeyond }];
      }),
    );
  }

  runsOf(condition: number): readonly RunFigures[] {
    return this.#runs.get(condition) ?? [];
  }

  /** Every gate under every condition that was measured. */
  checks(): readonly TrialCheck[] {
    const { gates, confidenceRatio } = this.#rules;
    const conditions = [...this.#runs].filter(([, runs]) => runs.length > 0);
    return conditions
      .toSorted(([a], [b]) => a - b)
      .flatMap(([condition, runs]) =>
        gates.map((gate, place): TrialCheck => {
          const samples = runs.map((it) => it.gates[place] ?? null);
          const it = estimate(samples, confidenceRatio);
          const isLost = samples.includes(null);
          const decision =
            this.#decided.get(key(condition, place)) ??
            testGate(gate, samples, 1 - confidenceRatio);
          const excess = isLost ? Number.POSITIVE_INFINITY : excessOf(gate, it.mean);
          return { ...it, condition, gate: place, seedCount: runs.length, decision, excess };
        }),
      );
  }

  /** The gate that is nearest to its limit, or farthest beyond it. */
  binding(): TrialCheck | undefined {
    return this.checks().reduce<TrialCheck | undefined>(
      (most, it) => (most === undefined || it.excess > most.excess ? it : most),
      undefined,
    );
  }

  #decide(condition: number): void {
    const { gates } = this.#rules;
    const runs = this.runsOf(condition);
    gates.forEach((gate, place) => {
      if (this.#decided.get(key(condition, place)) === "holds" && isOfMean(gate)) return;
      const samples = runs.map((it) => it.gates[place] ?? null);
      const tested = testGate(gate, samples, this.#errorOfLook());
      const decision = tested === "holds" && this.#isEarly(runs.length) ? "open" : tested;
      this.#decided.set(key(condition, place), decision);
      if (decision === "fails") this.failedAt ??= condition;
    });
  }

  /**
   * Whether so few runs are none to believe in: figures of peak hours are skewed, so the bad run is
   * missing from most handfuls of runs, and those that are left look alike.
   */
  #isEarly(count: number): boolean {
    return count < Math.min(holdMinCount, this.#rules.looks.own.at(-1) ?? 0);
  }

  #looks(): readonly number[] {
    const { own, shared } = this.#rules.looks;
    return [...own, ...shared];
  }

  #errorOfLook(): number {
    return (1 - this.#rules.confidenceRatio) / this.#looks().length;
  }

  #openCount(condition: number): number {
    return this.#rules.gates.filter(
      (_, place) => this.#decided.get(key(condition, place)) !== "holds",
    ).length;
  }
}

/** A gate with == or != is broken by any run, however late. */
function isOfMean({ operator }: PlanGate): boolean {
  return operator !== "==" && operator !== "!=";
}

function key(condition: number, gate: number): string {
  return `${condition} ${gate}`;
}
