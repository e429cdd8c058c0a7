import type { Result } from "../record/result.ts";
import { formatMs, formatNumber } from "./format.ts";
import { type Html, html } from "./html.ts";

/** What is needed to make the same record again. */
export function renderReproduce(
  result: Pick<Result, "environment" | "scenario" | "mode"> & { readonly schema: string },
): Html {
  const { environment, scenario, mode } = result;
  const facts: readonly (readonly [string, string])[] = [
    ["Seed", scenario.seed],
    ["Seeds", formatNumber(scenario.seeds)],
    ["Scenario", scenario.name],
    ["Scenario, SHA-256", scenario.hash],
    ["Tillstorm", environment.tillstorm],
    ["Node", environment.node],
    [
      "Machine",
      `${environment.platform}, ${formatNumber(environment.cpus)} × ${environment.cpuModel}`,
    ],
    ["Started", environment.startedAt],
    ["Took", formatMs(environment.elapsedMs)],
    ["Result format", result.schema],
  ];
  const rows = facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  const note =
    mode === "simulated"
      ? "The same scenario, seed and version give the same figures, byte for byte, on any machine."
      : "The same scenario and seed give the same arrivals and draws; what real servers make of them varies a little from run to run.";
  return html`<section id="reproduce" aria-labelledby="reproduce-title">
<h2 id="reproduce-title">How to reproduce it</h2>
<pre class="command" tabindex="0"><code>${environment.command}</code></pre>
<p>${note}</p>
<dl class="facts-list">${rows}</dl>
<details><summary>The scenario file as it was read</summary>
<pre tabindex="0"><code>${scenario.text}</code></pre></details>
</section>`;
}
