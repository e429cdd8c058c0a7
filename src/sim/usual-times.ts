import type { Session } from "../chain/session.ts";
import { type Span, spanMs } from "../chain/span.ts";
import { type OpenTrace, Traffic } from "../chain/traffic.ts";
import { causes, type TimeByCause } from "../domain/outcome.ts";
import { cutBuckets } from "../record/buckets.ts";
import { StationRecord } from "../record/station-record.ts";
import type { Scenario } from "../scenario/schema.ts";
import { SimulatedServices } from "./services.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** Where the time of an activation goes where nothing goes wrong, by the key of its stream. */
export type UsualTimes = ReadonlyMap<number, TimeByCause>;

/** Medians come from so many activations: the first of the run. */
const sampleMaxCount = 2_000;
const eventsPerLook = 20_000;
/** Longest that the run without faults goes on. [events] */
const eventMaxCount = 5_000_000;

/**
 * Runs the beginning of a scenario without its faults, under the same luck, and takes the medians of
 * the time that approved activations spend with each of the possible culprits. What a late one
 * spends beyond that is what made it late.
 */
export function findUsualTimes(
  scenario: Scenario,
  seed: string,
  span: Span,
  openTrace: OpenTrace,
): UsualTimes {
  const clock = new VirtualClock();
  const healthy = { ...scenario, faults: [] };
  const durationMs = spanMs(span);
  const services = new SimulatedServices({
    scenario: healthy,
    seed,
    clock,
    span,
    overhead: undefined,
    newStation: () => new StationRecord(cutBuckets(durationMs), durationMs),
  });
  const samples = new Map<number, TimeByCause[]>();
  let count = 0;
  const sink = {
    measuresSends: false,
    finished({ terminals, toldApproved, spent }: Session): void {
      if (!toldApproved) return;
      count += 1;
      const own = samples.get(terminals.streamKey) ?? [];
      own.push(spent.toTimes());
      samples.set(terminals.streamKey, own);
    },
  };
  const world = services.worldOf({ isOver: false });
  new Traffic(healthy, world, span, openTrace, sink).start();
  for (let events = 0; events < eventMaxCount; events += eventsPerLook) {
    const goesOn = clock.run(durationMs + scenario.drain, eventsPerLook);
    if (!goesOn || count >= sampleMaxCount) break;
  }
  return new Map([...samples].map(([key, times]) => [key, medians(times)]));
}

function medians(times: readonly TimeByCause[]): TimeByCause {
  return Float64Array.from(causes, (_, place) => {
    const sorted = Float64Array.from(times, (it) => it[place] ?? 0).sort();
    return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  });
}
