import { describe, it } from "vitest";
import {
  expectExact,
  exponential,
  type KnownRun,
  knownChain,
  latencyMean,
  simulateRuns,
  station,
} from "../support/known.ts";
import { hasShared, oracle, whyNotShared } from "../support/shared.ts";

/** Terminals that think, and wait for their answer: exact mean value analysis (Reiser & Lavenberg 1980). */
if (!hasShared) console.warn(whyNotShared);

/** Mean service of three single workers in a row. [s] */
const demands = { one: 0.02, two: 0.05, three: 0.03 };

/** Nearly all terminals think as a run begins, and after some rounds none knows that. [s] */
const warmUp = 50;

describe.skipIf(!hasShared)("mva-3: three stations, and terminals that think for 1 s", () => {
  const id = "mva-3";
  it.each([
    { terminals: 1, duration: 950 },
    { terminals: 5, duration: 350 },
    { terminals: 10, duration: 350 },
    { terminals: 20, duration: 350 },
    { terminals: 30, duration: 350 },
    { terminals: 50, duration: 350 },
    { terminals: 100, duration: 350 },
    { terminals: 200, duration: 350 },
  ])("$terminals terminals", async ({ terminals, duration }) => {
    const stages = Object.entries(demands).map(
      ([name, mean]) => `${name}: { workers: 1, time: ${exponential(mean)} }`,
    );
    const text = `${knownChain({
      asks: `arrivals: { closed: { terminals: ${terminals}, think: ${exponential(1)} } }`,
      services: `bank: { stages: { ${stages.join(", ")} }, operations: { serve: [one, two, three] } }`,
      duration,
    })}warmUp: ${warmUp}s\n`;
    const runs = await simulateRuns(text, warmUp);
    const throughput = oracle(id, `X_N${terminals}`);
    expectExact(runs, "X", throughput, ({ summary, measured }) => summary.planned / measured);
    expectExact(runs, "R", oracle(id, `R_N${terminals}`), latencyMean);
    // A station is busy for the throughput times its demand. One that is so nearly all the time
    // would have to be watched for days until it rests once.
    for (const [name, demand] of Object.entries(demands)) {
      if (throughput * demand > 0.999) continue;
      const busy = (run: KnownRun) => station(run, `bank.${name}`).utilisationRatio;
      expectExact(runs, `busy at ${name}`, throughput * demand, busy);
    }
  });
});
