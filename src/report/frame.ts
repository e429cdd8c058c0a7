import { chartBoot } from "./chart-boot.ts";
import { embedScript, type Html, html, none, trusted } from "./html.ts";
import { renderStyle } from "./style.ts";

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

/**
 * A whole page in one file. `skipTo`: the id of its first section, and what that is called.
 *
 * @param assets - Null: the page has no charts, and so no script.
 */
export function renderFrame(
  page: {
    readonly title: string;
    readonly skipTo: { readonly id: string; readonly name: string };
    readonly body: Html;
    readonly footer: Html;
  },
  assets: PageAssets | null,
): string {
  const { title, skipTo, body, footer } = page;
  const whole = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="color-scheme" content="light dark">
<title>${title} · Tillstorm</title>
<link rel="icon" href="${icon}">
<style>${trusted(renderStyle())}</style>
</head>
<body>
<a class="skip" href="#${skipTo.id}">Skip to ${skipTo.name}</a>
<div class="page">
${body}
<footer><p>${footer}</p></footer>
</div>
${assets === null ? none : embedScript(assets.chartLibrary)}
${assets === null ? none : embedScript(chartBoot)}
</body>
</html>
`;
  return whole.markup;
}
