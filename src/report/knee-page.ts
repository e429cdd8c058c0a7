import { uslAt } from "../analysis/usl.ts";
import { formatDuration } from "../kernel/units.ts";
import type { Knee, LoadPoint } from "../record/knee-result.ts";
import { type ChartSpec, type Dataset, type Point, renderChart, short } from "./chart-spec.ts";
import type { Unit } from "./figure.ts";
import { formatInstant, formatMs, formatNumber, formatPercent, formatPlural } from "./format.ts";
import { type PageAssets, renderFrame } from "./frame.ts";
import { type Html, html, none } from "./html.ts";
import { describeRecovery, formatLoad, kneeSentences } from "./knee-words.ts";
import { renderTable } from "./table.ts";

/** `knee.html`: a pure function of `knee.json`. */
export function renderKneePage(knee: Knee, assets: PageAssets): string {
  const { scenario, variant, environment } = knee;
  const body = html`<header>
<p class="brand">Tillstorm · how much load does it bear?</p>
<h1>${scenario.title}</h1>
<p class="facts">Simulated, in virtual time · variant ${variant} · ${formatDuration(scenario.durationMs)} of traffic ·
${formatPlural(scenario.seeds, "run")} a load · seed <code>${scenario.seed}</code></p>
</header>
<main>
<noscript><p class="note">The curves need JavaScript; every table works without it.</p></noscript>
${renderBears(knee)}
${renderCurves(knee)}
${renderPoints(knee)}
${renderHysteresis(knee)}
${renderAgain(knee)}
</main>`;
  const footer = html`Made by Tillstorm ${environment.tillstorm} from <code>knee.json</code>. Charts by Chart.js (MIT).`;
  const skipTo = { id: "bears", name: "what it bears" };
  return renderFrame({ title: `${scenario.title}: knee`, skipTo, body, footer }, assets);
}

function renderBears(knee: Knee): Html {
  const [first = "", ...others] = kneeSentences(knee);
  return html`<section id="bears" aria-labelledby="bears-title">
<h2 id="bears-title">What it bears</h2>
<p class="verdict">${first}${knee.partial ? " Ended early: this is a part of it." : ""}</p>
<ul class="reasons">${others.map((it) => html`<li>${it}</li>`)}</ul>
</section>`;
}

function renderCurves(knee: Knee): Html {
  const of = (read: (point: LoadPoint) => number | null): readonly Point[] =>
    knee.points.map((it) => {
      const y = read(it);
      return { x: it.load, y: y === null ? null : short(y) };
    });
  const { usl } = knee;
  const law =
    usl === null
      ? []
      : [
          line(
            "Universal Scalability Law",
            "--muted",
            of((it) => uslAt(usl, it.load)),
            [5, 4],
          ),
        ];
  const about = `${knee.scenario.title}, ${knee.variant}`;
  return html`<section aria-labelledby="curves-title">
<h2 id="curves-title">Against the load</h2>
<div class="charts">
${renderChart(
  {
    title: "Throughput",
    note: "Offered, and credited within the promise.",
    label: `Throughput against load of ${about}`,
  },
  chart("per-second", "per second", [
    line(
      "offered",
      "--line-6",
      of((it) => it.offeredPerSecond),
      [2, 3],
    ),
    line(
      "credited",
      "--credited",
      of((it) => it.creditedPerSecond),
    ),
    ...law,
  ]),
)}
${renderChart(
  {
    title: "Latency",
    note: "From the planned instant.",
    label: `Latency against load of ${about}`,
  },
  chart("ms", "latency", [
    line(
      "p99",
      "--line-1",
      of((it) => it.latencyP99Ms),
    ),
    line(
      "p50",
      "--line-0",
      of((it) => it.latencyP50Ms),
    ),
  ]),
)}
${renderChart(
  {
    title: "Uncredited rate",
    note: "Share of what was due.",
    label: `Uncredited rate against load of ${about}`,
  },
  chart("ratio", "uncredited", [
    line(
      "uncredited",
      "--lost",
      of((it) => it.uncreditedRatio),
    ),
  ]),
)}
</div></section>`;
}

function line(
  label: string,
  colour: string,
  data: readonly Point[],
  borderDash: readonly number[] = [],
): Dataset<Point> {
  const pointRadius = borderDash.length > 0 ? 0 : 2;
  return {
    label,
    data,
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: 1.75,
    borderDash,
    pointRadius,
  };
}

function chart(unit: Unit, yTitle: string, datasets: readonly Dataset<Point>[]): ChartSpec {
  return {
    config: {
      type: "line",
      data: { datasets },
      options: {
        indexAxis: "x",
        scales: {
          x: {
            type: "linear",
            min: 0,
            title: { display: true, text: "times the scenario's load" },
          },
          y: { type: "linear", min: 0, title: { display: true, text: yTitle } },
        },
      },
    },
    unit,
    bands: [],
  };
}

function renderPoints({ points, gates }: Knee): Html {
  const held = gates.length > 0 ? gates.join(", ") : "an uncredited rate below 1 %";
  return html`<section aria-labelledby="points-title">
<h2 id="points-title">Every load that was tried</h2>
<p>What must hold: ${held}.</p>
${renderTable(
  "Figures by load",
  [
    { head: "Load", cell: (it) => formatLoad(it.load) },
    { head: "offered", cell: (it) => `${formatNumber(it.offeredPerSecond)}/s` },
    { head: "credited", cell: (it) => `${formatNumber(it.creditedPerSecond)}/s` },
    { head: "uncredited rate", cell: (it) => formatPercent(it.uncreditedRatio) },
    { head: "latency p50", cell: (it) => formatMs(it.latencyP50Ms) },
    { head: "latency p99", cell: (it) => formatMs(it.latencyP99Ms) },
    {
      head: "Holds",
      isText: true,
      cell: (it) =>
        it.holds ? html`<span class="good">✓ holds</span>` : html`<span class="bad">✗ fails</span>`,
    },
  ],
  points,
)}
</section>`;
}

function renderHysteresis({ hysteresis }: Knee): Html {
  if (hysteresis === null) return none;
  const { spikeLoad, spikeFromMs, spikeForMs, tests } = hysteresis;
  return html`<section aria-labelledby="back-title">
<h2 id="back-title">Does it come back?</h2>
<p>In one run the load is raised to ${formatLoad(spikeLoad)} from ${formatInstant(spikeFromMs)} on for
${formatInstant(spikeForMs)}, beyond the collapse, then it is as before. The last tenth of the traffic is held against the same
run without the spike, under the same draws. Where it does not come back it is metastable: the overload keeps itself alive.</p>
${renderTable(
  "After the spike, by the load that it comes back to",
  [
    { head: "Load", cell: (it) => formatLoad(it.load) },
    { head: "Then", isText: true, cell: (it) => describeRecovery(it) },
    { head: "waiting halfway", cell: (it) => formatNumber(it.waitingHalfway) },
    { head: "waiting at the end", cell: (it) => formatNumber(it.waitingAtEnd) },
  ],
  tests,
)}
</section>`;
}

function renderAgain({ environment, scenario }: Knee): Html {
  return html`<section aria-labelledby="again-title">
<h2 id="again-title">Reproduce</h2>
<pre><code>${environment.command}</code></pre>
<p>Tillstorm ${environment.tillstorm}, Node ${environment.node}; scenario <code>${scenario.hash.slice(0, 16)}</code>.</p>
</section>`;
}
