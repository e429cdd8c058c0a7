import { narrowEdge } from "../analysis/edge-search.ts";
import { firstEdge, hasCollapsed, judgeRecovery, latencyKnee } from "../analysis/knee.ts";
import { fitUsl } from "../analysis/usl.ts";
import type { Edge, Hysteresis, Knee, LoadPoint, Recovery } from "../record/knee-result.ts";
import type { VariantSummary } from "../record/run-record.ts";

/** A spike on top of a load: its own load, and when it comes in the run. */
export type Spike = { readonly load: number; readonly fromMs: number; readonly forMs: number };

/** What the search may ask for; `null`: it was stopped. */
export type LoadLab = {
  readonly measure: (load: number, spike?: Spike) => Promise<VariantSummary | null>;
  readonly pointOf: (load: number, summary: VariantSummary) => LoadPoint;
  /** Whether load can be added for a while. */
  readonly canSpike: boolean;
  readonly durationMs: number;
  readonly maxLoad: number;
  /** Edges are narrowed to this share of the load. */
  readonly resolutionRatio: number;
};

export type KneeFindings = Pick<
  Knee,
  "points" | "pointCount" | "knee" | "latencyKneeLoad" | "collapse" | "usl" | "hysteresis" | "notes"
>;

/** From a tenth of the load to far beyond it; the sweep ends with the first that has collapsed. */
const sweepLoads = [0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32] as const;
/** The spike of the hysteresis test: when, how long (shares of the traffic), how hard. */
const spikeAtShare = 0.1;
const spikeForShare = 0.05;
const spikeOverCollapse = 2;
/** Close to its limit a queue drains so slowly that a run cannot tell: tests stay below. */
const testedBelowRatio = 0.95;

/**
 * Raises the load until the chain collapses, narrows the load from which its gates fail and the one
 * from which it has collapsed, then looks whether it comes back when the load does.
 */
export async function findKnee(lab: LoadLab): Promise<KneeFindings> {
  const search = new Search(lab);
  await search.sweep();
  const knee = await search.narrow((it) => it.holds);
  const collapse = await search.narrow((it) => !hasCollapsed(it));
  const hysteresis = await search.hysteresis(knee, collapse);
  const points = search.points.toSorted((a, b) => a.load - b.load);
  const throughput = points.map((it) => ({ load: it.load, perSecond: it.creditedPerSecond }));
  return {
    points,
    pointCount: points.length,
    knee,
    latencyKneeLoad: latencyKnee(points),
    collapse,
    usl: fitUsl(throughput),
    hysteresis,
    notes: search.notesOn(knee, collapse),
  };
}

class Search {
  readonly points: LoadPoint[] = [];
  readonly #lab: LoadLab;
  readonly #controls = new Map<number, VariantSummary>();
  #isStopped = false;

  constructor(lab: LoadLab) {
    this.#lab = lab;
  }

  async sweep(): Promise<void> {
    for (const load of sweepLoads) {
      if (load > this.#lab.maxLoad) return;
      const point = await this.#pointAt(load);
      if (point === null || hasCollapsed(point)) return;
    }
  }

  async narrow(isGood: (point: LoadPoint) => boolean): Promise<Edge | null> {
    const edge = firstEdge(this.points, isGood);
    if (edge === null || this.#isStopped) return edge;
    return narrowEdge(edge, this.#lab.resolutionRatio, async (load) => {
      const point = await this.#pointAt(load);
      return point === null ? null : isGood(point);
    });
  }

  async hysteresis(knee: Edge | null, collapse: Edge | null): Promise<Hysteresis | null> {
    const { canSpike, durationMs, resolutionRatio } = this.#lab;
    if (!canSpike || collapse === null || this.#isStopped) return null;
    const spike: Spike = {
      load: spikeOverCollapse * collapse.firstBadLoad,
      fromMs: Math.round(spikeAtShare * durationMs),
      forMs: Math.max(1, Math.round(spikeForShare * durationMs)),
    };
    const tests: Recovery[] = [];
    const comesBack = async (load: number): Promise<boolean | null> => {
      const found = await this.#recoverAt(load, spike);
      if (found !== null) tests.push(found);
      return found === null ? null : found.state !== "stuck";
    };
    const limit = knee?.lastGoodLoad ?? collapse.lastGoodLoad;
    const high = Number((testedBelowRatio * limit).toPrecision(4));
    const low = sweepLoads[0];
    let edge: Edge | null = null;
    if ((await comesBack(high)) === false && high > low && (await comesBack(low)) === true) {
      edge = await narrowEdge(
        { lastGoodLoad: low, firstBadLoad: high },
        resolutionRatio,
        comesBack,
      );
    }
    return {
      spikeLoad: spike.load,
      spikeFromMs: spike.fromMs,
      spikeForMs: spike.forMs,
      tests: tests.sort((a, b) => a.load - b.load),
      edge,
      isMetastable: tests.some((it) => it.state === "stuck"),
    };
  }

  notesOn(knee: Edge | null, collapse: Edge | null): string[] {
    const { canSpike, maxLoad } = this.#lab;
    const [first] = this.points;
    const most = this.points.reduce((so, it) => Math.max(so, it.load), 0);
    return [
      ...(first !== undefined && !first.holds
        ? [`the gates fail at ${first.load} times the load already, the least that is tried`]
        : []),
      ...(knee === null && first?.holds === true
        ? [`the gates hold up to ${most} times the load, the most that was tried`]
        : []),
      ...(collapse === null && this.points.length > 0
        ? [
            `no collapse up to ${most} times the load (--max-load ${maxLoad}): no test of hysteresis`,
          ]
        : []),
      ...(canSpike
        ? []
        : ["recorded arrivals and closed populations cannot surge: no test of hysteresis"]),
    ];
  }

  async #pointAt(load: number): Promise<LoadPoint | null> {
    const known = this.points.find((it) => it.load === load);
    if (known !== undefined) return known;
    const summary = await this.#ask(load);
    if (summary === null) return null;
    const point = this.#lab.pointOf(load, summary);
    this.points.push(point);
    return point;
  }

  async #recoverAt(load: number, spike: Spike): Promise<Recovery | null> {
    const control = this.#controls.get(load) ?? (await this.#ask(load));
    if (control === null) return null;
    const after = await this.#ask(load, spike);
    if (after === null) return null;
    return judgeRecovery(load, after.series, control.series);
  }

  async #ask(load: number, spike?: Spike): Promise<VariantSummary | null> {
    if (this.#isStopped) return null;
    const summary = await this.#lab.measure(load, spike);
    if (summary === null) this.#isStopped = true;
    else if (spike === undefined) this.#controls.set(load, summary);
    return summary;
  }
}
