import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { timeKinds } from "../../src/record/tail-result.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { simulate } from "../../src/sim/simulate.ts";
import { addTimeParts, TimeParts } from "../../src/sim/time-parts.ts";
import { type Noted, TimelineTracer } from "../../src/sim/timeline-tracer.ts";
import { Dice } from "../support/dice.ts";
import { fc } from "../support/property.ts";
import { randomScenario } from "../support/random-scenario.ts";

/** Plays a scenario, then once more with every activation traced; in the order of their numbers. */
async function traced(text: string): Promise<readonly Noted[]> {
  const { scenario } = parseScenario(text, "test.yaml").baseline;
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
  await simulate({ ...options, onActivation });
  const tracer = new TimelineTracer(keys);
  await simulate({ ...options, tracer });
  return keys.sort((a, b) => a.index - b.index).flatMap((key) => tracer.of(key) ?? []);
}

function partsOf({ notes, end }: Noted): TimeParts {
  const parts = new TimeParts();
  if (end !== null) addTimeParts(notes, end.plannedMs, end.plannedMs + end.latencyMs, parts);
  return parts;
}

function briefly(noted: Noted | undefined): Readonly<Record<string, number>> {
  const { us } = noted === undefined ? new TimeParts() : partsOf(noted);
  return Object.fromEntries([...us].map(([key, { us: spent }]) => [key, spent / 1_000]));
}

const chain = (forward: string, post: string, more = "") => `
name: pencil
seed: pencil
duration: 20ms
promise: 1s
traffic:
  pays:
    journey: pay
    arrivals: { even: { rate: 100/s } }
    merchants: 1
    amount: 12.34
    patience: { wait: 1s, retries: 1, pause: 100ms }
network: { terminal-operator: { latency: 5ms }, operator-bank: { latency: 1ms } }
services:
  operator:
    stages:
      check: { workers: 2, time: 2ms }
      forward: { workers: 2, call: { to: bank, ${forward} } }
    operations: { pay: [check, forward] }
  bank:
    stages: { post: { ${post}, posts: true } }
    operations: { pay: [post] }
${more}
`;

describe("the parts of an activation's time", () => {
  it("are what pencil and paper say: links, services, a timeout and the pause before a tap", async () => {
    const [first, second] = await traced(chain("timeout: 40ms", "workers: 1, time: 30ms"));
    expect(briefly(first)).toEqual({
      "link terminal-operator": 10,
      "service operator.check": 2,
      "link operator-bank": 2,
      "service bank.post": 30,
    });
    // Due at 10 ms, it waits 20 ms for the worker, and the operator gives up 1 ms before the answer.
    expect(briefly(second)).toEqual({
      "link terminal-operator": 20,
      "service operator.check": 4,
      "timeout operator.forward": 40,
      "pause terminal": 100,
      "link operator-bank": 2,
      "service bank.post": 30,
    });
  });

  it("tell waiting from service where there is time to wait", async () => {
    const [, second] = await traced(chain("timeout: 90ms", "workers: 1, time: 30ms"));
    expect(briefly(second)).toMatchObject({ "wait bank.post": 20, "service bank.post": 30 });
  });

  it("count a back-off as a pause of who backs off, and a fault's delay as a fault", async () => {
    const retry = "timeout: 10ms, retry: { attempts: 2, backoff: { constant: { wait: 7ms } } }";
    const slow = "faults: [{ at: 0s, for: 12ms, on: bank.post, delay: 9ms }]";
    const [first] = await traced(chain(retry, "workers: 4, time: 3ms", slow));
    // Asked at 7 ms: 9 ms late it is taken up, so at 17 ms the operator gives up; again from 24 ms.
    expect(briefly(first)).toEqual({
      "link terminal-operator": 10,
      "service operator.check": 2,
      "timeout operator.forward": 10,
      "pause operator.forward": 7,
      "link operator-bank": 2,
      "service bank.post": 3,
    });
    const [patient] = await traced(chain("timeout: 90ms", "workers: 4, time: 3ms", slow));
    expect(briefly(patient)).toMatchObject({ "fault bank.post": 9, "service bank.post": 3 });
  });

  it("count the time before a hedge that won as waiting in vain", async () => {
    const [first] = await traced(`
name: pencil
seed: pencil
duration: 10ms
traffic:
  asks: { calls: bank.serve, arrivals: { even: { rate: 100/s } }, hedge: { after: 15ms } }
services:
  bank:
    replicas: 2
    stages: { serve: { workers: 1, time: 3ms } }
    operations: { serve: [serve] }
faults: [{ at: 0s, for: 1m, on: "bank#1", slow: 20x }]
`);
    expect(briefly(first)).toEqual({ "timeout terminal": 15, "service bank.serve": 3 });
  });

  // Goal: each microsecond between the planned instant and the end counts exactly once, whatever
  // policies and faults there are. Method: random chains, every activation; every kind is reached.
  it("add up to its latency, to the microsecond", async () => {
    const reached = new Set<string>();
    let count = 0;
    const property = fc.asyncProperty(fc.gen(), async (value) => {
      for (const noted of await traced(stringify(randomScenario(new Dice(value))))) {
        if (noted.end === null || Number.isNaN(noted.end.latencyMs)) continue;
        const { us } = partsOf(noted);
        let sum = 0;
        let least = 0;
        for (const { kind, us: spent } of us.values()) {
          sum += spent;
          least = Math.min(least, spent);
          reached.add(kind);
        }
        count += 1;
        const { plannedMs, latencyMs } = noted.end;
        const exact = Math.round((plannedMs + latencyMs) * 1_000) - Math.round(plannedMs * 1_000);
        if (sum !== exact || least < 0) expect.unreachable(`${sum} us of ${exact} us`);
      }
    });
    await fc.assert(property, { numRuns: 40, endOnFailure: true });
    expect(reached).toEqual(new Set(timeKinds));
    expect(count).toBeGreaterThan(10_000);
  }, 100_000);
});
