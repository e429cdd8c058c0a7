import { formatDuration } from "../kernel/units.ts";
import type { PlanConfiguration, PlanPoint, PlanResult } from "../record/plan-result.ts";
import { formatNumber, formatPercent } from "./format.ts";
import {
  bindingCheck,
  effortLines,
  formatCheck,
  formatCost,
  formatHeadroom,
  formatObserved,
  headroomSubject,
  outcomeWords,
  planVerdictLine,
  refutation,
  renderVariantYaml,
} from "./plan-words.ts";
import { plainText, renderTextTable, wrapText } from "./text-table.ts";

/** No line is longer. [columns] */
const maxWidth = 100;
/** Ties and points of the front that are printed; all stand in plan.json. */
const rowMaxCount = 12;

/** What the terminal shows after a search. */
export function renderPlanText(plan: PlanResult): string {
  const { scenario, cheapest, nearest, reject, present, ties } = plan;
  const configuration = cheapest ?? nearest;
  const lines = [
    ...wrap(`${scenario.name}: ${planVerdictLine(plan)}`),
    ...wrap(`${scenario.title} (simulated, seed ${scenario.seed})`),
    "",
    ...(configuration === null ? [] : valuesTable(plan, configuration)),
    ...section("Binds, by the means over the runs and their intervals", [
      ...(cheapest === null ? [] : bindingLines(plan, cheapest, "the cheapest")),
      ...(cheapest === null && nearest !== null ? bindingLines(plan, nearest, "the nearest") : []),
      ...(reject === null
        ? []
        : bindingLines(plan, reject, `rejected at ${formatCost(plan, reject.cost)}`)),
      ...bindingLines(plan, present, "as it is now"),
    ]),
    ...section(
      "May pass too, and is cheaper",
      ties
        .slice(0, rowMaxCount)
        .map(
          (it) =>
            `${formatCost(plan, it.cost)}: ${it.values.join(" · ")}; ${bindingText(plan, it)}`,
        ),
    ),
    ...section(
      "Headroom, by the load under which the means still hold",
      plan.headroom.map((it) => `${headroomSubject(it)}: ${formatHeadroom(plan, it)}`),
    ),
    ...frontLines(plan),
    "",
    ...wrap(effortLines(plan).join(" ")),
    ...section("Note", plan.reasons),
    ...(plan.patch === null ? [] : ["", ...renderVariantYaml(plan).split("\n").map(plainText)]),
  ];
  return `${lines.join("\n")}\n`;
}

function valuesTable(plan: PlanResult, { values }: PlanConfiguration): readonly string[] {
  const rows = plan.question.knobs.map(({ path, present }, place) => [
    plainText(path),
    plainText(values[place] ?? ""),
    plainText(plan.present.values[place] ?? present.text),
  ]);
  const head = plan.cheapest === null ? "nearest" : "cheapest";
  const costs = [
    "cost",
    costText(plan, plan.cheapest ?? plan.nearest),
    costText(plan, plan.present),
  ];
  const columns = [{ head: "what may vary", isText: true }, { head }, { head: "now" }];
  return renderTextTable(columns, [...rows, costs], maxWidth);
}

function costText(plan: PlanResult, it: PlanConfiguration | null): string {
  return plainText(formatCost(plan, it?.cost ?? null));
}

function bindingLines(plan: PlanResult, it: PlanConfiguration, who: string): readonly string[] {
  return [`${who}: ${bindingText(plan, it)}`];
}

function bindingText(plan: PlanResult, it: PlanConfiguration): string {
  const check = bindingCheck(it);
  if (check === undefined) return outcomeWords[it.outcome];
  const refuted = refutation(it);
  if (refuted !== undefined) {
    const length = formatDuration(plan.question.verifyMs);
    const found = formatCheck(plan, refuted);
    return `passed at first, fails under fresh seeds in runs of ${length}, ${found}`;
  }
  const fresh = it.verification?.checks.find(
    ({ condition, gate }) => condition === check.condition && gate === check.gate,
  );
  const again = fresh === undefined ? "" : `; under fresh seeds ${formatObserved(plan, fresh)}`;
  return `${outcomeWords[it.outcome]}, ${formatCheck(plan, check)}${again}`;
}

function frontLines(plan: PlanResult): readonly string[] {
  const points = plan.front.points.filter((it) => it.isOnFront).slice(0, rowMaxCount);
  if (points.length === 0) return [];
  const columns = [
    { head: plan.question.costUnit },
    { head: "uncredited" },
    { head: "gates", isText: true },
    { head: "values", isText: true },
  ];
  const rows = points.map((it: PlanPoint) => [
    formatNumber(it.cost),
    formatPercent(it.uncreditedRatio),
    outcomeWords[it.outcome],
    plainText(it.values.join(" · ")),
  ]);
  const title = `Cost against the uncredited rate under ${plan.front.condition}, of what was simulated:`;
  return ["", ...wrap(title), ...renderTextTable(columns, rows, maxWidth)];
}

function section(title: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  const lines = items.flatMap((it) => wrapText(plainText(it), maxWidth, "  - ", "    "));
  return ["", `${title}:`, ...lines];
}

function wrap(text: string): readonly string[] {
  return wrapText(plainText(text), maxWidth, "", "  ");
}
