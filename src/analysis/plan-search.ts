import type { PlanGate } from "./plan-gate-test.ts";
import { Lattice, type LatticeKnob } from "./plan-lattice.ts";
import { shareRuns } from "./plan-sharing.ts";
import { type Looks, looksUpTo, type SimulateRuns, Trial, type TrialRules } from "./plan-trial.ts";

export type SearchOptions = {
  readonly knobs: readonly LatticeKnob[];
  readonly gates: readonly PlanGate[];
  /** How many conditions there are, and in which order they are tried before anything is known. */
  readonly conditions: readonly number[];
  readonly confidenceRatio: number;
  readonly seedMaxCount: number;
  readonly configurationMaxCount: number;
  readonly simulate: SimulateRuns;
  /** Whether a short calculation shows that a configuration cannot hold, so neither can less of it. */
  readonly cannotHold: (configuration: number) => boolean;
  /** Told after each step. */
  readonly onStep?: (step: { simulatedCount: number; openCount: number }) => void;
};

/** Why a configuration was not simulated. */
export type PruneCounts = {
  /** A station cannot serve what comes, or the time without any waiting is too long. */
  stability: number;
  /** One with more capacity fails. */
  monotone: number;
  /** It costs more than one that passes. */
  cost: number;
};

export type SearchOutcome = {
  readonly lattice: Lattice;
  /** The cheapest that passes, as far as the search came. */
  readonly cheapest: Trial | null;
  /** The same under fresh seeds and in longer runs; null when it was not verified. */
  readonly verification: Trial | null;
  /** Cheaper ones of which nobody can say whether they pass. */
  readonly ties: readonly Trial[];
  /** The cheaper one that came nearest, and the same under fresh seeds. */
  readonly reject: Trial | null;
  readonly rejectVerification: Trial | null;
  /** All that was tried again under fresh seeds, by configuration. */
  readonly verified: ReadonlyMap<number, Trial>;
  readonly trials: readonly Trial[];
  readonly pruned: PruneCounts;
  /** Of those left out because more capacity fails, so many were simulated after all. */
  readonly monotoneCheckedCount: number;
  /** One of them did not fail: the assumption was given up. */
  readonly isMonotoneBroken: boolean;
  /** Stopped, or out of budget. */
  readonly isPartial: boolean;
  readonly reasons: readonly string[];
  /** The conditions, that which stopped most configurations first. */
  readonly hardestFirst: readonly number[];
};

/** Fresh seeds begin here; the search never comes so far. */
const freshSeedFirst = 1_000_000;
/** The cheapest is verified by so many times the most runs of a trial. */
export const freshSeedFactor = 2;
const monotoneCheckCount = 3;
const verificationMaxCount = 5;

/** Of a verification: each condition gets the most of a search, the rest goes where a limit is near. */
function looksOfFresh(seedMaxCount: number, conditionCount: number): Looks {
  const runMaxCount = seedMaxCount * (1 + (freshSeedFactor - 1) * conditionCount);
  const shared = [2 * seedMaxCount, 4 * seedMaxCount].filter((it) => it <= runMaxCount);
  return { own: [seedMaxCount], shared };
}

type Status = "open" | "tried" | "stability" | "monotone";

/**
 * Looks for the cheapest configuration whose gates hold under every condition.
 *
 * A configuration that passes rules out all that cost more; one that fails rules out all with less
 * capacity. The next to be tried is the one that rules out most, whatever it comes to: a binary search
 * over the lattice. What cannot work by a short calculation is never simulated. Those that are still
 * undecided in the end, and cheaper than the best, share further runs. Two are tried side by
 * side, the second as if the first were to fail; what they come to is taken in that order, so the
 * answer does not depend on how many threads simulate.
 */
export async function searchPlan(options: SearchOptions): Promise<SearchOutcome> {
  return new Search(options).run();
}

class Search {
  readonly #options: SearchOptions;
  readonly #rules: TrialRules;
  readonly #lattice: Lattice;
  readonly #status: Status[];
  readonly #trials = new Map<number, Trial>();
  readonly #kills: number[];
  readonly #verified = new Map<number, Trial>();
  readonly #reasons: string[] = [];
  #isStopped = false;
  #isMonotone = true;
  #checkedCount = 0;

  constructor(options: SearchOptions) {
    this.#options = options;
    const { gates, confidenceRatio, seedMaxCount } = options;
    this.#rules = { gates, confidenceRatio, looks: looksUpTo(seedMaxCount) };
    this.#lattice = new Lattice(options.knobs);
    this.#status = Array.from({ length: this.#lattice.size }, () => "open");
    this.#kills = options.conditions.map(() => 0);
  }

  async run(): Promise<SearchOutcome> {
    for (let round = 0; round < verificationMaxCount; round += 1) {
      await this.#settle();
      await this.#decideLast();
      const best = this.#best();
      if (this.#isStopped || best === null) break;
      if (!(await this.#verify(best, this.#order(), true))) break;
      const fresh = this.#verified.get(best.configuration);
      if (fresh?.outcome !== "fail") break;
      best.outcome = "fail"; // Its luck did not last: the search goes on without it.
      best.failedAt = fresh.failedAt;
    }
    const best = this.#best();
    if (best !== null && !this.#isStopped && !this.#verified.has(best.configuration)) {
      this.#stop("the cheapest was not verified: all before it failed under fresh seeds");
    }
    return this.#outcome(await this.#verifiedReject());
  }

  /** Tries until all that are cheaper than the best are decided; then looks whether it may be believed. */
  async #settle(): Promise<void> {
    for (;;) {
      while (!this.#isStopped) {
        const next = this.#next();
        if (next.length === 0) break;
        await this.#try(next);
      }
      if (this.#isStopped || !this.#isMonotone || (await this.#isMonotoneIndeed())) return;
      this.#isMonotone = false;
      this.#status.forEach((status, it) => {
        if (status === "monotone") this.#status[it] = "open";
      });
    }
  }

  /** What to try next, at most two. */
  #next(): readonly number[] {
    const first = this.#pickPossible([]);
    if (first === undefined) return [];
    const leftCount = this.#options.configurationMaxCount - this.#trials.size;
    if (leftCount < 1) {
      this.#stop(`the budget of ${this.#options.configurationMaxCount} configurations is spent`);
      return [];
    }
    const second = leftCount < 2 ? undefined : this.#pickPossible([first]);
    return second === undefined ? [first] : [first, second];
  }

  /** What to pick, once all that cannot work by calculation is ruled out. */
  #pickPossible(failing: readonly number[]): number | undefined {
    for (;;) {
      const picked = this.#pick(failing);
      if (picked === undefined || !this.#options.cannotHold(picked)) return picked;
      this.#ruleOut(picked, "stability");
    }
  }

  /** The open one that rules out most in the worst case; of equal ones the cheapest. */
  #pick(failing: readonly number[]): number | undefined {
    const lattice = this.#lattice;
    const bestRank = this.#bestRank();
    const open = new Uint8Array(lattice.size);
    let openCount = 0;
    for (let it = 0; it < lattice.size; it += 1) {
      if (this.#status[it] !== "open" || lattice.rankOf(it) >= bestRank) continue;
      const goes = failing.some((other) => other === it || this.#rulesOut(other, it));
      if (goes) continue;
      open[it] = 1;
      openCount += 1;
    }
    const within = this.#isMonotone ? lattice.countWithin(open) : open;
    let picked: number | undefined;
    let most = 0;
    let cheaperCount = 0;
    for (let rank = 0; rank < Math.min(bestRank, lattice.size); rank += 1) {
      const it = lattice.atRank(rank);
      if (open[it] !== 1) continue;
      const score = Math.min(within[it] ?? 1, openCount - cheaperCount);
      if (score > most) {
        most = score;
        picked = it;
      }
      cheaperCount += 1;
    }
    return picked;
  }

  #rulesOut(failed: number, it: number): boolean {
    return this.#isMonotone && this.#lattice.isWithin(it, failed);
  }

  #ruleOut(failed: number, why: "stability" | "monotone"): void {
    if (why === "stability") this.#status[failed] = why;
    // That less capacity serves less is no assumption where it is calculated.
    const isSure = why === "stability";
    for (let it = 0; it < this.#lattice.size; it += 1) {
      if (this.#status[it] !== "open") continue;
      if (!isSure && !this.#isMonotone) return;
      if (this.#lattice.isWithin(it, failed)) this.#status[it] = why;
    }
  }

  async #try(configurations: readonly number[]): Promise<void> {
    const order = this.#order();
    const trials = configurations.map((it) => new Trial(it, this.#rules));
    const ends = await Promise.all(trials.map((it) => it.run(order, this.#options.simulate)));
    trials.forEach((trial, place) => {
      const { configuration } = trial;
      this.#trials.set(configuration, trial);
      this.#status[configuration] = "tried";
      if (ends[place] === false) {
        this.#isStopped = true;
        return;
      }
      this.#learnFrom(trial);
    });
    const openCount = this.#status.filter((it) => it === "open").length;
    this.#options.onStep?.({ simulatedCount: this.#trials.size, openCount });
  }

  #learnFrom({ outcome, failedAt, configuration }: Trial): void {
    if (outcome !== "fail") return;
    const killer = failedAt ?? 0;
    this.#kills[killer] = (this.#kills[killer] ?? 0) + 1;
    this.#ruleOut(configuration, "monotone");
  }

  /**
   * The last candidates are those that nobody could decide and that are cheaper than the best. They share
   * as many runs as one of them has at most; once one of them passes, what costs more gets none of it.
   */
  async #decideLast(): Promise<void> {
    if (this.#isStopped) return;
    const { simulate, seedMaxCount, conditions } = this.#options;
    const isLast = (it: Trial) =>
      it.outcome === "tie" && this.#lattice.rankOf(it.configuration) < this.#bestRank();
    const candidates = [...this.#trials.values()].filter(isLast);
    const runMaxCount = seedMaxCount * conditions.length;
    const isDone = await shareRuns(candidates, { runMaxCount, matters: isLast, simulate });
    if (!isDone) this.#isStopped = true;
    for (const it of candidates) this.#learnFrom(it);
  }

  /** Simulates some of those that were left out because more capacity failed: they must fail too. */
  async #isMonotoneIndeed(): Promise<boolean> {
    const bestRank = this.#bestRank();
    const left: number[] = [];
    for (let rank = 0; rank < Math.min(bestRank, this.#lattice.size); rank += 1) {
      const it = this.#lattice.atRank(rank);
      if (this.#status[it] === "monotone") left.push(it);
    }
    // The dearest came nearest to what failed; the others lie evenly below it.
    const places = Array.from({ length: monotoneCheckCount }, (_, n) =>
      Math.round(((left.length - 1) * (monotoneCheckCount - n)) / monotoneCheckCount),
    );
    for (const place of new Set(places)) {
      if (this.#checkedCount >= monotoneCheckCount) return true;
      const it = left.slice(0, place + 1).findLast((one) => this.#isWorthChecking(one));
      if (it === undefined) continue;
      await this.#try([it]);
      if (this.#isStopped) return true;
      this.#checkedCount += 1;
      if (this.#trials.get(it)?.outcome !== "fail") return false;
    }
    return true;
  }

  /** Of what cannot work anyway there is nothing to be learned. */
  #isWorthChecking(it: number): boolean {
    if (this.#status[it] !== "monotone") return false;
    if (!this.#options.cannotHold(it)) return true;
    this.#status[it] = "stability";
    return false;
  }

  /** @returns False when stopped meanwhile. */
  async #verify(trial: Trial, conditions: readonly number[], isLong: boolean): Promise<boolean> {
    const { configuration } = trial;
    const { seedMaxCount } = this.#options;
    const looks = looksOfFresh(seedMaxCount, conditions.length);
    const fresh = new Trial(configuration, { ...this.#rules, looks });
    const simulate: SimulateRuns = (it, condition, { first, count }) =>
      this.#options.simulate(it, condition, { first: freshSeedFirst + first, count, isLong });
    const runMaxCount = (freshSeedFactor - 1) * seedMaxCount * conditions.length;
    const isDone =
      (await fresh.run(conditions, simulate)) &&
      (await shareRuns([fresh], { runMaxCount, matters: () => true, simulate }));
    if (!isDone) this.#isStopped = true;
    this.#verified.set(configuration, fresh);
    return isDone;
  }

  /** The cheaper one that failed by least, under fresh seeds of the condition that stopped it. */
  async #verifiedReject(): Promise<Trial | null> {
    const best = this.#best();
    if (best === null) return null;
    const costOf = (it: Trial) => this.#lattice.costOf(it.configuration);
    const failed = [...this.#trials.values()].filter(
      (it) => it.outcome === "fail" && costOf(it) < costOf(best),
    );
    const nearest = nearestOf(failed);
    if (nearest === null || this.#isStopped) return nearest;
    if (!this.#verified.has(nearest.configuration)) {
      await this.#verify(nearest, [nearest.failedAt ?? 0], false);
    }
    return nearest;
  }

  #best(): Trial | null {
    const passed = [...this.#trials.values()].filter(({ outcome }) => outcome === "pass");
    const ranks = passed.map(({ configuration }) => this.#lattice.rankOf(configuration));
    return passed[ranks.indexOf(Math.min(...ranks))] ?? null;
  }

  /** All from here on cost more than the best, or as much and are listed later. */
  #bestRank(): number {
    const best = this.#best();
    return best === null ? Number.POSITIVE_INFINITY : this.#lattice.rankOf(best.configuration);
  }

  /** The conditions, that which stopped most first. */
  #order(): readonly number[] {
    const { conditions } = this.#options;
    return conditions.toSorted((a, b) => (this.#kills[b] ?? 0) - (this.#kills[a] ?? 0));
  }

  #stop(reason: string): void {
    this.#isStopped = true;
    this.#reasons.push(reason);
  }

  #outcome(reject: Trial | null): SearchOutcome {
    const cheapest = this.#best();
    const bestRank = this.#bestRank();
    const count = (status: Status) => this.#status.filter((it) => it === status).length;
    const isDoubtful = (trial: Trial) => {
      if (trial.outcome === "tie") return true;
      const fresh = this.#verified.get(trial.configuration)?.outcome;
      return trial.outcome === "fail" && (fresh === "pass" || fresh === "tie");
    };
    const ties = [...this.#trials.values()].filter(
      (it) => isDoubtful(it) && this.#lattice.rankOf(it.configuration) < bestRank,
    );
    const fresh = (it: Trial | null) => this.#verified.get(it?.configuration ?? -1) ?? null;
    return {
      lattice: this.#lattice,
      cheapest,
      verification: fresh(cheapest),
      ties: ties.toSorted(
        (a, b) => this.#lattice.rankOf(a.configuration) - this.#lattice.rankOf(b.configuration),
      ),
      reject,
      rejectVerification: fresh(reject),
      verified: this.#verified,
      trials: [...this.#trials.values()],
      pruned: {
        stability: count("stability"),
        monotone: count("monotone"),
        cost: this.#isStopped ? 0 : count("open"),
      },
      monotoneCheckedCount: this.#checkedCount,
      isMonotoneBroken: !this.#isMonotone,
      isPartial: this.#isStopped,
      reasons: this.#reasons,
      hardestFirst: this.#order(),
    };
  }
}

/** Of these the one that is least beyond its limit; of equal ones the first. */
export function nearestOf(trials: readonly Trial[]): Trial | null {
  let nearest: Trial | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const trial of trials) {
    const excess = trial.binding()?.excess ?? Number.POSITIVE_INFINITY;
    if (nearest !== null && excess >= least) continue;
    nearest = trial;
    least = excess;
  }
  return nearest;
}
