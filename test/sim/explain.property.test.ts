import { expect, it } from "vitest";
import { stringify } from "yaml";
import { type TraceEvent, traceEvents } from "../../src/domain/trace-event.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { simulate } from "../../src/sim/simulate.ts";
import { type Noted, TimelineTracer } from "../../src/sim/timeline-tracer.ts";
import { Dice } from "../support/dice.ts";
import { fc } from "../support/property.ts";
import { randomScenario } from "../support/random-scenario.ts";

const runs = 100;
/** No terminal of the model asks again for another amount; `test/chain/duties.test.ts` does. */
const elsewhere: ReadonlySet<TraceEvent> = new Set(["otherAmount"]);

// Goal: whoever looks on changes nothing, and sees everything. Method: random chains are played
// twice, the second time with every activation traced. The results are the same to the byte; every
// timeline begins when it was due and never goes back in time; all kinds of events were seen.
it(
  "changes no result by tracing, and traces each activation from its beginning to its end",
  async () => {
    const seen = new Set<TraceEvent>();
    const property = fc.asyncProperty(fc.gen(), async (value) => {
      const { plain, traced, noted } = await playTwice(stringify(randomScenario(new Dice(value))));
      expect(traced).toBe(plain);
      expect(noted.map(complaintOf).filter((it) => it !== null)).toEqual([]);
      for (const { event } of noted.flatMap(({ notes }) => notes)) seen.add(event);
    });
    await fc.assert(property, { numRuns: runs, endOnFailure: true });
    expect(traceEvents.filter((it) => !seen.has(it) && !elsewhere.has(it))).toEqual([]);
  },
  60_000 + 1_000 * runs,
);

async function playTwice(text: string) {
  const { scenario } = parseScenario(text, "random.yaml").baseline;
  const { duration } = scenario;
  const options = {
    scenario,
    variant: "baseline",
    seeds: 1,
    span: { scenarioMs: duration, fromMs: 0, toMs: duration },
    openTrace: (stream: string) => expect.unreachable(`${stream} plays no recording`),
  };
  const keys: { streamKey: number; index: number }[] = [];
  const onActivation = (streamKey: number, index: number) => keys.push({ streamKey, index });
  const plain = await simulate({ ...options, onActivation });
  const tracer = new TimelineTracer(keys);
  const traced = await simulate({ ...options, tracer });
  expect(tracer.isComplete).toBe(true);
  const noted = keys.flatMap((key) => tracer.of(key) ?? []);
  expect(noted).toHaveLength(plain.summary.planned);
  return { plain: JSON.stringify(plain), traced: JSON.stringify(traced), noted };
}

/** Null: this is a timeline. Not by `expect`, for there are a hundred thousand. */
function complaintOf({ notes, end }: Noted): string | null {
  const [first] = notes;
  if (end === null) return "it was not finished";
  if (first?.event !== "due" || first.place !== "terminal") return "it begins elsewhere";
  if (first.atMs !== end.plannedMs) return "it does not begin when it was due";
  const goesBack = notes.some(({ atMs }, place) => atMs < (notes[place - 1]?.atMs ?? 0));
  return goesBack ? "it goes back in time" : null;
}
