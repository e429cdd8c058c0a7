import { describe, expect, it } from "vitest";
import { kneeCommand } from "../../src/cli/knee.ts";
import { UsageError } from "../../src/kernel/errors.ts";
import { Knee } from "../../src/record/knee-result.ts";
import { renderKneeText } from "../../src/report/knee-text.ts";
import { hasShared, oracle, whyNotShared } from "../support/shared.ts";
import { fakeIo } from "./fake-io.ts";

async function run(text: string, flags: Readonly<Record<string, unknown>> = {}) {
  const io = fakeIo({ "load.yaml": text });
  const before = process.exitCode;
  await kneeCommand(io).handler({
    ...{ scenario: "load.yaml", variant: "baseline", seeds: 1, json: false, quiet: true },
    ...{
      workers: 1,
      out: "out",
      "max-load": 16,
      maxLoad: 16,
      ...flags,
      _: ["knee"],
      $0: "tillstorm",
    },
  });
  const exitCode = process.exitCode;
  process.exitCode = before;
  const stored = io.files.get("out/knee.json");
  return { io, exitCode, knee: stored === undefined ? null : Knee.parse(JSON.parse(stored)) };
}

/** A bank of one worker that takes 50 ms, always: 20 a second and no more; a queue of 20. */
const steady = (more = "") => `
name: steady
title: A <steady> bank
seed: knee
duration: 100s
promise: 10s
traffic: { asks: { calls: bank.serve, arrivals: { even: { rate: 10/s } } } }
services:
  bank:
    stages: { serve: { workers: 1, queue: 20, time: 50ms } }
    operations: { serve: [serve] }
${more}
`;

describe("tillstorm knee", () => {
  it("finds the load that a bank of known capacity bears, and that it comes back", async () => {
    const { io, exitCode, knee } = await run(steady());
    expect(exitCode).toBe(0);
    // Above twice the load 1 - 2 / load is turned away: 1 % from 2.02 on, half from 4 on.
    expect(knee?.knee?.lastGoodLoad).toBeGreaterThan(1.95);
    expect(knee?.knee?.firstBadLoad).toBeLessThan(2.1);
    expect(knee?.collapse?.lastGoodLoad).toBeGreaterThan(3.85);
    expect(knee?.collapse?.firstBadLoad).toBeLessThan(4.15);
    expect(knee?.hysteresis).toMatchObject({ isMetastable: false, edge: null });
    expect(knee?.hysteresis?.tests.map(({ state }) => state)).toEqual(["recovered"]);
    const printed = io.printed.join("\n");
    expect(printed).toContain("1 % of what is due goes uncredited between");
    expect(printed).toContain("It comes back after a spike to");
    for (const line of printed.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    const page = io.files.get("out/knee.html") ?? "";
    expect(page).toContain("A &lt;steady&gt; bank");
    expect(page).toContain("Does it come back?");
  });

  it("holds the scenario's own gates where it has any", async () => {
    const { knee } = await run(steady('gates: ["p99(latency) < 200ms"]'), { "max-load": 4 });
    expect(knee?.gates).toEqual(["p99(latency) < 200ms"]);
    // Evenly spaced arrivals wait for nobody up to twice the load.
    expect(knee?.knee?.lastGoodLoad).toBeLessThanOrEqual(2.02);
    expect(knee?.knee?.lastGoodLoad).toBeGreaterThan(1.95);
  });

  it("says what it did not find, and why", async () => {
    const { knee } = await run(steady(), { "max-load": 1.5 });
    expect(knee).toMatchObject({ knee: null, collapse: null, hysteresis: null });
    expect(knee?.notes).toEqual([
      "the gates hold up to 1.5 times the load, the most that was tried",
      "no collapse up to 1.5 times the load (--max-load 1.5): no test of hysteresis",
    ]);
    expect(knee === null ? "" : renderKneeText(knee)).toContain("was not found");
  });

  it("raises a closed population too, and says that it cannot surge", async () => {
    const closed = steady().replace(
      "{ even: { rate: 10/s } }",
      "{ closed: { terminals: 10, think: 1s } }",
    );
    const { knee } = await run(closed, { "max-load": 4 });
    expect(knee?.hysteresis).toBeNull();
    expect(knee?.notes.at(-1)).toContain("closed populations cannot surge");
    const at = (load: number) => knee?.points.find((it) => it.load === load)?.offeredPerSecond ?? 0;
    expect(at(0.1)).toBeCloseTo(1 / 1.05, 1);
    expect(at(2) / at(1)).toBeGreaterThan(1.8);
  });

  it.each([
    { flags: { seeds: 0 }, says: "--seeds: expected a whole number from 1 to 100" },
    { flags: { "max-load": 99 }, says: "--max-load: expected a number from 1 to 32" },
    { flags: { variant: "other" }, says: "--variant other" },
  ])("says what is wrong with $flags", async ({ flags, says }) => {
    const failure = await run(steady(), flags).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(UsageError);
    if (failure instanceof UsageError) expect(failure.problems[0]?.what).toContain(says);
  });
});

describe.skipIf(!hasShared)(hasShared ? "metastable-fifo" : whyNotShared, () => {
  const storm = (attempts: number) => `
name: metastable
seed: textbook
duration: 900s
drain: 2h
promise: 24h
traffic:
  asks:
    calls: bank.serve
    arrivals: { poisson: { rate: 50/s } }
    timeout: 2s
    retry: { attempts: ${attempts}, on: [timeout], backoff: { constant: { wait: 0s } } }
services:
  bank:
    stages: { serve: { workers: 50, time: { exponential: { mean: 1s } } } }
    operations: { serve: [serve] }
`;

  // A load of 1 is one arrival for each that the fifty workers can serve: the load is rho. What is
  // told apart is 2 %, and queues that fall by less than 5 % in half a run count as stuck.
  it.each([2, 3, 4])(
    "stays down from 1 / %i on, where each asks so often",
    async (attempts) => {
      const { knee } = await run(storm(attempts));
      const exact = oracle("metastable-fifo", `rho_star n=${attempts}`);
      const { edge, isMetastable } = knee?.hysteresis ?? {};
      expect(isMetastable).toBe(true);
      expect(edge?.firstBadLoad).toBeGreaterThan(edge?.lastGoodLoad ?? 99);
      expect(edge?.lastGoodLoad).toBeLessThan(exact * 1.005);
      expect(edge?.lastGoodLoad).toBeGreaterThan(0.96 * exact);
      expect(edge?.firstBadLoad).toBeLessThan(1.03 * exact);
      // By itself it stands far above that.
      expect(knee?.collapse?.lastGoodLoad).toBeGreaterThan(1.4 * exact);
      expect(knee?.usl?.isPoor).toBe(true);
    },
    120_000,
  );
});
