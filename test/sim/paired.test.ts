import { beforeAll, describe, expect, it } from "vitest";
import { callPolicies } from "../../src/chain/call-policies.ts";
import { replicationSeed } from "../../src/kernel/draw.ts";
import type { VariantSummary } from "../../src/record/run-record.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { simulate } from "../../src/sim/simulate.ts";
import { streamKey } from "../../src/traffic/plan.ts";

// Goal: two variants share their luck, so that what differs between them is the work of the remedy
// alone. Method: one remedy is switched on in a chain; what it does not touch must be exactly as it
// was, in every figure and every bucket, not merely about the same.
//
// A remedy touches the station where it stands, whatever that calls, and whoever waits for one of
// these: a caller that holds its worker until the answer. It touches none that a request has left
// before (nobody taps again here, else each answer would come back as traffic), and none of a stream
// that goes other ways, though that passes through the same processes and over the same links.

/**
 * Payments and questions go to the bank, and top-ups to the exchange, all through one operator, but
 * each through stages of its own.
 */
const chain = ({ bankReplicas = 3, rate = 50, faults = "[]", on = "" }) => `
name: paired
seed: pairs
duration: 20s
promise: 1s
traffic:
  payments: { journey: pay, arrivals: { poisson: { rate: ${rate}/s } } }
  questions: { journey: ask, arrivals: { poisson: { rate: 10/s } } }
  others:
    journey: top-up
    arrivals: { poisson: { rate: 30/s } }
    patience: { wait: 150ms, retries: 2, pause: 20ms }
network:
  terminal-operator: { latency: { lognormal: { median: 20ms, p99: 80ms } } }
  operator-bank: { latency: { uniform: { min: 1ms, max: 9ms } } }
services:
  operator:
    replicas: 2
    stages:
      check: { workers: 4, time: { exponential: { mean: 8ms } } }
      forward: { workers: 40, queue: 30, call: { to: bank, timeout: 250ms } }
      inquire: { workers: 10, call: { to: bank, timeout: 250ms } }
      count: { workers: 2, time: { exponential: { mean: 12ms } } }
      pass: { workers: 6, queue: 20, call: { to: exchange, timeout: 90ms } }
    operations: { pay: [check, forward], ask: [inquire], top-up: [count, pass] }
  bank:
    replicas: ${bankReplicas}
    stages:
      risk: { workers: 2, queue: { limit: 40 }, time: { lognormal: { median: 20ms, p99: 120ms } } }
      post: { workers: 2, time: 4ms, posts: true }
    operations: { pay: [risk, post], ask: [risk] }
    rejects: { "51": 5% }
  spare:
    stages: { post: { workers: 8, time: 40ms, posts: true } }
    operations: { pay: [post] }
  exchange:
    replicas: 2
    stages:
      book: { workers: 2, time: { exponential: { mean: 40ms } }, posts: true }
    operations: { top-up: [book] }
faults: ${faults}
variants: ${on === "" ? "{}" : `{ with-remedy: ${on} }`}
`;

/** Enough that every remedy finds work: at the bank alone, so that the others have a normal day. */
const troubles = `
  - { at: 2s, for: 3s, on: bank#2, slow: 20x }
  - { at: 6s, for: 2s, on: bank, errors: { rate: 30%, code: "91" } }
  - { at: 9s, for: 2s, on: bank#1, down: hang }
  - { at: 12s, for: 2s, on: bank#3, down: refuse }
  - { at: 15s, for: 3s, on: bank.risk, slow: 6x }`;

/** Whoever a remedy at the way to the bank leaves alone. */
const elsewhere = ["operator.count", "operator.pass", "exchange.book"];
const untouched = ["operator.check", ...elsewhere];

type Played = {
  readonly summary: VariantSummary;
  /** What became of each activation, by stream and in their order. */
  readonly fates: ReadonlyMap<string, readonly string[]>;
};

/** Plays the variant with the remedy, if there is one. */
async function play(text: string): Promise<Played> {
  const { baseline, variants } = parseScenario(text, "paired.yaml");
  const { scenario } = variants[0] ?? baseline;
  const seed = replicationSeed(scenario.seed, 0);
  const streams = new Map(Object.keys(scenario.traffic).map((it) => [streamKey(seed, it), it]));
  const fates = new Map<string, string[]>([...streams.values()].map((it) => [it, []]));
  const { summary } = await simulate({
    scenario,
    variant: "played",
    seeds: 1,
    span: { scenarioMs: scenario.duration, fromMs: 0, toMs: scenario.duration },
    openTrace: () => expect.unreachable("no stream plays a recording"),
    onActivation: (stream, index, plannedMs, elapsedMs, outcome) => {
      const fate = `${String(index).padStart(6)} at ${plannedMs}: ${outcome} after ${elapsedMs}`;
      fates.get(streams.get(stream) ?? "")?.push(fate);
    },
  });
  for (const list of fates.values()) list.sort();
  return { summary, fates };
}

/** All that is known of one station, as a whole and bucket by bucket. */
function stationOf({ summary }: Played, station: string) {
  const whole = summary.stations.find(({ name }) => name === station);
  const series = summary.series.stations.find(({ name }) => name === station);
  expect(whole?.arrivals, `${station} has work`).toBeGreaterThan(100);
  return { whole, series };
}

const atForward = (remedy: string) => `{ services.operator.stages.forward.call.${remedy} }`;
const atRisk = (remedy: string) => `{ services.bank.stages.risk.${remedy} }`;

type Row = { readonly remedy: string; readonly on: string; readonly leaves?: readonly string[] };

const busy: readonly Row[] = [
  { remedy: "retry", on: atForward("retry: { backoff: { constant: { wait: 30ms } } }") },
  {
    remedy: "retry within a budget",
    on: atForward("retry: { budget: { share: 5%, floor: 1/s } }"),
  },
  {
    remedy: "breaker",
    on: atForward("breaker: { window: { calls: 10 }, least: 5, open: 500ms, probes: 2 }"),
  },
  { remedy: "bulkhead", on: atForward("bulkhead: { limit: 2, queue: 3, wait: 20ms }") },
  { remedy: "throttle", on: atForward("throttle: { k: 1.1x, window: 2s }") },
  {
    remedy: "hedge",
    on: "{ services.operator.stages.inquire.call.hedge: { after: 40ms } }",
  },
  {
    remedy: "health",
    on: atForward("health: { every: 300ms, timeout: 100ms, unhealthy: 2, healthy: 1 }"),
  },
  { remedy: "ejection", on: atForward("ejection: { consecutive: 3, base: 1s }") },
  { remedy: "deadline", on: atForward("deadline: { uniform: { min: 40ms, max: 200ms } }") },
  { remedy: "store", on: atForward("store: { every: 300ms }") },
  { remedy: "weights", on: atForward("to: { weights: { bank: 3, spare: 1 } }") },
  { remedy: "failover", on: atForward("to: { failover: [bank, spare] }") },
  ...["random", "least-requests", "p2c", "peak-ewma", "sticky", "{ weighted: [3, 2, 1] }"].map(
    (balancer) => ({
      remedy: `balancer ${balancer}`,
      on: atForward(`balancer: ${balancer}`),
    }),
  ),
  { remedy: "rateLimit", on: "{ services.bank.rateLimit: { rate: 10/s } }" },
  {
    remedy: "adaptiveLimit",
    on: "{ services.bank.adaptiveLimit: { aimd: { initial: 2, min: 1, max: 4 } } }",
  },
  { remedy: "codel", on: atRisk("queue.codel: { target: 5ms, interval: 20ms }") },
  { remedy: "lifo", on: atRisk("queue.lifo: {}") },
  { remedy: "priority", on: atRisk("queue.priority: { amounts: [100, 20] }") },
  { remedy: "shed", on: atRisk("shed: { queue: 3 }") },
  {
    remedy: "retry at the terminals",
    on: "{ traffic.payments.retry: { backoff: { constant: { wait: 30ms } } } }",
    leaves: elsewhere,
  },
  {
    remedy: "deadline at the terminals",
    on: "{ traffic.payments.deadline: 150ms }",
    leaves: elsewhere,
  },
];

const idle: readonly Row[] = [
  { remedy: "retry", on: atForward("retry: { budget: {} }") },
  { remedy: "breaker", on: atForward("breaker: {}") },
  { remedy: "bulkhead", on: atForward("bulkhead: {}") },
  { remedy: "throttle", on: atForward("throttle: {}") },
  { remedy: "hedge", on: "{ services.operator.stages.inquire.call.hedge: {} }" },
  { remedy: "health", on: atForward("health: {}") },
  { remedy: "ejection", on: atForward("ejection: { failures: {}, deviation: {} }") },
  { remedy: "deadline", on: atForward("deadline: 10s") },
  { remedy: "store", on: atForward("store: {}") },
  { remedy: "failover", on: atForward("to: { failover: [bank, spare] }") },
  { remedy: "rateLimit", on: "{ services.bank.rateLimit: { rate: 500/s } }" },
  { remedy: "adaptiveLimit", on: "{ services.bank.adaptiveLimit: {} }" },
  { remedy: "codel", on: atRisk("queue.codel: { target: 1s, interval: 2s }") },
  { remedy: "lifo", on: atRisk("queue.lifo: { above: 1000 }") },
  { remedy: "priority", on: atRisk("queue.priority: { amounts: [0.01] }") },
  { remedy: "shed", on: atRisk("shed: { queue: 1000, deadline: true }") },
  { remedy: "retry at the terminals", on: "{ traffic.payments.retry: {} }" },
];

it("knows every remedy that a call can have", () => {
  for (const remedy of Object.keys(callPolicies)) {
    const has = ({ on }: Row) => on.includes(`.${remedy}: `);
    expect(busy.some(has), remedy).toBe(true);
    expect(idle.some(has) || remedy === "balancer", remedy).toBe(true);
  }
});

describe("a remedy that has work to do", () => {
  let off: Played;
  beforeAll(async () => {
    off = await play(chain({ faults: troubles }));
  });

  it.each(busy)(
    "$remedy touches nothing beyond its reach",
    async ({ on: patch, leaves = untouched }) => {
      const on = await play(chain({ faults: troubles, on: patch }));
      for (const station of leaves) {
        expect(stationOf(on, station), station).toEqual(stationOf(off, station));
      }
      expect(on.fates.get("others")).toEqual(off.fates.get("others"));
      expect(on.fates.get("payments"), "it does something").not.toEqual(off.fates.get("payments"));
      expect(on.summary.planned, "the same merchants come").toBe(off.summary.planned);
    },
  );
});

describe("a remedy that has nothing to do", () => {
  const calm = (replicas: number) => chain({ bankReplicas: replicas, rate: 20 });
  let off: Played;
  beforeAll(async () => {
    off = await play(calm(3));
    expect(off.summary.outcomes).toMatchObject({ late: 0, lost: 0 });
  });

  it.each(idle)("$remedy changes nothing at all", async ({ on: patch }) => {
    expect(plain(await play(chain({ rate: 20, on: patch })))).toEqual(plain(off));
  });

  it.each(["random", "least-requests", "p2c", "peak-ewma", "sticky", "{ weighted: [1] }"])(
    "balancer %s changes nothing where there is no choice",
    async (balancer) => {
      const on = await play(
        chain({ bankReplicas: 1, rate: 20, on: atForward(`balancer: ${balancer}`) }),
      );
      expect(plain(on)).toEqual(plain(await play(calm(1))));
    },
  );
});

/** All of it, but for how often the remedy let requests pass. */
function plain({ summary, fates }: Played) {
  const { policies: _, ...figures } = summary;
  return { figures, fates };
}
