import {
  Bottleneck,
  BottleneckShare,
  type FaultBand,
  type VariantResult,
} from "../record/result.ts";
import { formatInstant, formatNumber, formatPercent } from "./format.ts";
import { terms } from "./glossary.ts";
import { type Html, html, none } from "./html.ts";
import { lineColour } from "./palette.ts";
import { renderTable } from "./table.ts";

/** Which station held the chain back from when to when, as bars on the time axis and in words. */
export function renderBottlenecks(
  variant: VariantResult,
  durationMs: number,
  bands: readonly FaultBand[],
): Html {
  if (variant.bottlenecks.length === 0) {
    return html`<h3>Bottleneck</h3><p class="note">No station held the chain back.</p>`;
  }
  const endMs = variant.bottlenecks.reduce((most, it) => Math.max(most, it.toMs), durationMs);
  const stations = [...new Set(variant.bottlenecks.map((it) => it.station))];
  const places = new Map(variant.series.stations.map((it, index) => [it.name, index]));
  const faults = bands.map((it) => box("fault", "--fault", it, endMs));
  const rows = stations.map((station) => {
    const colour = lineColour(places.get(station) ?? 0);
    const own = variant.bottlenecks.filter((it) => it.station === station);
    return html`<div class="lane"><span class="lane-name">${station}</span>
<span class="track">${faults}${own.map((it) => box("span", colour, it, endMs))}</span></div>`;
  });
  return html`<h3>Bottleneck</h3>
<p>${terms.bottleneck.meaning}${bands.length > 0 ? " Faults are shaded." : ""}</p>
<div class="timeline" aria-hidden="true">${rows}
<div class="lane"><span class="lane-name"></span><span class="axis"><span>0s</span><span>${formatInstant(endMs / 2)}</span><span>${formatInstant(endMs)}</span></span></div>
</div>
<ol class="spells">${variant.bottlenecks.map(spell)}</ol>
${renderFlows(variant)}${renderShares(variant)}`;
}

/** Of each spell: what came and what was taken up. Results of older versions do not say. */
function renderFlows({ name, bottlenecks }: VariantResult): Html {
  if (!bottlenecks.some((it) => it.drainedPerSecond !== undefined)) return none;
  const meaningOf = (key: "arrivalsPerSecond" | "droppedPerSecond" | "drainedPerSecond") =>
    Bottleneck.shape[key].description ?? "";
  const perSecond = (value: number | undefined) =>
    value === undefined ? "not measured" : `${formatNumber(value)}/s`;
  return renderTable(
    `Bottlenecks of ${name}`,
    [
      { head: "Spell", isText: true, cell: (it) => it.station },
      { head: "from", cell: (it) => formatInstant(it.fromMs) },
      { head: "to", cell: (it) => formatInstant(it.toMs) },
      {
        head: "alone",
        meaning: Bottleneck.shape.soleRatio.description ?? "",
        cell: (it) => formatPercent(it.soleRatio ?? null),
      },
      {
        head: "came",
        meaning: meaningOf("arrivalsPerSecond"),
        cell: (it) => perSecond(it.arrivalsPerSecond),
      },
      {
        head: "turned away",
        meaning: meaningOf("droppedPerSecond"),
        cell: (it) => perSecond(it.droppedPerSecond),
      },
      {
        head: "left the queue",
        meaning: meaningOf("drainedPerSecond"),
        cell: (it) => perSecond(it.drainedPerSecond),
      },
      {
        head: "queue grew",
        meaning: Bottleneck.shape.queueGrowthPerSecond.description ?? "",
        cell: (it) => perSecond(it.queueGrowthPerSecond),
      },
      {
        head: "victims",
        isText: true,
        meaning: Bottleneck.shape.victims.description ?? "",
        cell: (it) => (it.victims ?? []).join(", ") || "none",
      },
    ],
    bottlenecks,
  );
}

/** How long each station was the bottleneck: alone, and while it shifted. */
function renderShares({ name, bottleneckShares = [] }: VariantResult): Html {
  if (bottleneckShares.length === 0) return none;
  const { soleRatio, shiftingRatio } = BottleneckShare.shape;
  return renderTable(
    `Share of the run of ${name} in which a station was the bottleneck`,
    [
      { head: "Station", isText: true, cell: (it) => it.station },
      {
        head: "alone",
        meaning: soleRatio.description ?? "",
        cell: (it) => formatPercent(it.soleRatio),
      },
      {
        head: "shifting",
        meaning: shiftingRatio.description ?? "",
        cell: (it) => formatPercent(it.shiftingRatio),
      },
    ],
    bottleneckShares,
  );
}

/** The reason may open with the station's name; once is enough. */
function spell(it: Bottleneck): Html {
  const name = `${it.station}: `;
  const why = it.why.startsWith(name) ? it.why.slice(name.length) : it.why;
  const when = `${formatInstant(it.fromMs)} to ${formatInstant(it.toMs)}`;
  return html`<li><strong>${it.station}</strong>, ${when}: ${why}</li>`;
}

/** A stretch of time as a box; at least a hairline, never out of the track. */
function box(
  kind: "fault" | "span",
  colour: string,
  it: { readonly fromMs: number; readonly toMs: number },
  endMs: number,
): Html {
  const percent = (ms: number): number => (Math.min(Math.max(ms, 0), endMs) / endMs) * 100;
  const left = Math.min(percent(it.fromMs), 99.5);
  const width = Math.max(percent(it.toMs) - left, 0.5);
  const style = `left:${left.toFixed(2)}%;width:${width.toFixed(2)}%;background:var(${colour})`;
  return html`<span class="${kind}" style="${style}"></span>`;
}
