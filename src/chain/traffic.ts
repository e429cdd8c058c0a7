import { surgesOf } from "../fault/surge.ts";
import { ClosedPopulation } from "../traffic/closed.ts";
import { buildArrivalPlan } from "../traffic/plan.ts";
import { buildSurgePlans } from "../traffic/surge.ts";
import type { TraceSource } from "../traffic/trace.ts";
import { type ArrivalSource, ClosedArrivals, OpenArrivals } from "./arrival-source.ts";
import { buildTerminals } from "./build.ts";
import type { ChainSpec } from "./chain-spec.ts";
import type { PolicyCounts } from "./policy-counts.ts";
import { type Span, spanMs } from "./span.ts";
import type { SessionSink, Terminals } from "./terminals.ts";
import type { World } from "./world.ts";

/** Opens the recording of a stream that plays one. */
export type OpenTrace = (stream: string) => TraceSource;

/** All the streams of a run: their arrivals and their terminals. */
export class Traffic {
  readonly #streams: readonly {
    readonly sources: readonly ArrivalSource[];
    readonly terminals: Terminals;
  }[];

  constructor(chain: ChainSpec, world: World, span: Span, openTrace: OpenTrace, sink: SessionSink) {
    const { clock, seed } = world;
    this.#streams = Object.entries(chain.traffic).map(([stream, { arrivals }], streamIndex) => {
      const terminals = buildTerminals(chain, world, stream, streamIndex, span, sink);
      if (arrivals.closed !== undefined) {
        const population = new ClosedPopulation(arrivals.closed, seed, stream);
        const source = new ClosedArrivals(clock, population, terminals, spanMs(span));
        return { sources: [source], terminals };
      }
      const options = {
        arrivals,
        seed,
        stream,
        durationMs: span.scenarioMs,
        window: { fromMs: span.fromMs, toMs: span.toMs },
        trace: arrivals.trace === undefined ? undefined : openTrace(stream),
      };
      const surges = surgesOf(chain.faults, stream, seed, span.toMs);
      const plans = [buildArrivalPlan(options), ...buildSurgePlans({ ...options, surges })];
      const sources = plans.map((plan) => new OpenArrivals(clock, plan, terminals));
      return { sources, terminals };
    });
  }

  start(): void {
    for (const { sources } of this.#streams) {
      for (const source of sources) source.start();
    }
    for (const { terminals } of this.#streams) terminals.beginRoutines();
  }

  /** What the policies of the terminals did, by stream. */
  get policyCounts(): readonly PolicyCounts[] {
    return this.#streams.map(({ terminals }) => terminals.counts);
  }

  /** Every activation was started, and nothing of any is under way. */
  get isOver(): boolean {
    return this.#streams.every(
      ({ sources, terminals }) =>
        sources.every(({ isExhausted }) => isExhausted) && terminals.openCount === 0,
    );
  }

  get plannedCount(): number {
    return this.#streams.reduce((sum, { terminals }) => sum + terminals.plannedCount, 0);
  }

  get openCount(): number {
    return this.#streams.reduce((sum, { terminals }) => sum + terminals.openCount, 0);
  }

  /** Ends the run as it stands: what is open is handed in unfinished. */
  stop(): void {
    for (const { terminals } of this.#streams) terminals.handInOpen();
  }
}
