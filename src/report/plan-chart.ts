import type { PlanPoint, PlanResult } from "../record/plan-result.ts";
import { type ChartSpec, type Dataset, type Point, renderChart, short } from "./chart-spec.ts";
import type { Html } from "./html.ts";
import { lineColour, outcomeColour } from "./palette.ts";

/** Cost against the uncredited rate: every configuration that was simulated, and the front. */
export function renderFrontChart(plan: PlanResult): Html {
  const { points, condition } = plan.front;
  const { costUnit } = plan.question;
  const front = points.filter((it) => it.isOnFront);
  const isOf = (values: readonly string[] | undefined) => (it: PlanPoint) =>
    values !== undefined && it.values.join("\n") === values.join("\n");
  const passing = points.filter((it) => it.outcome === "pass");
  const others = points.filter((it) => it.outcome !== "pass");
  const datasets: Dataset<Point>[] = [
    {
      ...marks("the front: nothing is cheaper and loses less", front, lineColour(6)),
      ...{ showLine: true, stepped: true, pointRadius: 0, borderWidth: 1.5 },
    },
    { ...marks("passes", passing, outcomeColour("credited")), pointRadius: 5 },
    { ...marks("does not", others, outcomeColour("lost")), pointStyle: "crossRot", pointRadius: 5 },
    {
      ...marks("as it is now", points.filter(isOf(plan.present.values)), lineColour(4)),
      ...{ pointStyle: "rectRot" as const, pointRadius: 9 },
    },
    {
      ...marks("the cheapest", points.filter(isOf(plan.cheapest?.values)), lineColour(2)),
      ...{ pointStyle: "star" as const, pointRadius: 9 },
    },
  ];
  const spec: ChartSpec = {
    config: {
      type: "line",
      data: { datasets: datasets.filter((it) => it.data.length > 0) },
      options: {
        indexAxis: "x",
        scales: {
          x: {
            type: "linear",
            title: { display: true, text: costUnit },
            ticks: { maxTicksLimit: 8 },
          },
          y: { type: "linear", min: 0, title: { display: true, text: "uncredited rate" } },
        },
      },
    },
    unit: "ratio",
    across: costUnit,
    bands: [],
  };
  const label = `Uncredited rate by cost under ${condition}: the table below has the figures`;
  const note = `Under ${condition}, the condition that stopped most. Each mark is a configuration.`;
  return renderChart({ title: "Cost against the uncredited rate", note, label }, spec, 320);
}

function marks(label: string, points: readonly PlanPoint[], colour: string): Dataset<Point> {
  return {
    label,
    data: points.map(({ cost, uncreditedRatio, values }) => ({
      x: cost,
      y: short(uncreditedRatio),
      name: values.join(" · "),
    })),
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: 2,
    showLine: false,
  };
}
