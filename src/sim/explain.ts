import { serviceOf, streamTarget } from "../chain/chain-spec.ts";
import type { PaymentKey } from "../chain/payment.ts";
import { servicesAsked } from "../chain/service-spec.ts";
import type { StreamSpec } from "../chain/stream-spec.ts";
import { replicationSeed } from "../kernel/draw.ts";
import type { Timeline } from "../record/timeline.ts";
import type { Scenario } from "../scenario/schema.ts";
import { streamKey } from "../traffic/plan.ts";
import { type SimulateOptions, simulate } from "./simulate.ts";
import { type Noted, TimelineTracer } from "./timeline-tracer.ts";

/**
 * Plays a case once more, and notes what happens to a few of its activations: a run is the same each
 * time, so these are the timelines of the run that was. It stops when all of them are finished, and
 * plays only those seeds that one of them is of.
 *
 * @returns A timeline for each that was chosen, in that order; `undefined` where there is none such.
 */
export async function explainActivations(
  options: Omit<SimulateOptions, "onActivation" | "tracer">,
  chosen: readonly PaymentKey[],
): Promise<readonly (Timeline | undefined)[]> {
  const { scenario, seeds } = options;
  const timelines: (Timeline | undefined)[] = chosen.map(() => undefined);
  for (let run = 0; run < seeds; run += 1) {
    const seed = replicationSeed(scenario.seed, run);
    const streams = new Map(
      Object.entries(scenario.traffic).map(([name, spec]) => [
        streamKey(seed, name),
        { name, spec },
      ]),
    );
    const own = chosen.filter((it) => streams.has(it.streamKey));
    if (own.length === 0) continue;
    const tracer = new TimelineTracer(own);
    const isStopped = () => tracer.isComplete || options.isStopped?.() === true;
    await simulate({ ...options, scenario: { ...scenario, seed }, seeds: 1, tracer, isStopped });
    chosen.forEach((it, place) => {
      const stream = streams.get(it.streamKey);
      const noted = tracer.of(it);
      if (stream === undefined || noted === undefined) return;
      const hops = hopsFrom(scenario, stream.spec);
      const activation = `${stream.name}#${it.index}`;
      timelines[place] = timelineOf(activation, run === 0 ? null : seed, noted, hops);
    });
  }
  return timelines;
}

function timelineOf(
  activation: string,
  seed: string | null,
  { notes, end }: Noted,
  hops: ReadonlyMap<string, number>,
): Timeline | undefined {
  if (end === null) return undefined;
  const hopOf = (place: string) => hops.get(place.replace(/[#.].*$/, "")) ?? 0;
  return {
    activation,
    seed,
    ...end,
    notes: notes.map((note) => ({ ...note, hop: hopOf(note.place) })),
  };
}

/** How far each service lies from the terminals of a stream; one that is called first is at 1. */
function hopsFrom(scenario: Scenario, stream: StreamSpec): ReadonlyMap<string, number> {
  const hops = new Map([[streamTarget(stream).service, 1]]);
  // What is added meanwhile is visited too: the nearest first.
  for (const [service, hop] of hops) {
    for (const asked of servicesAsked(serviceOf(scenario, service))) {
      if (!hops.has(asked)) hops.set(asked, hop + 1);
    }
  }
  return hops;
}
