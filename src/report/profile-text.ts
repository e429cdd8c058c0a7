import type { Profile } from "../record/profile-result.ts";
import { formatNumber } from "./format.ts";
import {
  bestLine,
  describeChange,
  effectOf,
  formatEffect,
  formatMetric,
  onlyLine,
} from "./profile-words.ts";
import { plainText, renderTextTable, type TextColumn, wrapText } from "./text-table.ts";

const maxWidth = 100;

const columns: readonly TextColumn[] = [
  { head: "change", isText: true },
  { head: "uncredited rate" },
  { head: "latency p99" },
];

/** What the terminal shows of a profile: what is worth the most, then every change. */
export function renderProfileText(profile: Profile): string {
  const { baseline, rows, scenario, variant, partial, changeCount } = profile;
  const only = onlyLine(profile);
  const missing = partial
    ? `\nEnded early: ${formatNumber(rows.length)} of ${formatNumber(changeCount)} changes were tried.`
    : "";
  const asItIs = [
    "(as it is)",
    formatMetric("uncreditedRatio", baseline.uncreditedRatio),
    formatMetric("latencyP99Ms", baseline.latencyP99Ms),
  ];
  return [
    ...wrapText(plainText(bestLine(rows)), maxWidth, "", "  "),
    ...wrapText(
      plainText(
        `${scenario.title} (${variant}, ${scenario.seeds} paired runs, seed ${scenario.seed})`,
      ),
      maxWidth,
      "",
      "  ",
    ),
    ...(only === "" ? [] : wrapText(plainText(only), maxWidth, "", "  ")),
    "",
    ...renderTextTable(
      columns,
      [
        asItIs,
        ...rows.map((row) => [
          plainText(describeChange(row)),
          formatEffect(effectOf(row, "uncreditedRatio")),
          formatEffect(effectOf(row, "latencyP99Ms")),
        ]),
      ],
      maxWidth,
    ),
    `differences with their intervals; those of a column hold together with ${100 * profile.jointConfidence} %${missing}`,
    "",
  ].join("\n");
}
