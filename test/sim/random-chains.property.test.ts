import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { VariantSummary } from "../../src/record/run-record.ts";
import { parseScenario } from "../../src/scenario/loader.ts";
import type { Scenario } from "../../src/scenario/schema.ts";
import { type Simulated, simulate } from "../../src/sim/simulate.ts";
import { Dice } from "../support/dice.ts";
import { fc, randomSeed } from "../support/property.ts";
import type { Written } from "../support/random-policies.ts";
import { randomScenario } from "../support/random-scenario.ts";
import { everything, happenedIn, writtenIn } from "../support/reached.ts";
import { reduceScenario } from "../support/reduce-scenario.ts";
import { mayCreditTwice, reachesSeveralBanks } from "../support/second-credit.ts";

const usualRuns = 400;
const runs = Number(process.env.TILLSTORM_RANDOM_RUNS ?? usualRuns);
/** One run in so many is played a second time. */
const repeatEvery = 5;
/** The engine asks every 200 000 events whether it shall stop: 3 million are none that end. */
const turnsMax = 15;
/** A failing scenario is made smaller for so long. [ms] */
const reduceMs = 30_000;
/** Sums over time end in rounding. */
const hair = 1e-9;

// Goal: whatever the chain, whatever remedies are switched on and whatever strikes it, a file of
// the documented form loads, its run ends, and the books balance. Method: random scenarios in YAML,
// played out. More of them: TILLSTORM_RANDOM_RUNS=5000, and others: TILLSTORM_RANDOM_SEED=7.
it(
  "balances its books for any chain under any remedies and faults",
  async () => {
    const reached = new Set<string>();
    let count = 0;
    let failing: Written | undefined;
    const property = fc.asyncProperty(fc.gen(), async (value) => {
      const written = randomScenario(new Dice(value));
      failing = written;
      count += 1;
      const { summary } = await check(written, count % repeatEvery === 0);
      failing = undefined;
      for (const it of [...writtenIn(written), ...happenedIn(summary)]) reached.add(it);
    });
    await fc.check(property, { numRuns: runs, endOnFailure: true });
    if (failing !== undefined) throw await explain(failing);
    expect(count).toBe(runs);
    const missed = everything.filter((it) => !reached.has(it));
    if (runs >= usualRuns) expect(missed, "the test went everywhere").toEqual([]);
  },
  60_000 + 1_000 * runs,
);

/** What random chains have found, as it was reduced. */
it.each([
  {
    why: "who is killed while a fault keeps them from their stage are counted",
    faults: `
  - { at: 3936ms, on: bank.post, delay: { exponential: { mean: 50ms } } }
  - { at: 3901ms, random: { mtbf: 780ms, mttr: 438ms }, on: bank, down: crash }`,
  },
  {
    why: "who is killed while it stands still does not come to again",
    faults: `
  - { at: 1210ms, for: 996ms, every: 1215ms, on: bank, down: freeze }
  - { at: 3918ms, random: { mtbf: 685ms, mttr: 141ms }, on: bank, down: crash }`,
  },
])("still balances its books: $why", async ({ faults }) => {
  const text = `
name: found
duration: 5s
traffic: { pays: { calls: bank.pay, arrivals: { poisson: { rate: 60/s } }, retry: {} } }
services:
  bank:
    stages:
      check: { workers: 2, time: { lognormal: { median: 20ms, p99: 120ms } } }
      post: { workers: 2, posts: true }
    operations: { pay: [check, post] }
faults: ${faults}
`;
  const { summary } = await check(parse(text), true);
  expect(happenedIn(summary)).toContain("station killed");
});

/** Plays a scenario, and throws where something does not add up. */
async function check(written: Written, isRepeated: boolean): Promise<Simulated> {
  const { scenario } = parseScenario(stringify(written), "random.yaml").baseline;
  const simulated = await play(scenario);
  checkSums(simulated.summary);
  checkStations(simulated, scenario);
  checkIntegrity(simulated, scenario);
  if (isRepeated) {
    const again = JSON.stringify(await play(scenario));
    expect(again, "the same seed, the same result").toBe(JSON.stringify(simulated));
  }
  return simulated;
}

/** It fails when the run has more events than such a run can need. */
async function play(scenario: Scenario): Promise<Simulated> {
  let turns = 0;
  const simulated = await simulate({
    scenario,
    variant: "baseline",
    seeds: 1,
    span: { scenarioMs: scenario.duration, fromMs: 0, toMs: scenario.duration },
    openTrace: () => expect.unreachable("no stream plays a recording"),
    isStopped: () => {
      turns += 1;
      return turns > turnsMax;
    },
  });
  expect(simulated.isPartial, "the run ends").toBe(false);
  return simulated;
}

/** What is wrong with a scenario; the first line says what kind of thing. */
async function complaintOf(written: Written): Promise<string | undefined> {
  const error: unknown = await check(written, true).then(
    () => undefined,
    (it: unknown) => it,
  );
  if (error === undefined) return undefined;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Makes the failing scenario small, writes it where the command line can read it, says how. */
async function explain(written: Written): Promise<Error> {
  const complaint = await complaintOf(written);
  const kindOf = (it: string | undefined) => it?.split("\n")[0]?.replace(/[\w.]+: |\d+/g, "");
  const fails = async (it: Written) => kindOf(await complaintOf(it)) === kindOf(complaint);
  const least = await reduceScenario(written, fails, reduceMs);
  const file = path.join(mkdtempSync(path.join(tmpdir(), "tillstorm-random-")), "random.yaml");
  const whole = file.replace("random.yaml", "whole.yaml");
  const text = stringify(least);
  writeFileSync(file, text);
  writeFileSync(whole, stringify(written));
  const again = `TILLSTORM_RANDOM_SEED=${randomSeed} TILLSTORM_RANDOM_RUNS=${runs}`;
  return new Error(
    `${(await complaintOf(least)) ?? "it failed, but does not fail again"}\n\n${text}
play it:        tillstorm simulate ${file}
as it was:      tillstorm simulate ${whole}
the whole test: ${again} npx vitest run test/sim/random-chains`,
  );
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function checkSums(summary: VariantSummary): void {
  const { planned, accounting, outcomes, causes } = summary;
  expect(sum(accounting), "planned = answered + timed out + failed + unfinished").toBe(planned);
  expect(sum(outcomes), "planned = credited + late + declined + blocked + lost").toBe(planned);
  expect(sum(causes), "each late or lost one has a cause").toBe(outcomes.late + outcomes.lost);
  expect(accounting.unsent, "nothing is unsent in virtual time").toBe(0);
  expect(summary.latencyMs.count).toBe(planned - accounting.unfinished);
  expect(summary.timeToCreditMs.count).toBe(outcomes.credited + outcomes.late);
  expect(summary.unnotified).toBeLessThanOrEqual(outcomes.credited + outcomes.late);
  expect(summary.attempts).toBeGreaterThanOrEqual(planned);
}

function checkStations({ summary, openCount }: Simulated, { services }: Scenario): void {
  // Totals and uploads are no activation's: the run may end while a bank has some in hand.
  const reconciled = Object.values(services).map((it) => it.reconciliation?.with);
  for (const station of summary.stations) {
    const { name, arrivals, completions, dropped, failed, expired = 0, killed = 0 } = station;
    const inside = arrivals - (completions + dropped + failed + expired + killed);
    expect(inside, `${name}: nobody leaves who did not come`).toBeGreaterThanOrEqual(0);
    const mayHold = reconciled.includes(name.split(".")[0]);
    if (openCount === 0 && !mayHold) expect(inside, `${name}: whoever comes leaves`).toBe(0);
    const { utilisationRatio, blockedRatio, queueMean, queueMax, waitedRatio } = station;
    expect(utilisationRatio, `${name}: not busier than busy`).toBeLessThanOrEqual(1 + hair);
    expect(blockedRatio, `${name}: who is held is busy`).toBeLessThanOrEqual(
      utilisationRatio + hair,
    );
    expect(Math.min(utilisationRatio, blockedRatio, queueMean), name).toBeGreaterThanOrEqual(0);
    expect(queueMean, name).toBeLessThanOrEqual(queueMax * station.replicas + hair);
    expect(waitedRatio ?? 0, name).toBeLessThanOrEqual(1);
    expect(station.waitMeanMs ?? 0, name).toBeGreaterThanOrEqual(0);
  }
  for (const { name, utilisationRatio, queueMean } of summary.series.stations) {
    expect(Math.max(...utilisationRatio), name).toBeLessThanOrEqual(1 + hair);
    expect(Math.min(...utilisationRatio, ...queueMean), name).toBeGreaterThanOrEqual(0);
  }
}

function checkIntegrity({ summary, openCount }: Simulated, scenario: Scenario): void {
  const { integrity } = summary;
  expect(integrity.missing, "what a bank approves stands in its ledger").toBe(0);
  const counts = total(summary.policies ?? []);
  if (!mayLeak(scenario)) expect(integrity.leaked, "what is false is stopped").toBe(0);
  if (!mayCreditTwice(scenario)) expect(integrity.doubleCredited, "one credit").toBe(0);
  checkMoney(summary, scenario, counts);
  const { stored = 0, delivered = 0, refusedLater = 0, leftForPeople = 0 } = counts;
  if (stored === 0) expect(integrity.phantom, "who is told approved is credited").toBe(0);
  const settled = delivered + refusedLater + leftForPeople;
  expect(stored, "nothing is delivered that was not stored").toBeGreaterThanOrEqual(settled);
  if (openCount === 0) expect(stored, "what is stored is delivered in the end").toBe(settled);
  const { hedges = 0, hedgesWon = 0 } = counts;
  expect(hedges).toBeGreaterThanOrEqual(hedgesWon);
}

/** Each rule of the auditor holds, unless the scenario switches what protects it off. */
function checkMoney(
  { money, accounting }: VariantSummary,
  scenario: Scenario,
  { stored = 0, reversalsDeleted = 0 }: Readonly<Record<string, number>>,
): void {
  if (money === undefined) return;
  const { violations } = money;
  expect(violations.unbalanced).toBe(0);
  if (stored === 0) expect(violations.bookWithoutLedger, "the bank has what it approved").toBe(0);
  if (accounting.unfinished === 0) expect(violations.advanceOpen, "the pool returns to 0").toBe(0);
  if (stored === 0 && reversalsDeleted === 0 && !reachesSeveralBanks(scenario)) {
    expect(violations.oneSided, "what was taken back does not stand").toBe(0);
  }
  expect(money.postedCount).toBeGreaterThanOrEqual(money.reversedCount);
  const closings = money.batches.flatMap(({ closing }) => (closing === undefined ? [] : [closing]));
  const foundCount = closings.reduce((sum, it) => sum + it.foundCount, 0);
  if (Object.values(scenario.services).some((it) => it.reconciliation !== undefined)) {
    // What an upload found that was under way at the end, or whose process was killed: no closing says.
    const isWhole = money.batches.every(({ closing }) => closing !== undefined);
    const isKilled = scenario.faults.some(({ down }) => down === "crash");
    if (isWhole && !isKilled)
      expect(money.reconciledCount, "what was found").toBeLessThanOrEqual(foundCount);
  } else expect(closings).toEqual([]);
  for (const { foundCount, uploadedCount, state, closedAtMs } of closings) {
    expect(foundCount).toBeLessThanOrEqual(uploadedCount);
    expect(closedAtMs === null).toBe(state === "unanswered");
  }
  const postedOnce = money.consistentMs.count + money.inconsistentCount;
  expect(money.spendableMs.count).toBe(postedOnce - money.reversedCount);
  expect(money.postedCount).toBeGreaterThanOrEqual(postedOnce);
  if (violations.twice === 0) expect(money.postedCount).toBe(postedOnce);
}

/** A stream shows what none of its checks looks at. */
function mayLeak({ traffic, services }: Scenario): boolean {
  const checks = services.operator?.stages.gate?.checks ?? [];
  return Object.values(traffic).some((it) => it.links !== undefined) && checks.length < 5;
}

function total(
  policies: NonNullable<VariantSummary["policies"]>,
): Readonly<Record<string, number>> {
  const all: Record<string, number> = {};
  for (const { counts } of policies) {
    for (const [name, count] of Object.entries(counts)) all[name] = (all[name] ?? 0) + count;
  }
  return all;
}
