import { formatDuration } from "../kernel/units.ts";
import type { GateResult, Result } from "../record/result.ts";
import { formatFigure, unitOfGate } from "./figure.ts";
import { type Answer, answerOf, verdictLine } from "./findings.ts";
import { formatPlural } from "./format.ts";
import { terms } from "./glossary.ts";
import { type Html, html, none } from "./html.ts";
import { precisionLines, runsPerVariant } from "./summary.ts";
import { type Column, renderTable } from "./table.ts";

/** The top of the page: what was run, and whether the money will arrive. */
export function renderHeader(result: Result): Html {
  const { scenario, mode } = result;
  const how =
    mode === "live" ? "Run live, on real servers and sockets" : "Simulated, in virtual time";
  const window =
    scenario.windowFromMs > 0 ? `, from ${formatDuration(scenario.windowFromMs)} on` : "";
  return html`<header>
<p class="brand">Tillstorm · will the money arrive at peak hour?</p>
<h1>${scenario.title}</h1>
<p class="facts">${how} · ${formatDuration(scenario.durationMs)} of traffic${window} ·
${formatPlural(result.variants.length, "variant")} · seed <code>${scenario.seed}</code>${
    scenario.seeds > 1 ? html` · ${runsPerVariant(result)}` : none
  } · promise ${formatDuration(scenario.promiseMs)}</p>
</header>`;
}

export function renderVerdict(result: Result): Html {
  const answers = result.variants.map((variant) => {
    const answer = answerOf(result, variant);
    return html`<li class="answer ${answer.kind}"><strong>${variant.name}</strong>
<span class="mark">${marks[answer.kind]}</span> <em>${answer.short}</em> ${answer.why}</li>`;
  });
  return html`<section id="verdict" aria-labelledby="verdict-title">
<h2 id="verdict-title">Verdict</h2>
<p class="verdict ${result.verdict}">${verdictLine(result)}</p>
${renderReasons([...result.reasons, ...precisionLines(result)])}
<ul class="answers">${answers}</ul>
</section>`;
}

const marks: Readonly<Record<Answer["kind"], string>> = {
  yes: "✓",
  no: "✗",
  unjudged: "·",
  unknown: "?",
};

function renderReasons(reasons: readonly string[]): Html {
  if (reasons.length === 0) return none;
  return html`<ul class="reasons">${reasons.map((it) => html`<li>${it}</li>`)}</ul>`;
}

/** Every gate: what was demanded, and what each variant was observed to do. */
export function renderGates(result: Result): Html {
  const expressions = result.variants.flatMap((it) => it.gates.map((gate) => gate.expression));
  const columns: readonly Column<string>[] = [
    { head: "Gate", isText: true, cell: (it) => html`<code>${it}</code>` },
    ...result.variants.map((variant) => ({
      head: variant.name,
      cell: (expression: string) =>
        judgement(variant.gates.find((it) => it.expression === expression)),
    })),
  ];
  const table = renderTable("What was observed, and whether it passed", columns, [
    ...new Set(expressions),
  ]);
  return html`<section id="gates" aria-labelledby="gates-title">
<h2 id="gates-title">Gates</h2>
<p>${terms.gate.meaning}</p>
${expressions.length === 0 ? html`<p class="note">The scenario sets no gate.</p>` : table}
</section>`;
}

function judgement(gate: GateResult | undefined): Html {
  if (gate === undefined) return html`<small>not set</small>`;
  const observed = formatFigure(unitOfGate(gate.expression), gate.observed);
  return gate.passed
    ? html`${observed} <span class="good">✓ passed</span>`
    : html`${observed} <span class="bad">✗ failed</span>`;
}
