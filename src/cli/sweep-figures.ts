import { creditedPerSecond, figureOf, type ReadFigure } from "../analysis/sweep-cell.ts";
import { type Problem, UsageError } from "../kernel/errors.ts";
import { type FigureSubject, parseFigure } from "../scenario/gate-expression.ts";
import type { ScenarioCase } from "../scenario/loader.ts";
import { nearestHint } from "../scenario/nearest.ts";

/** Did the money come, how fast, and how much of it. */
const usual: readonly ReadFigure[] = [
  figureOf({ of: "run", figure: "uncredited_rate" }),
  figureOf({ of: "times", figure: "p50", argument: "time_to_credit" }),
  figureOf({ of: "times", figure: "p99", argument: "time_to_credit" }),
  creditedPerSecond,
  figureOf({ of: "run", figure: "lost" }),
];

/**
 * The figures that `--metric` asks for; without it the usual ones.
 *
 * @throws {UsageError} `FLAG_INVALID`, with every problem.
 */
export function chooseFigures(
  metrics: readonly string[] | undefined,
  of: ScenarioCase,
): readonly ReadFigure[] {
  if (metrics === undefined || metrics.length === 0) return usual;
  const problems: Problem[] = [];
  const figures = [...new Set(metrics)].flatMap((text): ReadFigure[] => {
    if (text === creditedPerSecond.name) return [creditedPerSecond];
    const read = parseFigure(text);
    const problem = read.ok ? stationProblem(read.subject, of) : read;
    if (problem !== undefined) {
      const { what, hint = "`tillstorm schema --reference` lists the figures" } = problem;
      problems.push({ what: `--metric ${text}: ${what}`, hint });
    }
    return read.ok ? [figureOf(read.subject)] : [];
  });
  if (problems.length > 0) throw new UsageError("FLAG_INVALID", problems);
  return figures;
}

function stationProblem(subject: FigureSubject, { scenario }: ScenarioCase): Problem | undefined {
  if (subject.of !== "station") return undefined;
  const stations = Object.entries(scenario.services).flatMap(([service, { stages }]) =>
    Object.keys(stages).map((stage) => `${service}.${stage}`),
  );
  if (stations.includes(subject.argument)) return undefined;
  const hint = nearestHint(subject.argument, stations, "name a station");
  return { what: `no stage is called ${subject.argument}`, hint };
}
