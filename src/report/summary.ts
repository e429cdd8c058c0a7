import { measuredUncreditedRatio } from "../analysis/figure.ts";
import { formatDuration } from "../kernel/units.ts";
import type { Result, VariantResult } from "../record/result.ts";
import { causeCounts } from "./cause-words.ts";
import { formatFigure } from "./figure.ts";
import {
  brokenIntegrity,
  failedGates,
  formatGate,
  mainBottleneck,
  verdictLine,
} from "./findings.ts";
import {
  formatInstant,
  formatMs,
  formatNumber,
  formatPercent,
  formatPlural,
  nothing,
} from "./format.ts";
import { intervalOf, plusMinusText } from "./interval.ts";
import { renderParityText } from "./parity-text.ts";
import { nameOfCount, remedyCounts } from "./remedy-words.ts";
import { describePart } from "./tail-section.ts";
import { plainText, renderTextTable, type TextColumn, wrapText } from "./text-table.ts";

/** No line is longer. [columns] */
const maxWidth = 100;

/** What the terminal shows after a run: the verdict, a row per variant, and what went wrong. */
export function renderSummary(result: Result): string {
  const lines = [
    ...wrapText(plainText(verdictLine(result)), maxWidth, "", "  "),
    ...wrapText(plainText(`${result.scenario.title} (${modeOf(result)})`), maxWidth, "", "  "),
    "",
    ...renderTextTable(columns, result.variants.map(rowOf), maxWidth),
    "p50 and p99: time to credit of what was credited, from the planned instant",
    ...predictionLines(result),
    ...(result.parity ?? []).flatMap((it) => ["", ...renderParityText(it, maxWidth)]),
    ...section("How well that is known (95% intervals)", intervalLines(result)),
    ...section("Precision", precisionLines(result)),
    ...section("Causes of late and lost", result.variants.flatMap(causeLine)),
    ...section("Bottlenecks", result.variants.flatMap(bottleneckLines)),
    ...section("Slowest 1 %, against the median", result.variants.flatMap(tailLine)),
    ...section("Remedies", result.variants.flatMap(remedyLines)),
    ...section("Missed gates", result.variants.flatMap(missedGates)),
    ...section("Broken books", result.variants.flatMap(brokenBooks)),
    ...section("Note", result.reasons),
  ];
  return `${lines.join("\n")}\n`;
}

/** `5 runs per variant`; of a run that was stopped, how many of them were made. */
export function runsPerVariant({ partial, scenario, variants }: Result): string {
  const wanted = formatPlural(scenario.seeds, "run");
  const fewest = variants.reduce((least, it) => Math.min(least, it.seeds), scenario.seeds);
  const made = variants.length === 0 ? 0 : fewest;
  return partial ? `${made} of ${wanted} per variant` : `${wanted} per variant`;
}

function modeOf(result: Result): string {
  const { seed, seeds } = result.scenario;
  const runs = seeds > 1 ? `, ${runsPerVariant(result)}, counts summed` : "";
  return `${result.mode}, seed ${seed}${runs}`;
}

const columns: readonly TextColumn[] = [
  { head: "variant", isText: true },
  { head: "planned" },
  { head: "credited" },
  { head: "late" },
  { head: "lost" },
  { head: "declined" },
  { head: "uncredited" },
  { head: "p50" },
  { head: "p99" },
  { head: "bottleneck", isText: true },
];

function rowOf(variant: VariantResult): readonly string[] {
  const { credited, late, lost, declined } = variant.outcomes;
  return [
    plainText(variant.name),
    ...[variant.planned, credited, late, lost, declined].map(formatCount),
    formatPercent(measuredUncreditedRatio(variant)),
    formatMs(variant.timeToCreditMs.p50),
    formatMs(variant.timeToCreditMs.p99),
    plainText(mainBottleneck(variant)?.station ?? nothing),
  ];
}

/** From ten million on in millions: the line has room for no more. */
function formatCount(count: number): string {
  return count < 10_000_000 ? formatNumber(count) : `${formatNumber(count / 1_000_000)}M`;
}

function predictionLines(result: Result): readonly string[] {
  if (result.mode !== "live") return [];
  const rows = result.variants.map((measured) => {
    const predicted = result.predictions.find((it) => it.name === measured.name);
    return [
      plainText(measured.name),
      formatMs(predicted?.latencyMs.p50 ?? null),
      formatMs(measured.latencyMs.p50),
      formatMs(measured.sendLagMs.p99),
    ];
  });
  const heads: readonly TextColumn[] = [
    { head: "variant", isText: true },
    { head: "latency p50 predicted" },
    { head: "measured" },
    { head: "send lag p99" },
  ];
  return ["", ...renderTextTable(heads, rows, maxWidth)];
}

/** The interval of each figure of the table; of one run that asks for no steady state there is none. */
function intervalLines({ variants, scenario: { warmUp } }: Result): readonly string[] {
  const lines = variants.flatMap((variant) => {
    const known = shown.flatMap(({ name, metric, unit }) => {
      const interval = intervalOf(variant, metric);
      if (interval === undefined || interval.low === null) return [];
      const doubt = interval.doubt === undefined ? "" : ` (${interval.doubt})`;
      const mean = formatFigure(unit, interval.mean);
      return [`${name} ${mean} ${plusMinusText(interval, unit)}${doubt}`];
    });
    return known.length === 0 ? [] : [`${variant.name}: ${known.join(" · ")}`];
  });
  if (warmUp === undefined || lines.length === 0) return lines;
  return [...lines, `steady state: without the first ${formatDuration(warmUp.ms)}`];
}

/** Whether a figure is known as well as was asked for. */
export function precisionLines({ precision, scenario: { seeds } }: Result): readonly string[] {
  if (precision === undefined) return [];
  const { metric, targetRatio, reached, found } = precision;
  const percent = (ratio: number | null) => (ratio === null ? "unknown" : formatPercent(ratio));
  const each = found.map(({ variant, ratio }) => `${variant} ± ${percent(ratio)}`).join(" · ");
  const verdict = reached
    ? `${metric} is known to ± ${percent(targetRatio)} of its mean in every variant`
    : `${metric} could not be had to ± ${percent(targetRatio)} of its mean in every variant`;
  const isNothing = found.some(({ ratio }) => ratio === null);
  const why = isNothing ? " (unknown: it was 0, or not measured in every run)" : "";
  return [`${verdict}, after ${formatPlural(seeds, "seed")}: ${each}${why}`];
}

const shown = [
  { name: "uncredited", metric: "uncredited_rate", unit: "ratio" },
  { name: "p50", metric: "p50(time_to_credit)", unit: "ms" },
  { name: "p99", metric: "p99(time_to_credit)", unit: "ms" },
] as const;

/** `baseline, 8m to 12m: bank.risk: busy 100 %, …`: the longest spell; the page has all. */
function bottleneckLines({ name, bottlenecks }: VariantResult): readonly string[] {
  const [longest] = bottlenecks.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs));
  if (longest === undefined) return [];
  const others = bottlenecks.length - 1;
  const rest = others === 0 ? "" : ` (${formatPlural(others, "shorter spell")} more on the page)`;
  const when = `${formatInstant(longest.fromMs)} to ${formatInstant(longest.toMs)}`;
  return [`${name}, ${when}: ${longest.why}${rest}`];
}

/** How many parts of the tail a line names; the page has all. */
const partMaxCount = 4;

/** `baseline: 9.1 s against 240 ms in the mean · +5 s waiting in vain at terminal · …`. */
function tailLine({ name, tail }: VariantResult): readonly string[] {
  if (tail === undefined) return [];
  const parts = tail.parts
    .filter((it) => it.differenceMs > 0)
    .slice(0, partMaxCount)
    .map((it) => `+${formatMs(it.differenceMs)} ${describePart(it)}`);
  const means = `${formatMs(tail.tailMeanMs)} against ${formatMs(tail.medianMeanMs)} in the mean`;
  return [`${name}: ${[means, ...parts].join(" · ")}`];
}

/** One line a site: `baseline, operator.forward: attempts 4,810 · retries 12`. */
function remedyLines(variant: VariantResult): readonly string[] {
  const all = remedyCounts(variant);
  return [...new Set(all.map(({ site }) => site))].map((site) => {
    const counts = all
      .filter((it) => it.site === site)
      .map(({ count, value }) => `${nameOfCount(count)} ${formatNumber(value)}`);
    return `${variant.name}, ${site}: ${counts.join(" · ")}`;
  });
}

/** `baseline: bank-delay 1,297 (98.5%, the main cause) · network 20`; nothing where all came in time. */
function causeLine(variant: VariantResult): readonly string[] {
  const [main, ...others] = causeCounts(variant);
  if (main === undefined) return [];
  const share = `${formatPercent(main.ratio)}, the main cause`;
  const rest = others.map(({ cause, count }) => ` · ${cause} ${formatNumber(count)}`).join("");
  return [`${variant.name}: ${main.cause} ${formatNumber(main.count)} (${share})${rest}`];
}

function missedGates(variant: VariantResult): readonly string[] {
  return failedGates(variant).map((gate) => `${variant.name}: ${formatGate(gate)}`);
}

function brokenBooks(variant: VariantResult): readonly string[] {
  return brokenIntegrity(variant).map((it) => `${variant.name}: ${it}`);
}

function section(title: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  const lines = items.flatMap((it) => wrapText(plainText(it), maxWidth, "  - ", "    "));
  return ["", `${title}:`, ...lines];
}
