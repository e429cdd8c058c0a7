import type {
  Profile,
  ProfileEffect,
  ProfileMetric,
  ProfileRow,
} from "../record/profile-result.ts";
import { formatMs, formatPercent, nothing } from "./format.ts";

/** `bank.risk: one worker more`. */
export function describeChange({ kind, target }: Pick<ProfileRow, "kind" | "target">): string {
  return `${target}: ${changeWords[kind]}`;
}

const changeWords: Readonly<Record<ProfileRow["kind"], string>> = {
  faster: "10 % faster",
  worker: "one worker more",
  replica: "one replica more",
  link: "10 % faster",
  retries: "half the retries",
};

export const metricWords: Readonly<Record<ProfileMetric, string>> = {
  latencyMeanMs: "latency, mean",
  latencyP99Ms: "latency p99",
  uncreditedRatio: "uncredited rate",
};

export function effectOf(row: ProfileRow, metric: ProfileMetric): ProfileEffect | undefined {
  return row.effects.find((it) => it.metric === metric);
}

/** `−1.2 s ± 300 ms`; what is not shown says so, with how much it may be. */
export function formatEffect(it: ProfileEffect | undefined): string {
  if (it === undefined) return nothing;
  if (it.difference === 0 && it.low === 0 && it.high === 0) return "unchanged";
  const sign = it.difference < 0 ? "−" : "+";
  const difference = `${sign}${formatSize(it.metric, it.difference)}`;
  const text = `${difference} ± ${formatSize(it.metric, (it.high - it.low) / 2)}`;
  return it.effect === "none shown" ? `none shown (${text})` : text;
}

export function formatMetric(metric: ProfileMetric, value: number | null): string {
  return metric === "uncreditedRatio" ? formatPercent(value) : formatMs(value);
}

/** A difference of shares is in percentage points. */
function formatSize(metric: ProfileMetric, value: number): string {
  const size = formatMetric(metric, Math.abs(value));
  return metric === "uncreditedRatio" ? size.replace("%", " pp") : size;
}

/** What was left out because it was not asked for; empty: nothing was. */
export function onlyLine({ stages }: Pick<Profile, "stages">): string {
  return stages === undefined ? "" : `Only changes of ${stages.join(", ")} were to try.`;
}

/** Nothing, or what is shown to help most. */
export function bestLine(rows: readonly ProfileRow[]): string {
  const [best] = rows;
  const helps = best?.effects.some((it) => it.effect === "better") === true;
  if (best === undefined) return "Nothing was tried.";
  if (!helps) return "No change is shown to help.";
  const better = best.effects.filter((it) => it.effect === "better");
  const effects = better.map((it) => `${metricWords[it.metric]} ${formatEffect(it)}`);
  return `Worth the most: ${describeChange(best)}: ${effects.join("; ")}.`;
}
