import { beforeAll, describe, it } from "vitest";
import { varianceOf } from "../../src/analysis/mean-interval.ts";
import {
  beyondRatio,
  type Control,
  expectExact,
  type KnownRun,
  knownChain,
  service,
  simulateRuns,
  station,
  waitsMs,
} from "./known.ts";
import { hasShared, oracle, whyNotShared } from "./shared.ts";

/** Figures of the oracles, as a run shows them: times in seconds, the rest as they are. */
const readers = {
  P_wait: (run) => Number(station(run).waitedRatio),
  Wq: (run) => Number(station(run).waitMeanMs) / 1_000,
  P_wait_accepted: (run) => Number(station(run).waitedRatio),
  Wq_accepted: (run) => Number(station(run).waitMeanMs) / 1_000,
  var_Wq: (run) => varianceOf(waitsMs(run)) / 1e6,
  W: (run) => Number(run.summary.latencyMs.mean) / 1_000,
  R: (run) => Number(run.summary.latencyMs.mean) / 1_000,
  Lq: (run) => station(run).queueMean,
  rho: (run) => station(run).utilisationRatio,
  utilisation: (run) => station(run).utilisationRatio,
  util: (run) => station(run).utilisationRatio,
  P_block: (run) => station(run).dropped / station(run).arrivals,
  P_timeout: (run) => (station(run).expired ?? 0) / station(run).arrivals,
} as const satisfies Record<string, (run: KnownRun) => number>;
export type Figure = keyof typeof readers;

/** Share of the requests that each percentile leaves beyond it. */
const shareBeyond = { p50: 0.5, p90: 0.1, p95: 0.05, p99: 0.01, p999: 0.001 } as const;
/** Of the time to the answer, or of the wait for a worker. */
export type Percentile = `${"resp" | "wait"}_${keyof typeof shareBeyond}`;

/** A queue in its steady state: one stage, `bank.serve`, under one stream of requests. */
export type KnownQueue = {
  readonly id: string;
  readonly asks: string;
  readonly stage: string;
  readonly replicas?: number;
  /** Length of the traffic, and of the warm-up before its figures count. [s] */
  readonly duration: number;
  readonly warmUp: number;
  readonly figures: readonly Figure[];
  readonly percentiles?: readonly Percentile[];
  /** Narrows the intervals by what chance is known to have done; that of the utilisation not. */
  readonly control?: Control;
};

/** These would be held against themselves by the control `busyRatio`. */
const isUtilisation = (figure: Figure) => ["rho", "utilisation", "util"].includes(figure);

/** Simulates each thirty times: the exact value of each figure lies in its 99 % interval. */
export function testKnownQueues(queues: readonly KnownQueue[]): void {
  if (!hasShared) console.warn(whyNotShared);
  describe.skipIf(!hasShared).each(queues)("$id", (of) => {
    const { id, asks, stage, duration, warmUp } = of;
    const controlled = of.control === undefined ? {} : { control: of.control };
    let runs: readonly KnownRun[] = [];
    beforeAll(async () => {
      const services = service("bank", stage, of.replicas);
      const text = `${knownChain({ asks, services, duration })}warmUp: ${warmUp}s\n`;
      runs = await simulateRuns(text, warmUp);
    }, 60_000);

    it.each(of.figures)("%s is exact", (figure) => {
      const exactly = { ...(isUtilisation(figure) ? {} : controlled), tightRatio: 0.15 };
      expectExact(runs, figure, oracle(id, figure), readers[figure], exactly);
    });

    it.each(of.percentiles ?? [])("%s leaves as many beyond it as it says", (percentile) => {
      const exactMs = 1_000 * oracle(id, percentile);
      const [kind, name] = percentile.split("_") as ["resp" | "wait", keyof typeof shareBeyond];
      const beyond = (run: KnownRun) =>
        beyondRatio(kind === "wait" ? waitsMs(run) : run.latenciesMs, exactMs);
      expectExact(runs, percentile, shareBeyond[name], beyond, { ...controlled, tightRatio: 0.4 });
    });
  });
}
