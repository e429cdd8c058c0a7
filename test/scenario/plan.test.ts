import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/kernel/errors.ts";
import { scaleArrivals } from "../../src/scenario/load-factor.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import { conditionsOf, healthy, underCondition } from "../../src/scenario/plan-conditions.ts";
import { parseRange } from "../../src/scenario/plan-spec.ts";
import { lunchRush } from "./lunch-rush.ts";

const withPlan = (plan: string, text = lunchRush) => `${text}plan: ${plan}\n`;

function planOf(plan: string, text?: string) {
  const loaded = parseScenario(withPlan(plan, text), "a.yaml");
  if (loaded.plan === undefined) throw new Error("expected a plan");
  return { ...loaded.plan, loaded };
}

it.each([
  { text: "1..3", values: [1, 2, 3] },
  { text: "10..35 by 10", values: [10, 20, 30] },
  { text: "5..5", values: [5] },
  { text: "3..1", values: undefined },
  { text: "1..200", values: undefined },
  { text: "1-3", values: undefined },
])("reads the range $text", ({ text, values }) => {
  expect(parseRange(text)).toEqual(values);
});

describe("a plan", () => {
  it("has its knobs, their costs, and what there is now", () => {
    const { knobs } = planOf(
      "{ vary: { services.bank.replicas: { values: [4, 1, 2], cost: 40 }," +
        " services.operator.stages.forward.call.timeout: { values: [3s, 5s], costs: [0, 7] }," +
        " services.bank.stages.risk.queue: { values: [50, 100] } } }",
    );
    expect(
      knobs.map(({ isCapacity, values, presentPlace, presentText, presentCost }) => ({
        ...{ isCapacity, presentPlace, presentText, presentCost },
        values: values.map(({ text, cost }) => [text, cost]),
      })),
    ).toEqual([
      {
        // A capacity ascends, however it was written.
        ...{ isCapacity: true, presentPlace: 0, presentText: "1", presentCost: 40 },
        values: [
          ["1", 40],
          ["2", 80],
          ["4", 160],
        ],
      },
      {
        ...{ isCapacity: false, presentPlace: 0, presentText: "3s", presentCost: 0 },
        values: [
          ["3s", 0],
          ["5s", 7],
        ],
      },
      {
        ...{ isCapacity: false, presentPlace: -1, presentText: "200", presentCost: 0 },
        values: [
          ["50", 0],
          ["100", 0],
        ],
      },
    ]);
  });

  it("makes the scenario of a choice, and the lines of a variant that changes as much", () => {
    const { configure, linesOf } = planOf(
      "{ vary: { services.bank.replicas: { values: 1..3 }," +
        " services.operator.stages.forward.call.retry: { values: [~, { attempts: 2 }] } } }",
    );
    const { scenario } = configure([1, 1]);
    expect(scenario.services.bank?.replicas).toBe(2);
    expect(scenario.services.operator?.stages.forward?.call?.retry?.attempts).toBe(2);
    expect(linesOf([1, 1])).toEqual([
      { path: "services.bank.replicas", value: "2" },
      { path: "services.operator.stages.forward.call.retry", value: "{ attempts: 2 }" },
    ]);
    expect(linesOf([2, 0])).toEqual([{ path: "services.bank.replicas", value: "3" }]);
    expect(linesOf([0, 0])).toEqual([]);
  });

  it("tells which values do not go together, at their place", () => {
    const { configure } = planOf(
      "{ vary: { services.operator.stages.forward.call.to: { values: [bank, other] }," +
        " services.other.operations: { values: [{ activate: [work] }, { pay: [work] }] } } }",
      lunchRush.replace(
        "services:\n",
        "services:\n  other: { stages: { work: { workers: 1, posts: true } }, operations: { activate: [work] } }\n",
      ),
    );
    expect(configure([1, 0]).scenario.services.other).toBeDefined();
    expect(configure([0, 1]).scenario.services.other).toBeDefined();
    const wrong = () => configure([1, 1]);
    expect(wrong).toThrow(UsageError);
    expect(wrong).toThrow(/^a\.yaml:\d+:\d+: plan: .*no operation activate.*, with .*to: other, /);
  });

  it("names what is wrong in its shape together with what refers to nothing", () => {
    const text = withPlan(
      "{ vary: { services.bank.replicas: { values: 3..1 }, services.bnk.replicas: { values: 1..3 } }," +
        " failures: { half: { down: crash }, gone: { replicaDown: bnk } }, loads: [2], gates: [p99(latency) << 2]," +
        " lodas: 3 }",
    );
    let problems: readonly string[] = [];
    try {
      parseScenario(text, "a.yaml");
    } catch (error) {
      if (error instanceof UsageError) problems = error.problems.map(({ what }) => what);
    }
    expect(problems.map((what) => what.split(": ").slice(0, 2).join(": "))).toEqual([
      "plan.vary.services.bank.replicas.values: expected a range such as 1..6 or 10..100 by 10 (upwards, at most 100 values), or a list of values, found 3..1",
      expect.stringContaining("plan.vary: services.bnk.replicas"),
      expect.stringContaining("plan.failures.half"),
      "plan.failures.gone.replicaDown: no service is called bnk",
      expect.stringContaining("plan.loads.0"),
      expect.stringContaining("plan.gates.0"),
      "plan: unknown key lodas",
    ]);
  });

  it("takes the gates of the scenario, or its own", () => {
    const vary = "vary: { services.bank.replicas: { values: 1..2 } }";
    expect(planOf(`{ ${vary} }`).gates).toHaveLength(3);
    expect(planOf(`{ ${vary}, gates: [lost < 5] }`).gates.map((it) => it.text)).toEqual([
      "lost < 5",
    ]);
  });

  it("takes its own window, else that of live runs, else all of the scenario", () => {
    const vary = "vary: { services.bank.replicas: { values: 1..2 } }";
    const live = lunchRush.replace("promise:", "live: { window: 8m..9m }\npromise:");
    expect(planOf(`{ ${vary} }`).window).toEqual({ fromMs: 0, toMs: 1_200_000 });
    expect(planOf(`{ ${vary} }`, live).window).toEqual({ fromMs: 480_000, toMs: 540_000 });
    expect(planOf(`{ ${vary}, window: 1m..2m }`, live).window.fromMs).toBe(60_000);
  });

  it("changes neither the runs of the scenario nor its hash", () => {
    const { loaded } = planOf("{ vary: { services.bank.replicas: { values: 1..2 } } }");
    expect(loaded.hash).toBe(parseScenario(lunchRush, "a.yaml").hash);
  });
});

describe("the conditions", () => {
  const { spec, loaded } = planOf(
    "{ vary: { services.bank.replicas: { values: 1..2 } }, loads: [1x, 2x], failures: {" +
      " one-less: { replicaDown: any, loads: [1x] }," +
      " slow-bank: { faults: [{ at: 0s, on: bank, slow: 2x }], replicaDown: bank, down: hang } } }",
  );
  const conditions = conditionsOf(spec, Object.keys(loaded.baseline.scenario.services));

  it("are each load, and each failure under each of its loads", () => {
    expect(conditions.map(({ name }) => name)).toEqual([
      ...["1x", "2x", "1x, one-less (operator)", "1x, one-less (bank)"],
      ...["1x, slow-bank", "2x, slow-bank"],
    ]);
  });

  it("strike the last replica, behind the faults of the scenario", () => {
    const { scenario } = loaded.baseline;
    const under = (place: number) => {
      const condition = conditions[place];
      if (condition === undefined) throw new Error("no such condition");
      return underCondition(scenario, condition);
    };
    expect(under(0).faults).toEqual(scenario.faults);
    expect(under(2).faults.at(-1)).toMatchObject({ at: 0, on: "operator#2", down: "refuse" });
    expect(under(5).faults.slice(1)).toMatchObject([
      { on: "bank", slow: 2 },
      { on: "bank#1", down: "hang" },
    ]);
    expect(under(1).traffic.activations?.arrivals).toEqual({ poisson: { rate: 160 } });
    expect(underCondition(scenario, healthy(1)).traffic).toEqual(scenario.traffic);
  });
});

it.each([
  { of: { even: { rate: 5 } }, is: { even: { rate: 10 } } },
  {
    of: {
      curve: {
        points: [
          [0, 5],
          [10, 7],
        ],
        spacing: "even",
      },
    },
    is: {
      curve: {
        points: [
          [0, 10],
          [10, 14],
        ],
        spacing: "even",
      },
    },
  },
  {
    of: { profile: { counts: [1, 2], every: 10, spacing: "even" } },
    is: { profile: { counts: [2, 4], every: 10, spacing: "even" } },
  },
  {
    of: { profile: { counts: [1, 2], every: 10, peak: 3, spacing: "even" } },
    is: { profile: { counts: [1, 2], every: 10, peak: 6, spacing: "even" } },
  },
  {
    of: { trace: { file: "x.csv", column: "t", unit: "s", speed: 3 } },
    is: { trace: { file: "x.csv", column: "t", unit: "s", speed: 6 } },
  },
  { of: { closed: { terminals: 3, think: 5 } }, is: { closed: { terminals: 6, think: 5 } } },
])("doubles $of", ({ of, is }) => {
  expect(scaleArrivals(of as Parameters<typeof scaleArrivals>[0], 2)).toEqual(is);
  expect(scaleArrivals(of as Parameters<typeof scaleArrivals>[0], 1)).toEqual(of);
});

it.each([
  { why: "half a terminal", arrivals: "closed: { terminals: 1, think: 1s }", loads: "[0.4x]" },
  {
    why: "a recording that is elsewhere",
    arrivals: "trace: { file: x.csv }",
    loads: "[2x]",
  },
])("refuses $why", ({ arrivals, loads }) => {
  const text = lunchRush
    .replace("poisson: { rate: 80/s }", arrivals)
    .replace("faults:", "live: { window: 8m..9m }\nfaults:");
  const plan = `{ vary: { services.bank.replicas: { values: 1..2 } }, loads: ${loads} }`;
  expect(() => parseScenario(withPlan(plan, text), "a.yaml")).toThrow(/plan\.loads\.0: /);
});

describe("the planned variant", () => {
  const vary = "{ vary: { services.bank.replicas: { values: 1..3 } } }";
  const variants = /^variants:\n.*\n/m;
  const block = "variants:\n    # kept\n    other: { services.bank.replicas: 9 }\n";

  it.each([
    { why: "of a block", text: lunchRush.replace(variants, block), others: ["other"] },
    {
      why: "of one line",
      text: lunchRush.replace(variants, "variants: { other: { services.bank.replicas: 9 } }\n"),
      others: ["other"],
    },
    { why: "where there is none", text: lunchRush.replace(variants, ""), others: [] },
    { why: "of an empty mapping", text: lunchRush.replace(variants, "variants: {}\n"), others: [] },
    {
      why: "where its name is taken",
      text: lunchRush.replace(variants, "variants:\n  planned: { services.bank.replicas: 9 }\n"),
      others: ["planned"],
      name: "planned-2",
    },
  ])("stands among the variants $why", ({ text, others, name = "planned" }) => {
    const { linesOf, withVariant } = planOf(vary, text);
    const changed = withVariant(linesOf([2]));
    expect(changed.name).toBe(name);
    const { variants: all } = parseScenario(changed.text, "a.yaml");
    expect(all.map((it) => it.name).sort()).toEqual([...others, name].sort());
    const planned = all.find((it) => it.name === name);
    expect(planned?.scenario.services.bank?.replicas).toBe(3);
    // A comment stays with the variant that it is about.
    if (text.includes("# kept")) expect(changed.text).toContain("# kept\n    other:");
  });
});
