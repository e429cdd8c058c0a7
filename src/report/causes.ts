import { causes } from "../domain/outcome.ts";
import type { FaultBand, Series, VariantResult } from "../record/result.ts";
import { type CauseCount, causeCounts, causeWords } from "./cause-words.ts";
import { renderChart } from "./chart-spec.ts";
import { formatNumber, formatPercent } from "./format.ts";
import { terms } from "./glossary.ts";
import { type Html, html, none } from "./html.ts";
import { causeColour } from "./palette.ts";
import { stackedAreas } from "./stacked-areas.ts";
import { renderTable } from "./table.ts";
import { type TimeSpan, timeChart } from "./time-chart.ts";

type Common = { readonly span: TimeSpan; readonly bands: readonly FaultBand[] };

/** What the late and the lost suffered from, over time; nothing where all was credited in time. */
export function renderCauseChart(
  name: string,
  series: Series,
  durationMs: number,
  common: Common,
): Html {
  const layers = causes.flatMap((cause) => {
    const counts = series.causes?.[cause] ?? [];
    const layer = { label: cause, colour: causeColour(cause), counts };
    return counts.some((count) => count > 0) ? [layer] : [];
  });
  if (layers.length === 0) return none;
  return renderChart(
    {
      title: "Uncredited by cause over time",
      note: "Late and lost activations by the time at which they were planned, stacked.",
      label: `${name}: late and lost activations over time, stacked by cause: ${layers.map((it) => it.label).join(", ")}`,
    },
    timeChart({
      ...common,
      unit: "per-second",
      yTitle: "activations per second",
      datasets: stackedAreas(series, durationMs, layers),
      isStacked: true,
    }),
  );
}

/** The causes of a variant with their counts; nothing where all was credited in time. */
export function renderCauses(variant: VariantResult): Html {
  const rows = causeCounts(variant);
  if (rows.length === 0) return none;
  return html`<h3>Why it was not credited in time</h3>
${renderTable<CauseCount>(
  `Causes of ${variant.name}`,
  [
    { head: "Cause", isText: true, cell: ({ cause }) => cause },
    { head: "count", meaning: terms.causes.meaning, cell: ({ count }) => formatNumber(count) },
    { head: "of the uncredited", cell: ({ ratio }) => formatPercent(ratio) },
    { head: "Meaning", isProse: true, cell: ({ cause }) => causeWords[cause].meaning },
  ],
  rows,
)}
`;
}
