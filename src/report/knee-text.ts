import type { Knee } from "../record/knee-result.ts";
import { formatMs, formatNumber, formatPercent, formatPlural } from "./format.ts";
import { describeRecovery, formatLoad, kneeSentences } from "./knee-words.ts";
import { plainText, renderTextTable, type TextColumn, wrapText } from "./text-table.ts";

const maxWidth = 100;

const columns: readonly TextColumn[] = [
  { head: "load" },
  { head: "offered" },
  { head: "credited" },
  { head: "uncredited" },
  { head: "latency p50" },
  { head: "p99" },
  { head: "gates", isText: true },
];

/** What the terminal shows of a knee: the findings, then every load that was tried. */
export function renderKneeText(knee: Knee): string {
  const { scenario, variant, points, hysteresis, partial } = knee;
  const runs = `${variant}, ${formatPlural(scenario.seeds, "run")} a load, seed ${scenario.seed}`;
  return [
    ...kneeSentences(knee).flatMap((it) => wrapText(plainText(it), maxWidth, "", "  ")),
    ...wrapText(plainText(`${scenario.title} (${runs})`), maxWidth, "", "  "),
    ...(partial ? ["Ended early: this is a part of it."] : []),
    "",
    ...renderTextTable(
      columns,
      points.map((it) => [
        formatLoad(it.load),
        `${formatNumber(it.offeredPerSecond)}/s`,
        `${formatNumber(it.creditedPerSecond)}/s`,
        formatPercent(it.uncreditedRatio),
        formatMs(it.latencyP50Ms),
        formatMs(it.latencyP99Ms),
        it.holds ? "hold" : "fail",
      ]),
      maxWidth,
    ),
    "credited: within the promise; latency: from the planned instant to the end at the terminal",
    ...(hysteresis === null || hysteresis.tests.length === 0
      ? []
      : [
          "",
          `Back from a spike to ${formatLoad(hysteresis.spikeLoad)}, at:`,
          ...hysteresis.tests.map((it) => `  - ${formatLoad(it.load)}: ${describeRecovery(it)}`),
        ]),
    "",
  ].join("\n");
}
