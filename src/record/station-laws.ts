import type { StationRecord } from "./station-record.ts";

/**
 * Laws that hold in every run of a queue, whatever its traffic, remedies and faults: they are
 * identities of bookkeeping, exact but for rounding. One that does not hold is a mistake of ours.
 *
 * Each is counted in two ways that share no line of code: levels over time against requests one by
 * one. Levels are told when they change; a wait or a service when it ends; what is not over when the
 * run ends is added with the time that it has had so far.
 *
 *   flow:        arrivals = completed + dropped + failed + expired + killed + still there
 *   queue:       integral of the queue over time = waits of all who ever stood in it
 *   utilisation: integral of the busy workers over time = service of all who were ever served
 *
 * The law of the queue is Little's, L = lambda W with both sides times the length of the run; that
 * of the whole station is the sum of the second and the third.
 *
 * @see Little, "A Proof for the Queuing Formula: L = lambda W", Operations Research 9(3), 1961;
 * Little & Graves 2008 for the finite run; Denning & Buzen 1978 for the utilisation law.
 */
export type StationLaw = "flow" | "queue" | "utilisation";

/** Who is at a station at an instant, and how long they have waited and been served. */
export type StillThere = {
  readonly atMs: number;
  /** Kept from the queue by a fault. */
  readonly delayedCount: number;
  readonly queuedCount: number;
  readonly busyCount: number;
  readonly waitMs: number;
  readonly heldMs: number;
};

export type BrokenLaw = {
  readonly law: StationLaw;
  /** What was counted one way, and the other. [count, ms] */
  readonly left: number;
  readonly right: number;
  readonly words: string;
};

/** Sums of millions of floating-point times are off in their last digits. [ratio, ms] */
const toleranceRatio = 1e-9;
const toleranceMs = 0.01;

/** The laws that a closed record breaks; an empty list, unless we made a mistake. */
export function brokenLaws(it: StationRecord, still: StillThere): readonly BrokenLaw[] {
  const left = it.completions + it.dropCount + it.failCount + it.expiredCount + it.killedCount;
  const present = still.delayedCount + still.queuedCount + still.busyCount;
  const laws: readonly BrokenLaw[] = [
    {
      law: "flow",
      left: it.arrivals,
      right: left + present,
      words: "arrivals, against those that left and those still there",
    },
    {
      law: "queue",
      left: sum(it.queueMsBy) + it.queueDrainMs,
      right: it.waits.sumMs + it.lostWaitMs + still.waitMs,
      words: "ms that were queued over time, against the waits of all who waited (Little's law)",
    },
    {
      law: "utilisation",
      left: sum(it.busyMsBy) + it.busyDrainMs,
      right: it.heldSumMs + it.cutMs + still.heldMs,
      words: "ms that workers were busy over time, against the service that was given",
    },
  ];
  return [...laws, ...boundsOf(still)].filter(isBroken);
}

/**
 * Who is still there has waited, and been served, for no less than no time and no longer than the
 * run; nobody for no time at all. A wait that was told wrong shifts between those who left and those
 * still there, and the sums above would not see it.
 */
function boundsOf({ atMs, queuedCount, busyCount, waitMs, heldMs }: StillThere): BrokenLaw[] {
  const within = (ms: number, count: number) => Math.min(Math.max(ms, 0), count * atMs);
  return [
    {
      law: "queue",
      left: waitMs,
      right: within(waitMs, queuedCount),
      words: `ms that ${queuedCount} still there have waited, against what is possible`,
    },
    {
      law: "utilisation",
      left: heldMs,
      right: within(heldMs, busyCount),
      words: `ms that ${busyCount} still there have been served, against what is possible`,
    },
  ];
}

/** @throws {Error} naming station, law and both sides: a bug of ours, exit code 70. */
export function assertLaws(station: string, it: StationRecord, still: StillThere): void {
  const broken = brokenLaws(it, still);
  if (broken.length === 0) return;
  const what = broken.map(({ law, left, right, words }) => {
    return `station ${station} breaks the law of ${law}: ${left} and ${right} (${words})`;
  });
  throw new Error(what.join("\n"));
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function isBroken({ law, left, right }: BrokenLaw): boolean {
  if (law === "flow") return left !== right;
  const scale = Math.max(Math.abs(left), Math.abs(right));
  // Written so that a side that is no number breaks the law.
  return !(Math.abs(left - right) <= toleranceMs + toleranceRatio * scale);
}
