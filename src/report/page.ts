import type { Result } from "../record/result.ts";
import { renderComparisons, renderVariants } from "./comparison.ts";
import { type PageAssets, renderFrame } from "./frame.ts";
import { renderGlossary } from "./glossary.ts";
import { type Html, html, none } from "./html.ts";
import { renderParity } from "./parity-section.ts";
import { renderPredictions } from "./prediction.ts";
import { renderReproduce } from "./reproduce.ts";
import { renderVariantSection } from "./variant-section.ts";
import { renderGates, renderHeader, renderVerdict } from "./verdict.ts";

/** `report.html`: the whole page in one file, a pure function of the result. */
export function renderPage(result: Result, assets: PageAssets): string {
  const { scenario, environment } = result;
  const body = html`${renderHeader(result)}
${renderContents(result)}
<main>
<noscript><p class="note">The curves need JavaScript; every table works without it.</p></noscript>
${renderVerdict(result)}
${renderParity(result)}
${renderGates(result)}
${renderVariants(result)}
${renderComparisons(result.comparisons)}
${result.variants.map((it, index) => renderVariantSection(result, it, index))}
${hasParity(result) ? none : renderPredictions(result)}
${renderReproduce(result)}
${renderGlossary(result)}
</main>`;
  const footer = html`Made by Tillstorm ${environment.tillstorm} from <code>result.json</code>. Charts by Chart.js (MIT).`;
  const skipTo = { id: "verdict", name: "the verdict" };
  return renderFrame({ title: scenario.title, skipTo, body, footer }, assets);
}

/** `verify` shows the prediction in a section of its own, with more of it. */
function hasParity({ parity }: Result): boolean {
  return parity !== undefined && parity.length > 0;
}

function renderContents(result: Result): Html {
  const link = (id: string, name: string): Html => html`<li><a href="#${id}">${name}</a></li>`;
  return html`<nav aria-label="Contents"><ul>
${link("verdict", "Verdict")}
${hasParity(result) ? link("parity", "Predicted against measured") : none}
${link("gates", "Gates")}
${link("variants", "Side by side")}
${link("comparisons", "Changes")}
${result.variants.map((it, index) => link(`variant-${index}`, it.name))}
${result.predictions.length > 0 && !hasParity(result) ? link("prediction", "Predicted") : none}
${link("reproduce", "Reproduce")}
${link("glossary", "Glossary")}
</ul></nav>`;
}
