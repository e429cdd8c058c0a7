/**
 * What gates can be set on: every figure, with its unit and its meaning.
 *
 * Figures of the books and of the pool were not measured where nothing posts or no pool was set up.
 */

/**
 * `count`: whole. `ratio`: written 1%, kept as 0..1. `duration`: kept as ms. `minor`: money, whole
 * minor units such as cents. `number`: any other.
 */
export type GateUnit = "count" | "ratio" | "duration" | "minor" | "number";

/** One row of the reference. `of` says what the parentheses hold; `run` has none. */
export type GateFigure = Readonly<{
  name: string;
  of: "run" | "times" | "station" | "cause";
  unit: GateUnit;
  description: string;
}>;

/** Every figure that a gate can be set on. The reference is made from this table. */
export const gateFigures = [
  row("run", "planned", "count", "Activations that were due."),
  row("run", "answered", "count", "Ended with a final answer, approved or declined."),
  row("run", "timed_out", "count", "Ended because patience or a timeout ran out."),
  row("run", "failed", "count", "The last attempt was refused, broken, or got a retriable code."),
  row("run", "unsent", "count", "Planned, but never sent."),
  row("run", "unfinished", "count", "Still waiting when the run ended."),
  row("run", "credited", "count", "Credited within the promise."),
  row("run", "late", "count", "Credited, but after the promise."),
  row("run", "declined", "count", "The bank said no."),
  row("run", "blocked", "count", "A forged link or failed second factor, rightly stopped."),
  row("run", "lost", "count", "Never credited."),
  row("run", "uncredited_rate", "ratio", "(late + lost) / (all - declined - blocked)."),
  row("run", "unnotified", "count", "Credited, but the merchant was never told."),
  row("run", "attempts", "count", "Requests that terminals sent, re-taps included."),
  row("run", "double_credited", "count", "Credited more than once."),
  row("run", "phantom", "count", "The merchant was told approved; the ledger says no."),
  row("run", "missing", "count", "The bank answered approved; the ledger says no."),
  row("run", "leaked", "count", "A forged link was let through."),
  row("run", "one_sided", "count", "The terminal took it back; the credit stands."),
  row("run", "violations", "count", "Broken rules of the auditor, all of them together."),
  row("run", "inconsistent", "count", "Posted, and at the end not all sides said the same."),
  row("run", "reconciled", "count", "Credits that stand and that settlement alone found."),
  row("run", "pending_reversals", "count", "Reversals left for people; the credit still stands."),
  row("run", "unheard", "count", "Credits that stand and of which no notice was heard."),
  row("run", "advance_peak", "minor", "Most that was lent at once. 5,000.00 is 500000."),
  row("run", "advance_fees", "minor", "What the loans cost. 5,000.00 is 500000."),
  row("run", "advance_outstanding", "minor", "Lent and not returned. 5,000.00 is 500000."),
  row("times", "mean", "duration", "Mean of the times."),
  row("times", "p50", "duration", "Half of the times are at most this: the median."),
  row("times", "p90", "duration", "90 % of the times are at most this."),
  row("times", "p99", "duration", "99 % of the times are at most this."),
  row("times", "p999", "duration", "99.9 % of the times are at most this."),
  row("times", "max", "duration", "The longest time."),
  row("station", "utilisation", "ratio", "Mean share of workers busy, held ones included."),
  row("station", "blocked_share", "ratio", "Mean share of workers held by a call."),
  row("station", "queue_mean", "number", "Mean number waiting, all replicas together."),
  row("station", "queue_max", "count", "Most that waited at once, at one replica."),
  row("station", "arrivals", "count", "Requests that came to the stage."),
  row("station", "completions", "count", "Requests whose worker was done with them."),
  row("station", "dropped", "count", "Turned away because the queue was full."),
  row("station", "faulted", "count", "Failed by a fault at the stage."),
  row("station", "waited_share", "ratio", "Share of started requests that had to wait."),
  row("station", "wait_mean", "duration", "Mean wait for a worker."),
  row("station", "wait_p50", "duration", "Half of the waits are at most this."),
  row("station", "wait_p99", "duration", "99 % of the waits are at most this."),
  row("station", "service_mean", "duration", "Mean time a worker was taken, calls included."),
  row("cause", "cause", "count", "Late or lost activations that this cause is blamed for."),
] as const satisfies readonly GateFigure[];

/** Peaks: of several runs the greatest counts. */
const peaks: readonly string[] = ["queue_max", "advance_peak"];

/** Whether several runs have the more of it, the more of them there are: a count, or a sum of money. */
export function addsUpOverRuns({ unit, name }: GateFigure): boolean {
  return (unit === "count" || unit === "minor") && !peaks.includes(name);
}

/** The spreads of times, for the figures that are of times. */
export const gateTimes = {
  time_to_credit: "From the planned instant to the credit.",
  latency: "From the planned instant to the final answer at the terminal.",
  service_time: "From the actual first send to the final answer.",
  send_lag: "From the planned to the actual send. Live only.",
  spendable: "From the planned instant until the money was spendable.",
  consistent: "From the posting until terminal, operator and ledger said the same.",
} as const;
export type GateTimes = keyof typeof gateTimes;

export type Figure = (typeof gateFigures)[number];
export type NameOf<O extends GateFigure["of"]> = Extract<Figure, { readonly of: O }>["name"];
export type RunFigure = NameOf<"run">;
export type TimesFigure = NameOf<"times">;
export type StationFigure = NameOf<"station">;

function row<const O extends GateFigure["of"], const N extends string>(
  of: O,
  name: N,
  unit: GateUnit,
  description: string,
) {
  return { name, of, unit, description } as const;
}
