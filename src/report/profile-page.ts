import { formatDuration } from "../kernel/units.ts";
import type { ProfileEffect, ProfileMetric, ProfileRow } from "../record/profile-result.ts";
import {
  type Profile,
  Profile as ProfileSchema,
  profileMetrics,
} from "../record/profile-result.ts";
import { formatNumber, formatPlural } from "./format.ts";
import { renderFrame } from "./frame.ts";
import { type Html, html, none } from "./html.ts";
import {
  bestLine,
  describeChange,
  effectOf,
  formatEffect,
  formatMetric,
  metricWords,
  onlyLine,
} from "./profile-words.ts";
import { renderTable } from "./table.ts";

/** `profile.html`: a pure function of `profile.json`. */
export function renderProfilePage(profile: Profile): string {
  const { scenario, variant, environment } = profile;
  const body = html`<header>
<p class="brand">Tillstorm · what would each small change be worth?</p>
<h1>${scenario.title}</h1>
<p class="facts">Simulated, in virtual time · variant ${variant} · ${formatDuration(scenario.durationMs)} of traffic ·
${formatPlural(scenario.seeds, "run")} a change, paired · seed <code>${scenario.seed}</code></p>
</header>
<main>
${renderWorth(profile)}
${profileMetrics.map((metric) => renderBars(profile, metric))}
${renderAgain(profile)}
</main>`;
  const footer = html`Made by Tillstorm ${environment.tillstorm} from <code>profile.json</code>.`;
  const skipTo = { id: "worth", name: "what is worth the most" };
  return renderFrame({ title: `${scenario.title}: profile`, skipTo, body, footer }, null);
}

function renderWorth(profile: Profile): Html {
  const { rows, baseline, partial, changeCount, jointConfidence } = profile;
  const only = onlyLine(profile);
  const early = `Ended early: ${formatNumber(rows.length)} of ${formatPlural(changeCount, "change")} were tried.`;
  return html`<section id="worth" aria-labelledby="worth-title">
<h2 id="worth-title">What each change is worth</h2>
<p class="verdict">${bestLine(rows)}${partial ? ` ${early}` : ""}</p>
${only === "" ? "" : html`<p>${only}</p>`}
<p>Every change was simulated under the same draws as the chain as it is, so a difference is the change's doing.
The intervals of a column hold together with ${100 * jointConfidence} % (Student t, Bonferroni). A change is called
an improvement only where its interval excludes 0. As it is: ${profileMetrics
    .map((it) => `${metricWords[it]} ${formatMetric(it, baseline[it])}`)
    .join(", ")}.</p>
${renderTable(
  "Changes, the most worth first: by the uncredited rate, then the p99",
  [
    {
      head: "Change",
      isText: true,
      meaning: ProfileSchema.shape.rows.element.shape.kind.description ?? "",
      cell: describeChange,
    },
    ...[...profileMetrics].reverse().map((metric) => ({
      head: metricWords[metric],
      cell: (row: ProfileRow) => effectCell(effectOf(row, metric)),
    })),
  ],
  rows,
)}
</section>`;
}

function effectCell(it: ProfileEffect | undefined): Html {
  const text = formatEffect(it);
  if (it?.effect === "better") return html`<span class="good">${text}</span>`;
  return it?.effect === "worse" ? html`<span class="bad">${text}</span>` : html`${text}`;
}

/** Intervals as bars around 0, on one scale. */
function renderBars({ rows }: Profile, metric: ProfileMetric): Html {
  const shown = rows.flatMap((row) => {
    const it = effectOf(row, metric);
    return it === undefined || (it.low === 0 && it.high === 0) ? [] : [{ row, it }];
  });
  if (shown.length === 0) return none;
  const least = shown.reduce((low, { it }) => Math.min(low, it.low), 0);
  const most = shown.reduce((high, { it }) => Math.max(high, it.high), 0);
  const percent = (value: number) => (100 * (value - least)) / (most - least);
  const mark = (left: number, width: number, colour: string) => {
    const style = `left:${left.toFixed(2)}%;width:${width.toFixed(2)}%;background:var(${colour})`;
    return html`<span class="span" style="${style}"></span>`;
  };
  const zero = html`<span style="left:${percent(0).toFixed(2)}%;width:1px;background:var(--muted)"></span>`;
  const lanes = shown.map(({ row, it }) => {
    const left = Math.min(percent(it.low), 99.5);
    const width = Math.max(0.5, percent(it.high) - left);
    return html`<div class="lane"><span class="lane-name">${describeChange(row)}</span>
<span class="track">${zero}${mark(left, width, colourOf[it.effect])}</span></div>`;
  });
  const ends = html`<span>${formatMetric(metric, least)}</span><span>${formatMetric(metric, most)}</span>`;
  return html`<section aria-label="${metricWords[metric]}">
<h2>Change of the ${metricWords[metric]}</h2>
<p>Intervals; the line is 0, what is left of it is an improvement.</p>
<div class="timeline" aria-hidden="true">${lanes}
<div class="lane"><span class="lane-name"></span><span class="axis">${ends}</span></div></div>
</section>`;
}

const colourOf: Readonly<Record<ProfileEffect["effect"], string>> = {
  better: "--good",
  worse: "--bad",
  "none shown": "--muted",
};

function renderAgain({ environment, scenario }: Profile): Html {
  return html`<section aria-labelledby="again-title">
<h2 id="again-title">Reproduce</h2>
<pre><code>${environment.command}</code></pre>
<p>Tillstorm ${environment.tillstorm}, Node ${environment.node}; scenario <code>${scenario.hash.slice(0, 16)}</code>.</p>
</section>`;
}
