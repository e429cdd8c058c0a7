import type { Result } from "../record/result.ts";
import { chartBoot } from "./chart-boot.ts";
import { renderComparisons, renderVariants } from "./comparison.ts";
import { renderGlossary } from "./glossary.ts";
import { embedScript, type Html, html, none, trusted } from "./html.ts";
import { renderParity } from "./parity-section.ts";
import { renderPredictions } from "./prediction.ts";
import { renderReproduce } from "./reproduce.ts";
import { renderStyle } from "./style.ts";
import { renderVariantSection } from "./variant-section.ts";
import { renderGates, renderHeader, renderVerdict } from "./verdict.ts";

/** What the page takes in whole, so that it needs no network to be read. */
export type PageAssets = {
  /** The text of `chart.js/dist/chart.umd.min.js`. */
  readonly chartLibrary: string;
};

/** Nothing may be fetched: a browser that obeys this sends no request, whatever else went wrong. */
const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A line that rises, in the colour of credited money. */
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M1 13l4-5 3 3 6-8' fill='none' stroke='%230072b2' stroke-width='2'/%3E%3C/svg%3E";

/** `report.html`: the whole page in one file, a pure function of the result. */
export function renderPage(result: Result, assets: PageAssets): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="color-scheme" content="light dark">
<title>${result.scenario.title} · Tillstorm</title>
<link rel="icon" href="${icon}">
<style>${trusted(renderStyle())}</style>
</head>
<body>
<a class="skip" href="#verdict">Skip to the verdict</a>
<div class="page">
${renderHeader(result)}
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
</main>
<footer><p>Made by Tillstorm ${result.environment.tillstorm} from <code>result.json</code>. Charts by Chart.js (MIT).</p></footer>
</div>
${embedScript(assets.chartLibrary)}
${embedScript(chartBoot)}
</body>
</html>
`;
  return page.markup;
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
