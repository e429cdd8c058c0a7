import { formatDuration } from "../kernel/units.ts";
import type {
  PlanCheck,
  PlanConfiguration,
  PlanHeadroom,
  PlanPoint,
  PlanResult,
} from "../record/plan-result.ts";
import { formatNumber, formatPercent, formatPlural, nothing } from "./format.ts";
import { type PageAssets, renderFrame } from "./frame.ts";
import { type Html, html, none } from "./html.ts";
import { renderFrontChart } from "./plan-chart.ts";
import {
  bindingCheck,
  effortLines,
  formatCheck,
  formatCost,
  formatGateFigure,
  formatHeadroom,
  headroomSubject,
  outcomeWords,
  planVerdictLine,
  renderVariantYaml,
} from "./plan-words.ts";
import { renderReproduce } from "./reproduce.ts";
import { type Column, renderTable } from "./table.ts";

/** The page of a plan in one file, a pure function of it. */
export function renderPlanPage(plan: PlanResult, assets: PageAssets): string {
  const { scenario, environment } = plan;
  const body = html`${renderHeader(plan)}
<nav aria-label="Contents"><ul>
<li><a href="#verdict">Verdict</a></li><li><a href="#checks">Checks</a></li>
<li><a href="#headroom">Headroom</a></li><li><a href="#front">Cost and loss</a></li>
<li><a href="#search">The search</a></li><li><a href="#reproduce">Reproduce</a></li>
</ul></nav>
<main>
${renderVerdict(plan)}
${renderChecks(plan)}
${renderHeadroom(plan)}
${renderFront(plan)}
${renderSearch(plan)}
${renderReproduce({ ...plan, mode: "simulated" })}
</main>`;
  const footer = html`Made by Tillstorm ${environment.tillstorm} from <code>plan.json</code>. Charts by Chart.js (MIT).`;
  const skipTo = { id: "verdict", name: "the verdict" };
  return renderFrame({ title: `${scenario.title}: plan`, skipTo, body, footer }, assets);
}

function renderHeader({ scenario, question }: PlanResult): Html {
  const window =
    scenario.windowFromMs > 0 ? `, from ${formatDuration(scenario.windowFromMs)} on` : "";
  return html`<header>
<p class="brand">Tillstorm · will the money arrive at peak hour?</p>
<h1>${scenario.title}</h1>
<p class="facts">A capacity plan, simulated in virtual time under the same draws ·
${formatPlural(question.conditions.length, "condition")}: ${question.conditions.join(" · ")} ·
${formatDuration(scenario.durationMs)} of traffic${window} · seed <code>${scenario.seed}</code></p>
</header>`;
}

const verdictKinds: Readonly<Record<PlanResult["verdict"], string>> = {
  ...{ found: "pass", tie: "inconclusive", none: "fail", partial: "inconclusive" },
};

function renderVerdict(plan: PlanResult): Html {
  const { cheapest, nearest, present, question, reasons, ties } = plan;
  const best = cheapest ?? nearest;
  type Row = { readonly path: Html; readonly best: string; readonly now: string };
  const rows: Row[] = question.knobs.map(({ path }, place) => ({
    path: html`<code>${path}</code>`,
    best: best?.values[place] ?? nothing,
    now: present.values[place] ?? nothing,
  }));
  rows.push({
    path: html`cost`,
    best: formatCost(plan, best?.cost ?? null),
    now: formatCost(plan, present.cost),
  });
  const columns: readonly Column<Row>[] = [
    { head: "What may vary", isText: true, cell: (it) => it.path },
    { head: cheapest === null ? "nearest" : "cheapest", cell: (it) => it.best },
    { head: "now", cell: (it) => it.now },
  ];
  const notes = reasons.length === 0 ? none : html`<ul class="reasons">${items(reasons)}</ul>`;
  const variant = renderVariantYaml(plan);
  return html`<section id="verdict" aria-labelledby="verdict-title">
<h2 id="verdict-title">Verdict</h2>
<p class="verdict ${verdictKinds[plan.verdict]}">${planVerdictLine(plan)}</p>
${notes}
${renderTable("What to buy, and what there is", columns, rows)}
${variant === "" ? none : html`<h3>As a variant of the scenario</h3><pre tabindex="0"><code>${variant}</code></pre>`}
${ties.length === 0 ? none : renderTies(plan)}
</section>`;
}

function items(texts: readonly string[]): readonly Html[] {
  return texts.map((it) => html`<li>${it}</li>`);
}

function renderTies(plan: PlanResult): Html {
  const columns: readonly Column<PlanConfiguration>[] = [
    { head: "Values", isText: true, cell: (it) => it.values.join(" · ") },
    { head: "cost", cell: (it) => formatCost(plan, it.cost) },
    {
      head: "nearest to its limit",
      isProse: true,
      cell: (it) => checkText(plan, bindingCheck(it)),
    },
  ];
  return html`<h3>Cheaper, and may pass too</h3>
<p>Under all seeds of the budget a limit still lies inside the interval. More seeds
(<code>plan.budget.seeds</code>) may decide it.</p>
${renderTable("Ties", columns, plan.ties)}`;
}

function checkText(plan: PlanResult, check: PlanCheck | undefined): string {
  return check === undefined ? nothing : formatCheck(plan, check);
}

type Judged = { readonly name: string; readonly checks: readonly PlanCheck[] };

/** Every gate under every condition, side by side. */
function renderChecks(plan: PlanResult): Html {
  const { cheapest, reject, present, nearest, question } = plan;
  const judged: Judged[] = [
    ...(cheapest === null ? [] : [{ name: "cheapest", checks: cheapest.checks }]),
    ...(cheapest?.verification
      ? [{ name: "cheapest, fresh seeds", checks: cheapest.verification.checks }]
      : []),
    ...(nearest === null ? [] : [{ name: "nearest", checks: nearest.checks }]),
    ...(reject === null
      ? []
      : [{ name: `rejected, ${formatCost(plan, reject.cost)}`, checks: reject.checks }]),
    ...(reject?.verification
      ? [{ name: "rejected, fresh seeds", checks: reject.verification.checks }]
      : []),
    { name: "now", checks: present.checks },
  ];
  type Row = { readonly condition: string; readonly gate: string };
  const rows = question.conditions.flatMap((condition) =>
    question.gates.map(({ expression }): Row => ({ condition, gate: expression })),
  );
  const columns: readonly Column<Row>[] = [
    { head: "Condition", isText: true, cell: (it) => it.condition },
    { head: "gate", isText: true, cell: (it) => html`<code>${it.gate}</code>` },
    ...judged.map(({ name, checks }) => ({
      head: name,
      cell: (row: Row) =>
        judgement(
          plan,
          checks.find((it) => it.condition === row.condition && it.gate === row.gate),
        ),
    })),
  ];
  const sure = formatPercent(question.confidenceRatio);
  const fresh = `${formatPlural(plan.scenario.seeds, "fresh seed")} or more, in runs of ${formatDuration(question.verifyMs)}`;
  return html`<section id="checks" aria-labelledby="checks-title">
<h2 id="checks-title">Checks</h2>
<p>Means over the runs, one figure a run, ± half of their ${sure} Student-t interval. A configuration is dropped
where one gate clearly fails, so it is not measured under the conditions that would have come after. The cheapest was
verified under ${fresh}.</p>
${renderTable("Every gate under every condition", columns, rows)}
</section>`;
}

function judgement(plan: PlanResult, check: PlanCheck | undefined): Html {
  if (check === undefined) return html`<small>not measured</small>`;
  const { gate, observed, low, high, decision, seeds } = check;
  const half = low === null || high === null || low === high ? null : (high - low) / 2;
  const around = half === null ? "" : ` ±${formatGateFigure(plan, gate, half)}`;
  const text = `${formatGateFigure(plan, gate, observed)}${around}`;
  const title = formatPlural(seeds, "run");
  if (decision === "open") return html`<span title="${title}">${text}</span> ?`;
  return decision === "holds"
    ? html`<span title="${title}">${text}</span> <span class="good">✓</span>`
    : html`<span title="${title}">${text}</span> <span class="bad">✗</span>`;
}

function renderHeadroom(plan: PlanResult): Html {
  const columns: readonly Column<PlanHeadroom>[] = [
    { head: "Configuration", isText: true, cell: headroomSubject },
    { head: "holds up to", cell: ({ holdsTo }) => factor(holdsTo) },
    { head: "fails at", cell: ({ failsAt }) => factor(failsAt) },
    { head: "what happens", isProse: true, cell: (it) => formatHeadroom(plan, it) },
  ];
  const table =
    plan.headroom.length === 0
      ? html`<p class="note">The load was not varied any further.</p>`
      : renderTable("Headroom, as times the load of the scenario", columns, plan.headroom);
  return html`<section id="headroom" aria-labelledby="headroom-title">
<h2 id="headroom-title">Headroom</h2>
<p>The load under which the mean of every figure still holds, found by bisection, 5 % exact; four runs a load, without a test.</p>
${table}
</section>`;
}

function factor(load: number | null): string {
  return load === null ? nothing : `${formatNumber(load)}x`;
}

function renderFront(plan: PlanResult): Html {
  const { points, condition } = plan.front;
  const columns: readonly Column<PlanPoint>[] = [
    { head: "Values", isText: true, cell: (it) => it.values.join(" · ") },
    { head: "cost", cell: (it) => formatCost(plan, it.cost) },
    { head: "uncredited", cell: (it) => formatPercent(it.uncreditedRatio) },
    { head: "gates", isText: true, cell: (it) => outcomeWords[it.outcome] },
    { head: "on the front", isText: true, cell: (it) => (it.isOnFront ? "yes" : nothing) },
  ];
  const pointsShown = html`<noscript><p class="note">The chart needs JavaScript; the table works without it.</p></noscript>
${renderFrontChart(plan)}
${renderTable(`What was simulated, under ${condition}`, columns, points)}`;
  return html`<section id="front" aria-labelledby="front-title">
<h2 id="front-title">Cost and loss</h2>
${points.length === 0 ? html`<p class="note">Nothing was simulated whose cost is known.</p>` : pointsShown}
</section>`;
}

function renderSearch(plan: PlanResult): Html {
  const { knobs } = plan.question;
  const columns: readonly Column<PlanResult["question"]["knobs"][number]>[] = [
    { head: "What may vary", isText: true, cell: ({ path }) => html`<code>${path}</code>` },
    {
      head: "Values and their costs",
      isProse: true,
      cell: ({ values }) => values.map((it) => `${it.text}: ${formatNumber(it.cost)}`).join(", "),
    },
    {
      head: "more is never worse",
      isText: true,
      cell: (it) => (it.isCapacity ? "taken so" : nothing),
    },
  ];
  return html`<section id="search" aria-labelledby="search-title">
<h2 id="search-title">The search</h2>
<p>${effortLines(plan).join(" ")}</p>
${renderTable("What the search could choose from", columns, knobs)}
</section>`;
}
