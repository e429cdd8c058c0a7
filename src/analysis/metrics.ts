import { causes } from "../domain/outcome.ts";
import { type FigureSubject, figureText } from "../scenario/gate-expression.ts";
import { type Figure, type GateTimes, gateFigures, gateTimes } from "../scenario/gate-figures.ts";
import { readFigure, type Summary } from "./figure.ts";

/** A figure under the name that gates call it by, such as `p99(latency)`. */
export type Metric = {
  readonly name: string;
  readonly subject: FigureSubject;
  readonly read: (summary: Summary) => number | null;
  /** Samples that it comes from in a run; null: it is no percentile. */
  readonly samples: ((summary: Summary) => number) | null;
  /** What a percentile leaves above it. [ratio] */
  readonly tailRatio: number;
  /** Counts and maxima grow with the length of what they are taken over; means do not. */
  readonly isLevel: boolean;
};

/** Every figure that gates know, of the stations that a summary has. */
export function metricsOf({ stations }: Pick<Summary, "stations">): readonly Metric[] {
  return gateFigures.flatMap((figure) => metricsOfFigure(figure, stations));
}

function metricsOfFigure(figure: Figure, stations: Summary["stations"]): readonly Metric[] {
  switch (figure.of) {
    case "run":
      return [metric({ of: "run", figure: figure.name })];
    case "times":
      return timesNames.map((argument) => metric({ of: "times", figure: figure.name, argument }));
    case "station":
      return stations.map(({ name: argument }) =>
        metric({ of: "station", figure: figure.name, argument, argumentOffset: 0 }),
      );
    case "cause":
      return causes.map((argument) => metric({ of: "cause", figure: figure.name, argument }));
  }
}

const timesNames = Object.keys(gateTimes) as GateTimes[];

/** The figure that a gate, or a flag, names. */
export function metric(subject: FigureSubject): Metric {
  const { figure } = subject;
  const [, digits] = /^(?:wait_)?p(\d+)$/.exec(figure) ?? [];
  const unit = gateFigures.find((it) => it.name === figure)?.unit;
  return {
    name: figureText(subject),
    subject,
    read: (summary) => readFigure(subject, summary),
    samples: digits === undefined ? null : (summary) => sampleCount(subject, summary),
    tailRatio: digits === undefined ? 1 : 1 - Number(`0.${digits}`),
    isLevel: figure !== "max" && unit !== "count" && unit !== "minor",
  };
}

function sampleCount(subject: FigureSubject, { stations, money, ...it }: Summary): number {
  if (subject.of === "station") {
    const station = stations.find(({ name }) => name === subject.argument);
    return station === undefined ? 0 : station.arrivals;
  }
  if (subject.of !== "times") return 0;
  const spreads = {
    time_to_credit: it.timeToCreditMs,
    latency: it.latencyMs,
    service_time: it.serviceTimeMs,
    send_lag: it.sendLagMs,
    spendable: money?.spendableMs,
    consistent: money?.consistentMs,
  } as const;
  return spreads[subject.argument]?.count ?? 0;
}
